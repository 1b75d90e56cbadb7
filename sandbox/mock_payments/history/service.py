"""A wallet's history in words: who was on the other side, what it was for, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.transfers import HistoryItem, HistoryKind
from sandbox.kit.clock import to_iso
from sandbox.kit.phone_numbers import mask_phone_number
from sandbox.mock_payments.history import store

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.kit.db import Database
    from sandbox.kit.paging import Page
    from sandbox.mock_payments.history.schemas import HistoryQuery

_KINDS: dict[str, HistoryKind] = {
    "hold": "payment",
    "execute": "payment",
    "refund": "refund",
    "person": "transfer",
    "counter": "counter",
    "top_up": "top_up",
    "withdrawal": "withdrawal",
}
"""What a journal entry is called in a history."""
_DONE = "executed"


class HistoryService:
    def __init__(self, database: Database) -> None:
        self._database = database

    def list_history(self, wallet_id: str, wanted: HistoryQuery) -> Page[HistoryItem]:
        with self._database.read() as connection:
            page = store.read_history(connection, wallet_id, wanted.search, wanted)
        return page.map(lambda row: _to_item(row, wallet_id))


def _to_item(row: Row[Any], wallet_id: str) -> HistoryItem:
    is_transfer = row.transfer_payer_name is not None
    return HistoryItem(
        id=row.id,
        kind=_KINDS.get(row.kind, "other"),
        direction="in" if row.amount > 0 else "out",
        amount=abs(row.amount),
        fee=_fee(row, wallet_id),
        state=_DONE if row.kind == "refund" else row.payment_state or _DONE,
        note=row.transfer_note,
        reference=row.payment_reference,
        reference_id=row.reference,
        at=to_iso(row.created_at),
        **(_other_side_of_transfer(row) if is_transfer else _other_side_of_payment(row, wallet_id)),
    )


def _fee(row: Row[Any], wallet_id: str) -> int:
    """What the merchant paid of an amount that came in."""
    if row.kind == "counter" and row.amount > 0:
        return int(row.transfer_fee)
    return int(row.payment_fee) if row.kind == "execute" and row.payment_payee_wallet_id == wallet_id else 0


def _other_side_of_payment(row: Row[Any], wallet_id: str) -> dict[str, str | None]:
    """The merchant sees the payer with a masked number (report, 2.3.7), everybody else the merchant."""
    if row.payment_payee_wallet_id != wallet_id:
        return {"counterparty": row.payment_merchant_name, "counterparty_phone": None}
    phone = row.payment_payer_phone
    return {"counterparty": row.payment_payer_name, "counterparty_phone": mask_phone_number(phone) if phone else None}


def _other_side_of_transfer(row: Row[Any]) -> dict[str, str | None]:
    if row.amount < 0:
        return {"counterparty": row.transfer_payee_name, "counterparty_phone": row.transfer_payee_phone}
    phone = row.transfer_payer_phone
    shown = mask_phone_number(phone) if row.kind == "counter" else phone
    return {"counterparty": row.transfer_payer_name, "counterparty_phone": shown}
