"""Queries on limits: one row for each rule and subject, begun anew when its window is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, delete, select, text

from sandbox.platform.limits.models import rate_limits

if TYPE_CHECKING:
    from datetime import datetime

_moment = rate_limits.c.ends_at.type
# A window that ends later than one begun now was begun by a clock that has been set back since.
_IS_OVER = "rate_limits.ends_at <= :now OR rate_limits.ends_at > :ends_at"
_count = (
    text(
        "INSERT INTO rate_limits (rule, subject_hash, tries, ends_at) VALUES (:rule, :subject_hash, 1, :ends_at)"  # noqa: S608  put together from constants
        " ON CONFLICT (rule, subject_hash) DO UPDATE SET"
        f" tries = CASE WHEN {_IS_OVER} THEN 1 ELSE rate_limits.tries + 1 END,"
        f" ends_at = CASE WHEN {_IS_OVER} THEN :ends_at ELSE rate_limits.ends_at END"
        " RETURNING tries, ends_at"
    )
    .bindparams(bindparam("now", type_=_moment), bindparam("ends_at", type_=_moment))
    .columns(rate_limits.c.tries, rate_limits.c.ends_at)
)
_find = select(rate_limits).where(
    rate_limits.c.rule == bindparam("rule"), rate_limits.c.subject_hash == bindparam("subject_hash")
)


def count(connection: Connection, rule: str, subject_hash: str, now: datetime, ends_at: datetime) -> Row[Any]:
    """One more try; returns ``tries`` in this window, and when it ``ends_at``."""
    values = {"rule": rule, "subject_hash": subject_hash, "now": now, "ends_at": ends_at}
    return connection.execute(_count, values).one()


def find(connection: Connection, rule: str, subject_hash: str) -> Row[Any] | None:
    return connection.execute(_find, {"rule": rule, "subject_hash": subject_hash}).first()


def delete_over(connection: Connection, now: datetime) -> None:
    connection.execute(delete(rate_limits).where(rate_limits.c.ends_at <= now))
