"""Answers of the merchant API: the body is the provider's, help goes beside it in a header (DESIGN rule 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify

from sandbox.contracts.errors import Refusal

if TYPE_CHECKING:
    from flask import Response


class NotDone(Refusal):
    """An operation on a payment that is refused; ``wire_code`` is the provider's word for it, the hint is ours."""

    def __init__(self, what: str, wire_code: str, hint: str) -> None:
        super().__init__(f"Payment cannot be {what}", hint=hint)
        self.wire_code = wire_code

    @property
    def body(self) -> dict[str, Any]:
        return {"status": "error", "message": self.message, "code": self.wire_code}


def answer(body: dict[str, Any], status: int = 200, hint: str | None = None) -> Response:
    made = jsonify(body)
    made.status_code = status
    if hint:
        made.headers["Sandbox-Hint"] = as_header(hint)
    return made


def as_header(text: str) -> str:
    """Headers carry ASCII, and one line."""
    return " ".join(text.encode("ascii", "replace").decode().split())
