"""Accept, in both spellings: {app_token, app_secret, payment_id, flouci_otp} and {appToken, appSecret, id, code}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sandbox.contracts.errors import (
    AlreadyAccepted,
    AmountMismatch,
    AppDisabled,
    BadCredentials,
    CodeLocked,
    InsufficientFunds,
    LimitExceeded,
    PaymentClosed,
    PaymentExpired,
    PaymentNotFound,
    WalletBlocked,
    WalletClosed,
    WalletNotFound,
    WrongCode,
)
from sandbox.kit.errors import BodyTooLarge, IdempotencyMismatch, InvalidInput, SandboxError, ServiceUnavailable
from sandbox.kit.shapes import Amount, Code, Identifier, Optional, Shape
from sandbox.platform.merchant_api.envelope import common

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCEPT_ERRORS = (
    BadCredentials,
    AppDisabled,
    PaymentNotFound,
    WrongCode,
    PaymentExpired,
    AmountMismatch,
    AlreadyAccepted,
    InsufficientFunds,
    WalletBlocked,
    LimitExceeded,
)
"""What a merchant is told in ``result.error`` (CONTRACT.md section 1)."""
_REPORT_SPELLING = {"appToken": "app_token", "appSecret": "app_secret", "id": "payment_id", "code": "flouci_otp"}
_RENAMED = {
    CodeLocked.code: "WRONG_CODE",
    PaymentClosed.code: "PAYMENT_EXPIRED",
    WalletNotFound.code: "WALLET_BLOCKED",
    WalletClosed.code: "WALLET_BLOCKED",
}
"""Our own finer codes, said in the words that merchants are promised (CONTRACT.md section 1)."""
_STATUS = {
    BadCredentials.code: 403,
    InvalidInput.code: 400,
    BodyTooLarge.code: 413,
    IdempotencyMismatch.code: 409,
    ServiceUnavailable.code: 503,
}
"""Every other refusal is HTTP 200: merchants read the JSON without looking at the HTTP status (report, figure V.3)."""


class Accept(Shape):
    """The older spelling is taken too: ``appToken``, ``appSecret``, ``id``, ``code``. ``amount`` in millimes."""

    app_token: Annotated[str, Field(min_length=1, max_length=100)]
    app_secret: Annotated[str, Field(min_length=1, max_length=100)]
    payment_id: Identifier
    flouci_otp: Code
    amount: Annotated[Amount | None, Optional] = None


class CodeTyped(Shape):
    code: Code


class AcceptedPayment(Shape):
    status: Literal["SUCCESS"]
    amount: int
    payment_id: str
    developer_tracking_id: str | None


class RefusedPayment(Shape):
    """``error`` says why, ``field`` which of the fields sent it is about."""

    status: Literal["FAILED"]
    payment_id: str | None
    error: str
    message: str
    field: str | None = None


class Accepted(Shape):
    status: Literal["SUCCESS"]
    code: Literal[0]
    result: AcceptedPayment
    name: Literal["developers"]
    version: Literal["v1"]


class Refused(Shape):
    status: Literal["FAILED"]
    code: Literal[1]
    result: RefusedPayment
    name: Literal["developers"]
    version: Literal["v1"]


def read_accept(fields: Mapping[str, Any]) -> Accept:
    """Either spelling; where both are there, the newer one counts. The hint, which goes alone, says what is wrong too."""
    renamed = {new: fields[old] for old, new in _REPORT_SPELLING.items() if old in fields}
    newer = {name: value for name, value in fields.items() if value not in (None, "") or name not in renamed}
    try:
        return Accept.parse({**renamed, **newer})
    except InvalidInput as wrong:
        raise InvalidInput(wrong.message, field=wrong.field, hint=f"{wrong.message} {wrong.hint}") from None


def success(payment_id: str, amount: int, reference: str | None) -> dict[str, Any]:
    result = {"status": "SUCCESS", "amount": amount, "payment_id": payment_id, "developer_tracking_id": reference}
    return {"status": "SUCCESS", "result": result} | common("v1")


def failure(error: SandboxError, payment_id: str | None) -> tuple[int, dict[str, Any]]:
    """HTTP status and body of a refusal."""
    code = _RENAMED.get(error.code, error.code)
    result = {"status": "FAILED", "payment_id": payment_id, "error": code, "message": error.message}
    if error.field is not None:
        result["field"] = _REPORT_SPELLING.get(error.field, error.field)
    body = {"status": "FAILED", "result": result} | common("v1", code=1)
    return _STATUS.get(error.code, 200 if error.status < 500 else error.status), body


def hint_of(body: Mapping[str, Any]) -> str | None:
    """What to do about a refusal, also about one that was remembered: its body holds no hint, since Flouci's has none.

    The message tells our finer errors apart, which share a code.
    """
    if body["status"] != "FAILED":
        return None
    said = body["result"]
    finer = [kind for kind in SandboxError.by_code.values() if kind.message == said["message"]]
    kind = finer[0] if finer else SandboxError.by_code.get(said["error"])
    return kind.hint if kind is not None else None


class VerifiedResult(Shape):
    """``status`` is PENDING, SUCCESS, EXPIRED or FAILURE; ``amount`` in millimes."""

    type: str
    amount: int
    status: str
    details: dict[str, Any]
    developer_tracking_id: str | None
    settlement_status: str | None = None


class VerifiedPayment(Shape):
    success: bool
    result: VerifiedResult
    status_code: int | None = None
    name: str
    code: int
    version: str


class NotVerifiedResult(Shape):
    status: int
    message: str
    error: str


class NotVerified(Shape):
    success: bool
    result: NotVerifiedResult
    name: str
    code: int
    version: str


def not_verified(error: SandboxError) -> dict[str, Any]:
    """``result.status`` is the HTTP status, as documented for an unknown id; ``error`` is ours."""
    message = "Payment not found" if error.code == PaymentNotFound.code else error.message
    result = {"status": error.status, "message": message, "error": error.code}
    return {"success": False, "result": result} | common("v1", code=1)
