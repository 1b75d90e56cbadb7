"""Queries on wrong PINs; whoever asks has locked the wallet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select

from sandbox.mock_wallets.pins.models import wrong_tries

if TYPE_CHECKING:
    from collections.abc import Sequence


def list_tried(connection: Connection, wallet_id: str, attempt: str) -> Sequence[str]:
    """The hash of the wrong PIN that this call tried; none at its first time."""
    of_call = (wrong_tries.c.wallet_id == wallet_id, wrong_tries.c.attempt == attempt)
    return connection.execute(select(wrong_tries.c.pin_hash).where(*of_call)).scalars().all()


def add(connection: Connection, wallet_id: str, attempt: str, pin_hash: str) -> None:
    connection.execute(insert(wrong_tries).values(wallet_id=wallet_id, attempt=attempt, pin_hash=pin_hash))


def forget(connection: Connection, wallet_id: str) -> None:
    connection.execute(delete(wrong_tries).where(wrong_tries.c.wallet_id == wallet_id))
