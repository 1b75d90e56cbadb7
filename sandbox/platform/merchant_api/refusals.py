"""What a call of v1 or v2 is refused with: the provider's body, its HTTP status, and a sentence of ours that says what to send."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol

from sandbox.contracts.errors import AppDisabled, PaymentNotFound
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.platform.merchant_api.answers import answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

P = ParamSpec("P")
_STATUS = {AppDisabled.code: 403}


class RefusalBody(Protocol):
    def __call__(self, status: int, message: str) -> dict[str, Any]: ...


def refusing_with(body: RefusalBody) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Answer whatever a view refuses in the provider's shape."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            try:
                return view(*args, **kwargs)
            except SandboxError as error:
                status = _STATUS.get(error.code, error.status)
                return answer(body(status, message_of(error)), status, hint_of(error))

        return guarded

    return decorate


def message_of(error: SandboxError) -> str:
    return "Payment not found" if isinstance(error, PaymentNotFound) else error.message


def hint_of(error: SandboxError) -> str:
    """One sentence or two: of a field that is wrong also what is wrong with it."""
    if isinstance(error, InvalidInput):
        return f"{error.message} {error.hint}"
    return error.hint
