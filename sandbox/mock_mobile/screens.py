"""What the phone shows, as data that tests read and the page draws."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import CodeLocked

if TYPE_CHECKING:
    from sandbox.contracts.payments import Payment
    from sandbox.contracts.platform import ScannedOrder
    from sandbox.kit.errors import SandboxError

Screen = dict[str, Any]

HOME: Screen = {"name": "home"}
REFUSED: Screen = {"name": "refused"}


def confirm(scan_id: str, order: ScannedOrder) -> Screen:
    """Merchant and amount (millimes), waiting for the PIN."""
    return {
        "name": "confirm",
        "scan_id": scan_id,
        "merchant": order.merchant,
        "amount": order.amount,
        "description": order.description,
        "reference": order.reference,
    }


def code(payment: Payment, merchant: str) -> Screen:
    """The six digits to type into the form."""
    return {
        "name": "code",
        "code": payment.code,
        "payment_id": payment.id,
        "merchant": merchant,
        "amount": payment.amount,
        "expires_at": payment.expires_at,
    }


def after_code(shown: Screen, payment: Payment, now: datetime) -> Screen:
    """What became of the code on the screen: still to be typed, used, expired, or typed wrong three times."""
    if payment.state in {"prepared", "verified"} and now < datetime.fromisoformat(payment.expires_at):
        return shown
    kept = {name: shown[name] for name in ("payment_id", "merchant", "amount")}
    if payment.executed_at is not None:
        return {"name": "paid", **kept}
    if payment.state == "refused":
        return error(CodeLocked())
    return REFUSED if payment.state == "cancelled" else {"name": "expired", **kept}


def error(problem: SandboxError, scan_id: str | None = None) -> Screen:
    """Why it did not work; ``scan_id`` is there when the PIN may be tried again."""
    return {"name": "error", "code": problem.code, "message": problem.message, "hint": problem.hint, "scan_id": scan_id}
