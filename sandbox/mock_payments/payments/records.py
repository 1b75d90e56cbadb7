"""How a stored payment is told to others: as a shape, as an event, as SMS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.contracts.events import refunded_event
from sandbox.contracts.payments import Payment
from sandbox.kit.clock import to_iso
from sandbox.kit.money import format_number
from sandbox.kit.phone_numbers import mask_phone_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from sandbox.contracts.payments import Refund
    from sandbox.kit.outbox import Outbox

_SHOWN_REFERENCE = 8


@dataclass(frozen=True)
class GivenBack:
    """What a wallet with a share gives of a refund, and the phone that is told so."""

    wallet_id: str
    phone: str
    amount: int


def to_payment(row: Row[Any], *, with_code: bool = False) -> Payment:
    return Payment(
        id=row.id,
        state=row.state,
        reason=row.reason,
        session=row.session,
        app_id=row.app_id,
        payer_phone=row.payer_phone,
        payer_name=row.payer_name,
        payee_wallet_id=row.payee_wallet_id,
        merchant_name=row.merchant_name,
        amount=row.amount,
        reference=row.reference,
        created_at=to_iso(row.created_at),
        expires_at=to_iso(row.expires_at),
        executed_at=to_iso(row.executed_at) if row.executed_at else None,
        refunded=row.refunded,
        fee=row.fee,
        shared=row.shared,
        method=row.method,
        card=row.card,
        code=row.code if with_code else None,
    )


def tell_platform(connection: Connection, outbox: Outbox, row: Row[Any], at: datetime) -> None:
    """Store the event of the state that the payment has just reached."""
    payment = to_payment(row)
    event = {
        "id": f"{row.id}:{row.state}",
        "type": f"payment.{row.state}",
        "at": to_iso(at),
        "payment": payment.model_dump(),
    }
    outbox.add(connection, "event", event, story=row.session)


def tell_both_sides(connection: Connection, outbox: Outbox, row: Row[Any]) -> None:
    """Both sides of a payment get a confirmation SMS (report, 1.2); the merchant sees a masked number (2.3.7)."""
    for message in _messages(row, row.id, (row.amount, row.amount), ("payment_sent", "payment_received")):
        outbox.add(connection, "sms", message, story=row.session)


def tell_refund(
    connection: Connection, outbox: Outbox, row: Row[Any], refund: Refund, parts: Sequence[GivenBack] = ()
) -> None:
    """The event for the platform, and an SMS to the payer and to everybody whose money it was: to the merchant of its part, as
    to those with a share. ``row`` is the payment after the refund.
    """
    outbox.add(connection, "event", refunded_event(to_payment(row), refund).model_dump(), story=row.session)
    rest = refund.amount - sum(part.amount for part in parts)
    for message in _messages(row, refund.id, (refund.amount, rest), ("refund_received", "refund_sent")):
        outbox.add(connection, "sms", message, story=row.session)
    for part in parts:
        key = f"{refund.id}:refund_sent:{part.wallet_id}"
        message = _message(row, key, "refund_sent", part.phone, _payer_of(row), part.amount)
        outbox.add(connection, "sms", message, story=row.session)


def _messages(row: Row[Any], key: str, amounts: tuple[int, int], texts: tuple[str, str]) -> Iterator[dict[str, Any]]:
    """SMS to payer and merchant. ``texts`` names what each reads; ``key`` makes the messages of this movement unique."""
    phones, names = (row.payer_phone, row.payee_phone), (row.merchant_name, _payer_of(row))
    for template, phone, name, amount in zip(texts, phones, names, amounts, strict=True):
        if phone and amount:  # a card has no phone, and where others give everything the merchant moved nothing
            yield _message(row, f"{key}:{template}", template, phone, name, amount)


def _message(row: Row[Any], key: str, template: str, phone: str, name: str, amount: int) -> dict[str, Any]:
    reference = row.reference or row.id[:_SHOWN_REFERENCE]
    values = {"amount": format_number(amount), "reference": reference, "name": name}
    return {"key": key, "phone_number": phone, "template": template, "values": values}


def _payer_of(row: Row[Any]) -> str:
    """As others see who pays: with a masked number."""
    known_by = row.card["pan"] if row.card else mask_phone_number(row.payer_phone)
    return f"{row.payer_name} ({known_by})"
