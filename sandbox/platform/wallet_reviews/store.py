"""Queries on decisions that are under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, select

from sandbox.platform.wallet_reviews.models import decisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BATCH = 100


def put(connection: Connection, values: Mapping[str, Any]) -> None:
    """In place of one that is still there."""
    connection.execute(delete(decisions).where(decisions.c.subject_id == values["subject_id"]))
    connection.execute(insert(decisions), values)


def remove(connection: Connection, subject_id: str, token: str) -> bool:
    """Whether it was there: who removes it has the last word."""
    is_it = (decisions.c.subject_id == subject_id, decisions.c.token == token)
    return connection.execute(delete(decisions).where(*is_it)).rowcount > 0


def list_under_way(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    return connection.execute(select(decisions).order_by(decisions.c.subject_id).limit(_BATCH)).all()
