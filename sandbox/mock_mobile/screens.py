"""What the phone shows, as data that tests read and the page draws."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AnswerLost, CodeLocked, WrongPin

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.errors import SeveralQrFound
    from sandbox.contracts.mobile import Scan
    from sandbox.contracts.payments import Payment
    from sandbox.kit.errors import SandboxError

Screen = dict[str, Any]

HOME: Screen = {"name": "home"}
REFUSED: Screen = {"name": "refused"}
_MAY_BE_PAID_AGAIN = (WrongPin, AnswerLost)


def confirm(scan: Scan) -> Screen:
    """Who is paid and how much (millimes), waiting for the PIN; without an amount the owner types it too."""
    shown = {"kind", "scan_id", "merchant", "phone_number", "amount", "description", "reference"}
    return {"name": "confirm", **scan.model_dump(include=shown)}


def choose(several: SeveralQrFound) -> Screen:
    """Which of the codes in one picture is meant; scanning the ``qr_text`` of one goes on."""
    return {"name": "choose", "choices": several.details["choices"]}


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


def sent(scan: Row[Any], payment_id: str) -> Screen:
    """Money that went at once to a person or a counter."""
    return {"name": "paid", "payment_id": payment_id, "merchant": scan.merchant, "amount": scan.amount}


def asked(request_id: str, name: str, amount: int) -> Screen:
    """A request for money is on its way."""
    return {"name": "asked", "request_id": request_id, "merchant": name, "amount": amount}


def error(problem: SandboxError, scan_id: str | None = None) -> Screen:
    """Why it did not work; ``scan_id`` is there when the PIN may be tried again."""
    again = scan_id if isinstance(problem, _MAY_BE_PAID_AGAIN) else None
    shown = {"name": "error", "code": problem.code, "message": problem.message, "hint": problem.hint, "scan_id": again}
    return shown | {name: problem.details[name] for name in ("tries_left",) if name in problem.details}
