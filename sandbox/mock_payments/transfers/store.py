"""Queries on transfers, and those by which the ledger's proof checks them. Statements of the hot path are built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from sandbox.contracts.errors import TransferNotFound
from sandbox.mock_payments.transfers.models import transfers

if TYPE_CHECKING:
    from collections.abc import Mapping

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
