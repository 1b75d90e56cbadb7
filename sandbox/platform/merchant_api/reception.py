"""Who calls the merchant API, and how a call is refused: by the app's own quirks."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol

from flask import g, request

from sandbox.contracts.errors import AppDisabled, BadCredentials, PaymentNotFound, SplitTooLarge, TooManyRequests
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.web.app import retry_headers
from sandbox.platform.merchant_api.answers import NotDone, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from sqlalchemy import Row

    from sandbox.platform.merchant_api.credentials import Credentials
    from sandbox.platform.merchant_api.rates import Rates
    from sandbox.platform.quirks.service import QuirkService
    from sandbox.platform.quirks.table import Quirks

P = ParamSpec("P")
_STATUS = {AppDisabled.code: 403, SplitTooLarge.code: 400}
"""Where the provider's differs from the one that the refusal has elsewhere."""
_QUIRK_OF_STATUS = {BadCredentials.code: "bad_keys_status", PaymentNotFound.code: "unknown_payment_status"}


class RefusalBody(Protocol):
    def __call__(self, status: int, message: str) -> dict[str, Any]: ...


class Reception:
    def __init__(self, credentials: Credentials, quirks: QuirkService, rates: Rates) -> None:
        self._credentials = credentials
        self._quirks = quirks
        self._rates = rates

    def bearer(self) -> Row[Any]:
        """The app whose tokens came as ``Authorization: Bearer``. Raises BadCredentials, TooManyRequests."""
        return self._let_in(self._credentials.find_bearer(request.headers.get("Authorization", "")))

    def tokens(self, public: object, private: object, *, how: str) -> Row[Any]:
        """The app of two tokens that came otherwise; ``how`` is how to send them. Raises BadCredentials, TooManyRequests."""
        return self._let_in(self._credentials.find_app(public, private, how=how))

    def api_key(self) -> str:
        """The developer whose key came as ``Authorization: Api-Key``. Raises BadCredentials."""
        return self._credentials.find_by_api_key(request.headers.get("Authorization", ""))

    @property
    def quirks(self) -> Quirks:
        """The calling app's; the sandbox's as long as nobody is known."""
        found: Quirks = g.get("merchant_quirks", self._quirks.sandbox)
        return found

    def refusing_with(self, body: RefusalBody) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
        """Answer whatever a view refuses in the provider's shape."""

        def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
            @wraps(view)
            def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
                try:
                    return view(*args, **kwargs)
                except SandboxError as error:
                    return self._refuse(error, body)

            return guarded

        return decorate

    def _refuse(self, error: SandboxError, body: RefusalBody) -> Response:
        if isinstance(error, NotDone):
            return answer(error.body, self.quirks.number("refund_refusal_status"), error.hint)
        status = _STATUS.get(error.code, error.status)
        quirk = _QUIRK_OF_STATUS.get(error.code)
        sent = int(self.quirks[quirk]) if quirk else status
        told = sent if sent >= 400 else status
        made = answer(body(told, message_of(error)), sent, hint_of(error))
        made.headers.update(retry_headers(error))
        return made

    def _let_in(self, app: Row[Any]) -> Row[Any]:
        g.merchant_quirks = self._quirks.of(app)
        allowed = self.quirks.number("rate_limit")
        if allowed:
            seconds = self._rates.count(app.id, allowed)
            if seconds:
                raise TooManyRequests(f"Too many calls: try again in {seconds} seconds.", retry_after=seconds)
        return app


def message_of(error: SandboxError) -> str:
    return "Payment not found" if isinstance(error, PaymentNotFound) else error.message


def hint_of(error: SandboxError) -> str:
    """Of a field that is wrong also what is wrong with it."""
    return f"{error.message} {error.hint}" if isinstance(error, InvalidInput) else error.hint
