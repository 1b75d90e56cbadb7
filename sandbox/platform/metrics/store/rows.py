"""Writing the rows of days and months, and how far they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Date, delete, func, insert, literal, select, update

from sandbox.platform.metrics.days import Range, next_month
from sandbox.platform.metrics.models import (
    app_days,
    changed_days,
    customer_days,
    customer_months,
    item_days,
    item_months,
    metric_progress,
    refusal_days,
)
from sandbox.platform.metrics.store import counting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Table

_progress = select(metric_progress.c.closed_until)
_locked_progress = _progress.with_for_update()
_RANKINGS = ((item_days, item_months), (customer_days, customer_months))
_COLUMNS = ("key", "name", "count", "sales")


def get_closed_until(connection: Connection, *, lock: bool = False) -> datetime:
    """Up to when the rows are written; 1970 before the first."""
    found: datetime = connection.execute(_locked_progress if lock else _progress).scalar_one()
    return found


def set_closed_until(connection: Connection, moment: datetime) -> None:
    connection.execute(update(metric_progress).values(closed_until=moment))


def list_changed(connection: Connection, limit: int) -> list[tuple[date, str]]:
    """The days to write again, with the app that each is of."""
    query = select(changed_days.c.day, changed_days.c.app_id).order_by(changed_days.c.day).limit(limit)
    return [(day, app_id) for day, app_id in connection.execute(query)]


def forget_change(connection: Connection, day: date, app_id: str) -> None:
    connection.execute(delete(changed_days).where(changed_days.c.day == day, changed_days.c.app_id == app_id))


def write_day(connection: Connection, day: date, app_ids: Sequence[str] | None = None) -> int:
    """Count the day and write its rows in place of those that were there; of these apps, or of all that did anything.

    Returns how many apps have a row.
    """
    span = Range(day, day)
    figures = counting.count_figures(connection, span.start, span.end, app_ids)
    refusals = counting.count_refusals(connection, span.start, span.end, app_ids)
    written = sorted({*figures, *(app_id for app_id, _, _ in refusals), *(app_ids or ())})
    if not written:
        return 0
    _replace(connection, app_days, day, written, [{"app_id": app, **vars(each)} for app, each in figures.items()])
    reasons = [{"app_id": app, "reason": reason, "count": count} for app, reason, count in refusals]
    _replace(connection, refusal_days, day, written, reasons)
    items = counting.select_items(span.start, span.end, written)
    _fill(connection, item_days, day, written, items)
    _fill(connection, customer_days, day, written, counting.select_customers(span.start, span.end, written))
    return len(written)


def write_month(connection: Connection, month: date, app_ids: Sequence[str] | None = None) -> None:
    """Add up the days of a month that is over, in place of what was there."""
    for days, months in _RANKINGS:
        of_month = (days.c.day >= month, days.c.day < next_month(month))
        written = app_ids or connection.execute(select(days.c.app_id).where(*of_month).distinct()).scalars().all()
        summed = (
            select(
                days.c.app_id,
                days.c.key,
                func.max(days.c.name).label("name"),
                func.sum(days.c.count).label("count"),
                func.sum(days.c.sales).label("sales"),
            )
            .where(days.c.app_id.in_(written), *of_month)
            .group_by(days.c.app_id, days.c.key)
        )
        _fill(connection, months, month, written, summed)


def _replace(
    connection: Connection, table: Table, day: date, app_ids: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    _clear(connection, table, day, app_ids)
    if rows:
        connection.execute(insert(table), [{"day": day, **row} for row in rows])


def _fill(connection: Connection, table: Table, first: date, app_ids: Sequence[str], source: Any) -> None:
    """From a query with the columns app_id, key, name, count and sales, without bringing its rows here."""
    _clear(connection, table, first, app_ids)
    period = list(table.c)[1].name
    found = source.subquery()
    chosen = select(found.c.app_id, literal(first, Date), *(found.c[name] for name in _COLUMNS))
    connection.execute(insert(table).from_select(["app_id", period, *_COLUMNS], chosen))


def _clear(connection: Connection, table: Table, first: date, app_ids: Sequence[str]) -> None:
    connection.execute(delete(table).where(table.c.app_id.in_(app_ids), list(table.c)[1] == first))
