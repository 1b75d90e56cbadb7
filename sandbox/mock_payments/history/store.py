"""The query of a wallet's history: its postings, with the payment or the transfer that each belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, or_, select

from sandbox.kit.paging import Page, PageQuery, read_page
from sandbox.mock_payments.ledger.entries import wallet_account
from sandbox.mock_payments.ledger.models import entries, postings
from sandbox.mock_payments.payments.models import payments
from sandbox.mock_payments.transfers.models import transfers

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_PAYMENT = {
    f"payment_{name}": payments.c[name]
    for name in ("state", "merchant_name", "payer_name", "payer_phone", "payee_wallet_id", "reference", "fee")
}
_TRANSFER = {
    f"transfer_{name}": transfers.c[name]
    for name in ("payer_name", "payer_phone", "payee_name", "payee_phone", "note", "fee")
}
_lines: Select[Any] = (
    select(
        postings.c.id,
        postings.c.amount,
        entries.c.kind,
        entries.c.reference,
        entries.c.created_at,
        *(column.label(name) for name, column in (_PAYMENT | _TRANSFER).items()),
    )
    .join_from(postings, entries, entries.c.id == postings.c.entry_id)
    .outerjoin(payments, payments.c.id == entries.c.reference)
    .outerjoin(transfers, transfers.c.id == entries.c.reference)
    .where(entries.c.kind != "release")
)
"""A hold stands for its payment, whose state tells whether the money came back."""


def read_history(connection: Connection, wallet_id: str, search: str | None, page: PageQuery) -> Page[Row[Any]]:
    query = _lines.where(postings.c.account == wallet_account(wallet_id))
    if search:
        query = query.where(_matches(search, wallet_id))
    return read_page(connection, query, [postings.c.id], page)


def _matches(search: str, wallet_id: str) -> ColumnElement[bool]:
    """What the line shows: the other side, not the wallet's own name, nor a number that a merchant sees masked."""

    def has(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
        return or_(*(column.icontains(search, autoescape=True) for column in columns))

    is_payee, goes_out = payments.c.payee_wallet_id == wallet_id, postings.c.amount < 0
    return or_(
        has(payments.c.reference, transfers.c.note, entries.c.reference),
        is_payee & has(payments.c.payer_name),
        ~is_payee & has(payments.c.merchant_name),
        goes_out & has(transfers.c.payee_name, transfers.c.payee_phone),
        ~goes_out & has(transfers.c.payer_name),
        ~goes_out & (entries.c.kind == "person") & has(transfers.c.payer_phone),
    )
