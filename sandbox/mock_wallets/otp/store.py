"""Queries on one-time codes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sandbox.contracts.errors import ChallengeNotFound
from sandbox.mock_wallets.otp.models import challenges


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(challenges).values(**values))


def get(connection: Connection, challenge_id: str, *, lock: bool = False) -> Row[Any]:
    query = select(challenges).where(challenges.c.id == challenge_id)
    found = connection.execute(query.with_for_update() if lock else query).first()
    if found is None:
        raise ChallengeNotFound
    return found


def change(connection: Connection, challenge_id: str, **values: Any) -> None:
    connection.execute(update(challenges).where(challenges.c.id == challenge_id).values(**values))
