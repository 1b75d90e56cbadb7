"""What the features that change orders call, in the transaction of the change: so no day is closed without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, insert, select, text

from sandbox.kit.days import day_of
from sandbox.platform.metrics.models import changed_days, metric_progress, sale_refunds

if TYPE_CHECKING:
    from datetime import datetime

_closed_until = select(metric_progress.c.closed_until).with_for_update(read=True)
_mark = text("INSERT INTO metric_changed_days (day, app_id) VALUES (:day, :app_id) ON CONFLICT DO NOTHING").bindparams(
    bindparam("day", type_=changed_days.c.day.type)
)


def mark_changed(connection: Connection, app_id: str, *moments: datetime) -> None:
    """Something of the app came to be counted at these moments: days of theirs that are written are written again.

    Shares the lock of the progress: the job that closes a day waits for whoever has not committed, and they for the job.
    """
    closed_until: datetime = connection.execute(_closed_until).scalar_one()
    for moment in moments:
        if moment < closed_until:
            connection.execute(_mark, {"app_id": app_id, "day": day_of(moment)})


def add_refund(connection: Connection, values: dict[str, Any]) -> None:
    """A refund, at its own moment."""
    connection.execute(insert(sale_refunds), values)
    mark_changed(connection, values["app_id"], values["at"])
