"""Queries on remembered accept answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sandbox.platform.merchant_api.generation_1.models import accept_answers


def find(connection: Connection, app_id: str, key: str) -> Row[Any] | None:
    query = select(accept_answers).where(accept_answers.c.app_id == app_id, accept_answers.c.key == key)
    return connection.execute(query).first()


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(accept_answers).values(**values))


def set_answer(connection: Connection, app_id: str, key: str, status: int, body: dict[str, Any]) -> None:
    """The first answer stays: one that is there already is not replaced."""
    connection.execute(
        update(accept_answers)
        .where(accept_answers.c.app_id == app_id, accept_answers.c.key == key, accept_answers.c.status.is_(None))
        .values(status=status, body=body)
    )
