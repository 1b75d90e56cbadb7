"""Queries on transfers, and those by which the ledger's proof checks them. Statements of the hot path are built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select

from sandbox.contracts.errors import TransferNotFound
from sandbox.mock_payments.ledger.models import entries, postings
from sandbox.mock_payments.ledger.store import moved
from sandbox.mock_payments.transfers.models import transfers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KINDS = ("person", "counter")
"""A transfer is booked as one journal entry of its own kind; its key is ``transfer:<id>``, its reference the id."""
_add = insert(transfers)
_by_key = select(transfers).where(transfers.c.idempotency_key == bindparam("key"))
_by_id = select(transfers).where(transfers.c.id == bindparam("id"))


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(_add, values)


def entry_key(transfer_id: str) -> str:
    return f"transfer:{transfer_id}"


def find_by_key(connection: Connection, key: str) -> Row[Any] | None:
    return connection.execute(_by_key, {"key": key}).first()


def get(connection: Connection, transfer_id: str) -> Row[Any]:
    found = connection.execute(_by_id, {"id": transfer_id}).first()
    if found is None:
        raise TransferNotFound(field="transfer_id")
    return found


def wrong_bookings(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Transfers that the ledger did not move from the payer's wallet to the payee's, or not as much."""
    table = transfers.c
    given, received = moved(table.payer_wallet_id, sign=-1), moved(table.payee_wallet_id, sign=1)
    query = (
        select(table.id, table.amount, table.fee, given.label("given"), received.label("received"))
        .select_from(
            transfers.outerjoin(entries, entries.c.key == "transfer:" + table.id).outerjoin(
                postings, postings.c.entry_id == entries.c.id
            )
        )
        .group_by(table.id, table.amount, table.fee)
        .having(or_(given != table.amount, received != table.amount - table.fee))
    )
    return connection.execute(query).all()


def bookings_without_transfer(connection: Connection) -> Sequence[str]:
    known = select(transfers.c.id).where(transfers.c.id == entries.c.reference, transfers.c.kind == entries.c.kind)
    query = select(entries.c.key).where(entries.c.kind.in_(KINDS), ~known.exists())
    return connection.execute(query).scalars().all()
