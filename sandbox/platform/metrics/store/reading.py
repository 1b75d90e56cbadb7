"""Reading figures and rankings: the rows of the days that are written, and the rest counted as it stands."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select, union_all

from sandbox.kit.days import day_of
from sandbox.platform.metrics.days import ONE_DAY, Range
from sandbox.platform.metrics.figures import Figures, Ranked
from sandbox.platform.metrics.models import (
    app_days,
    customer_days,
    customer_months,
    item_days,
    item_months,
    refusal_days,
)
from sandbox.platform.metrics.store import counting, rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Select, Table

_FIGURES = tuple(app_days.c[name] for name in ("opened", "converted", "transactions", "gross", "refunds", "refunded"))
RANKINGS = {
    "items": (item_days, item_months, counting.select_items),
    "customers": (customer_days, customer_months, counting.select_customers),
}


def split(connection: Connection, span: Range) -> tuple[Range | None, Range | None]:
    """The part of a range whose rows are written, and the part that is counted as it stands; None for no days."""
    open_day = day_of(rows.get_closed_until(connection))
    if span.last < open_day:
        return span, None
    if span.first >= open_day:
        return None, span
    return Range(span.first, open_day - ONE_DAY), Range(open_day, span.last)


def read_totals(connection: Connection, app_ids: Sequence[str]) -> dict[str, Figures]:
    """By app, since the beginning."""
    query = select(app_days.c.app_id, *map(func.sum, _FIGURES)).where(app_days.c.app_id.in_(app_ids))
    found = {
        app_id: Figures(*map(int, sums)) for app_id, *sums in connection.execute(query.group_by(app_days.c.app_id))
    }
    until = rows.get_closed_until(connection)
    for app_id, figures in counting.count_figures(connection, until, None, app_ids).items():
        found[app_id] = found.get(app_id, Figures()) + figures
    return found


def read_days(connection: Connection, app_ids: Sequence[str], span: Range) -> dict[date, Figures]:
    """By day, of all these apps together; a day on which nothing happened is left out."""
    written, live = split(connection, span)
    found: dict[date, Figures] = {}
    if written:
        query = select(app_days.c.day, *map(func.sum, _FIGURES)).where(
            app_days.c.app_id.in_(app_ids), app_days.c.day.between(written.first, written.last)
        )
        for day, *sums in connection.execute(query.group_by(app_days.c.day)):
            found[day] = Figures(*map(int, sums))
    for day in _list_live_days(connection, live):
        found[day.first] = Figures.total(counting.count_figures(connection, day.start, day.end, app_ids).values())
    return found


def read_refusals(connection: Connection, app_ids: Sequence[str], span: Range) -> dict[str, int]:
    """By reason, the commonest first."""
    written, live = split(connection, span)
    found: dict[str, int] = {}
    if written:
        query = select(refusal_days.c.reason, func.sum(refusal_days.c.count)).where(
            refusal_days.c.app_id.in_(app_ids), refusal_days.c.day.between(written.first, written.last)
        )
        found = {reason: int(count) for reason, count in connection.execute(query.group_by(refusal_days.c.reason))}
    if live:
        for _, reason, count in counting.count_refusals(connection, live.start, live.end, app_ids):
            found[reason] = found.get(reason, 0) + count
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def count_sales(connection: Connection, app_ids: Sequence[str], written: Range) -> int:
    """Of days that are written. A sale is only ever added: as long as the number is the same, no ranking has changed."""
    query = select(func.coalesce(func.sum(app_days.c.transactions), 0)).where(
        app_days.c.app_id.in_(app_ids), app_days.c.day.between(written.first, written.last)
    )
    return int(connection.execute(query).scalar_one())


def read_written(
    connection: Connection,
    kind: str,
    app_ids: Sequence[str],
    written: Range,
    *,
    limit: int | None = None,
    keys: Sequence[str] | None = None,
) -> list[Ranked]:
    """The best of days that are written, by sales, then by number; with ``keys`` only those."""
    days, months, _ = RANKINGS[kind]
    whole = written.whole_months(written.last + ONE_DAY)
    parts: list[Select[Any]] = [_select_rows(days, part, app_ids) for part in written.without(whole)]
    if whole:
        parts.append(_select_rows(months, whole, app_ids))
    every = union_all(*parts).subquery()
    count, sales = func.sum(every.c.count), func.sum(every.c.sales)
    query = select(every.c.key, func.max(every.c.name), count, sales).group_by(every.c.key)
    if keys is not None:
        query = query.where(every.c.key.in_(keys))
    return _to_ranked(connection, query.order_by(sales.desc(), count.desc(), every.c.key).limit(limit))


def read_live(
    connection: Connection, kind: str, app_ids: Sequence[str], live: Range, *, key: str | None = None
) -> dict[str, Ranked]:
    """All of the days that are not written, by key; with ``key`` only that one."""
    every = RANKINGS[kind][2](live.start, live.end, app_ids).subquery()
    query = select(every.c.key, func.max(every.c.name), func.sum(every.c.count), func.sum(every.c.sales))
    if key is not None:
        query = query.where(every.c.key == key)
    return {each.key: each for each in _to_ranked(connection, query.group_by(every.c.key))}


def read_one(connection: Connection, kind: str, app_ids: Sequence[str], span: Range, key: str) -> Ranked | None:
    """None where it did nothing."""
    written, live = split(connection, span)
    found = read_written(connection, kind, app_ids, written, keys=[key]) if written else []
    if live:
        found += read_live(connection, kind, app_ids, live, key=key).values()
    return reduce(add, found) if found else None


def _to_ranked(connection: Connection, query: Select[Any]) -> list[Ranked]:
    return [Ranked(key, name or "", int(count), int(sales)) for key, name, count, sales in connection.execute(query)]


def _select_rows(table: Table, span: Range, app_ids: Sequence[str]) -> Select[Any]:
    period = list(table.c)[1]
    return select(table.c.key, table.c.name, table.c.count, table.c.sales).where(
        table.c.app_id.in_(app_ids), period.between(span.first, span.last)
    )


def _list_live_days(connection: Connection, live: Range | None) -> list[Range]:
    """Of the days that are not written, those on which anything happened."""
    found: list[Range] = []
    while live:
        moment = counting.find_next_moment(connection, live.start)
        if moment is None or moment >= live.end:
            break
        day = day_of(moment)
        found.append(Range(day, day))
        live = Range(day + ONE_DAY, live.last) if day < live.last else None
    return found
