"""Shapes of orders and of the payment form's session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.kit.clock import seconds_until, to_iso
from sandbox.kit.money import CURRENCY
from sandbox.kit.phone_numbers import mask_phone_number
from sandbox.kit.shapes import Shape

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row


class CheckoutSession(Shape):
    """How a payment form stands. ``amount`` in millimes; ``reason`` is the code of what went wrong last.

    ``clock_rate`` is how many of its seconds pass in one of real time, 0 while the sandbox's clock stands.
    """

    session: str
    status: str
    reason: str | None
    amount: int
    currency: str
    expires_at: str
    expires_in_seconds: int
    code_expires_at: str | None
    code_expires_in_seconds: int | None
    clock_rate: float


class FormHeading(Shape):
    name: str
    description: str | None
    image: str | None


class OpenedSession(CheckoutSession):
    """A new payment form, and what it shows and calls next. ``warnings`` tell what of items and customer was left out."""

    merchant: FormHeading
    links: dict[str, str]
    warnings: list[str]


class Order(Shape):
    """What a merchant wants paid. Amounts in millimes: of a paid one ``received`` came to the merchant, ``fee`` was kept and
    ``shared`` went to other wallets; a refund gives no fee back. ``payer`` is a masked number of a phone or a card, and nothing
    tells a name.
    """

    id: str
    app_id: str
    is_test: bool
    reference: str | None
    name: str | None
    description: str | None
    amount: int
    refunded_amount: int
    fee: int
    shared: int
    received: int
    status: str
    reason: str | None
    payment_id: str | None
    payer: str | None
    created_at: str
    paid_at: str | None


def session_json(order: Row[Any], now: datetime, clock_rate: float) -> dict[str, Any]:
    """What the payment form reads while it waits. Spans are whole seconds."""
    code_until = order.code_expires_at if order.status == "PREPARED" else None
    return {
        "session": order.id,
        "status": order.status,
        "reason": order.reason,
        "amount": order.amount,
        "currency": CURRENCY,
        "expires_at": to_iso(order.expires_at),
        "expires_in_seconds": seconds_until(order.expires_at, now),
        "code_expires_at": to_iso(code_until) if code_until else None,
        "code_expires_in_seconds": seconds_until(code_until, now) if code_until else None,
        "clock_rate": clock_rate,
    }


def masked_payer(order: Row[Any]) -> str | None:
    """The payer's number or card, with only the digits that a merchant may see (report, 2.3.7 Privacy)."""
    if order.card:
        return str(order.card["pan"])
    return mask_phone_number(order.payer_phone) if order.payer_phone else None


def order_json(order: Row[Any]) -> dict[str, Any]:
    """What a developer reads. The payer's number is masked (report, 2.3.7 Privacy)."""
    return {
        "id": order.id,
        "app_id": order.app_id,
        "is_test": order.is_test,
        "reference": order.reference,
        "name": order.name,
        "description": order.description,
        "amount": order.amount,
        "refunded_amount": order.refunded_amount,
        "fee": order.fee,
        "shared": order.shared,
        "received": order.amount - order.fee - order.shared if order.paid_at else 0,
        "status": order.status,
        "reason": order.reason,
        "payment_id": order.payment_id,
        "payer": masked_payer(order),
        "created_at": to_iso(order.created_at),
        "paid_at": to_iso(order.paid_at) if order.paid_at else None,
    }


def order_row(order: Row[Any]) -> dict[str, Any]:
    """An order as a page shows it: with moments as moments, and the payer's number masked all the same."""
    return order_json(order) | {"created_at": order.created_at, "paid_at": order.paid_at}
