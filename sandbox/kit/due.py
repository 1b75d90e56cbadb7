"""When rows of a table fall due: what a move of the clock stops at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement

    from sandbox.kit.clock import NextDue
    from sandbox.kit.db import Database


def next_in(database: Database, moment: Column[Any], *conditions: ColumnElement[bool]) -> NextDue:
    """The first ``moment`` that is still to come, of the rows that fit the conditions."""
    query = select(func.min(moment)).where(*conditions, moment > bindparam("now"))

    def next_due(now: datetime) -> datetime | None:
        with database.read() as connection:
            found: datetime | None = connection.execute(query, {"now": now}).scalar_one()
            return found

    return next_due
