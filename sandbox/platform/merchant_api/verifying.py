"""How a hosted payment stands, in the provider's words (CONTRACT.md section 3)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import PaymentNotFound
from sandbox.kit.shapes import Shape
from sandbox.platform.merchant_api.envelope import common
from sandbox.platform.orders.states import ORDER, SOLD

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.platform.hosted.schemas import HostedPage
    from sandbox.platform.merchant_api.settlement import Settlement
    from sandbox.platform.quirks.table import Quirks

_STATUS = {"REFUSED": "FAILURE", "EXPIRED": "EXPIRED", "PREAUTHORISED": "PREAUTH_SUCCESS"} | dict.fromkeys(
    SOLD, "SUCCESS"
)
"""What is not here is still PENDING: the page is open, and a try that failed may be made again."""


def status_of(order_status: str) -> str:
    return _STATUS.get(order_status, "PENDING")


def statuses_of(status: str | None) -> tuple[str, ...]:
    """The statuses of orders that are told as this one; none for any."""
    return tuple(each for each in ORDER.transitions if status_of(each) == status) if status else ()


class VerifiedResult(Shape):
    """``type`` is card, wallet, mpayment or NA; ``status`` PENDING, SUCCESS, EXPIRED, FAILURE or PREAUTH_SUCCESS."""

    type: str
    amount: int
    status: str
    details: dict[str, Any]
    developer_tracking_id: str | None
    settlement_status: str


class Verified(Shape):
    """``success`` stands at the top here."""

    success: bool
    result: VerifiedResult
    status_code: int
    name: str
    code: int
    version: str


class NotVerifiedResult(Shape):
    status: int
    message: str


class NotVerified(Shape):
    success: bool
    result: NotVerifiedResult
    status_code: int
    name: str
    code: int
    version: str


def verified(
    page: HostedPage, version: str, quirks: Quirks, *, now: datetime, settlement: Settlement
) -> dict[str, Any]:
    """Raises PaymentNotFound for a test payment that is forgotten (documentation)."""
    age = (now - page.created_at).total_seconds()
    memory = quirks.number("test_memory_seconds")
    if page.is_test and memory and age >= memory:
        raise PaymentNotFound(
            field="payment_id",
            hint="Payments of a TEST APP are forgotten after a while: see the quirk test_memory_seconds.",
        )
    status = status_of(page.status)
    if page.status == "OPENED" and age < quirks.number("early_failure_seconds"):
        status = "FAILURE"
    is_paid = status in {"SUCCESS", "PREAUTH_SUCCESS"}
    result = {
        "type": _type_of(page) if is_paid else "NA",
        "amount": page.amount,
        "status": status,
        "details": _details(page) if is_paid else {},
        "developer_tracking_id": page.reference,
        "settlement_status": settlement.status_of(page),
    }
    return {"success": True, "result": result, "status_code": 200} | common(version)


def not_verified(status: int, message: str, version: str) -> dict[str, Any]:
    result = {"status": status, "message": message}
    return {"success": False, "result": result, "status_code": status} | common(version, code=1)


def _type_of(page: HostedPage) -> str:
    """``wallet`` for a code that was scanned in the app, ``mpayment`` for a phone number typed on the page (ours)."""
    if page.card:
        return "card"
    return "mpayment" if page.method == "login" else "wallet"


def _details(page: HostedPage) -> dict[str, Any]:
    told = {
        "order_number": f"{page.number:010d}",
        "name": page.payer_name,
        "approval_code": approval_code(page.id),
        "phone_number": page.payer_phone,
        "email": None,
    }
    shares = [share.model_dump() for share in page.shares]
    if page.card is None:
        return told | {"destination": shares}
    card = page.card.model_dump(include={"pan", "payment_system", "expiration"})
    return told | card | {"currency": "788", "bank_country_code": "TN", "destinations": shares}


def approval_code(payment_id: str) -> str:
    """Six digits, the same for the same payment (ours: what it is made of is not published)."""
    return f"{int.from_bytes(sha256(payment_id.encode()).digest()[:8], 'big') % 1_000_000:06d}"
