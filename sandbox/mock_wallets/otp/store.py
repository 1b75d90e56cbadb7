"""Queries on one-time codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sandbox.contracts.errors import ChallengeNotFound
from sandbox.mock_wallets.otp.models import challenges, sendings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


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


def list_sendings(connection: Connection, phone_number: str, since: datetime) -> Sequence[datetime]:
    """When codes went to this phone after ``since``, newest first; earlier ones are forgotten."""
    to_phone = sendings.c.phone_number == phone_number
    connection.execute(delete(sendings).where(to_phone, sendings.c.sent_at <= since))
    return (
        connection.execute(select(sendings.c.sent_at).where(to_phone).order_by(sendings.c.sent_at.desc()))
        .scalars()
        .all()
    )


def add_sending(connection: Connection, phone_number: str, sent_at: datetime) -> None:
    connection.execute(insert(sendings).values(phone_number=phone_number, sent_at=sent_at))
