"""Queries on the journal and the clock's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, delete, func, insert, or_, select, text, update

from sandbox.control.models import clock_state, exchanges, loaded_seeds
from sandbox.kit.clock import ClockState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_ONLY_ROW = 1
_LATELY, _MOST_LINES = 5_000, 5_000
_newest = select(func.max(exchanges.c.number))
_COLUMNS = tuple(column.name for column in exchanges.c if column is not exchanges.c.number)
_BOUND = {"sqlite": ":{}", "postgresql": "%({})s"}
_turn = text("SELECT pg_advisory_xact_lock(hashtext('journal'))")
_make_clock = text(
    "INSERT INTO clock_state (id, offset_seconds, is_frozen) VALUES (:id, 0, false) ON CONFLICT (id) DO NOTHING"
)
_count_run = text(
    "INSERT INTO runs (id, number) VALUES (:id, 1) ON CONFLICT (id) DO UPDATE SET number = runs.number + 1 RETURNING number"
)


def names(text: str, *, in_headers: bool = False) -> ColumnElement[bool]:
    """Exchanges in whose path or bodies ``text`` stands, in small or in capital letters."""
    column = exchanges.c
    searched = [column.path, column.request, column.answer, *([cast(column.headers, Text)] if in_headers else [])]
    return or_(*(func.lower(each).contains(text.lower(), autoescape=True) for each in searched))


def take_turn(connection: Connection) -> None:
    """PostgreSQL gives numbers before it commits: in turns, nobody who follows goes past one that comes later."""
    connection.execute(_turn)


def add_exchanges(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """``rows`` as they are stored: ``at`` in milliseconds, ``headers`` as JSON text.

    They go straight to the driver: every payment leaves 14 of them, and to look at each value of each was half their cost.
    """
    values = ", ".join(map(_BOUND[connection.dialect.name].format, _COLUMNS))
    connection.exec_driver_sql(f"INSERT INTO exchanges ({', '.join(_COLUMNS)}) VALUES ({values})", list(rows))  # noqa: S608  names of columns


def delete_oldest(connection: Connection, keep: int, *, before: datetime) -> None:
    """Leave only the newest ``keep`` exchanges, and none of ``before``."""
    is_old = or_(exchanges.c.number <= newest_number(connection) - keep, exchanges.c.at < before)
    connection.execute(delete(exchanges).where(is_old))


def newest_number(connection: Connection) -> int:
    return connection.execute(_newest).scalar() or 0


def list_traces(connection: Connection, limit: int) -> list[str]:
    """Of what happened lately, the stories that went on last first; each has its newest exchange among the last 5,000."""
    lately = select(exchanges.c.trace, exchanges.c.number).where(
        exchanges.c.number > newest_number(connection) - _LATELY, exchanges.c.trace != ""
    )
    recent = lately.subquery()
    newest = func.max(recent.c.number)
    query = select(recent.c.trace).group_by(recent.c.trace).order_by(newest.desc()).limit(limit)
    return list(connection.execute(query).scalars())


def list_lines(connection: Connection, traces: Sequence[str]) -> Sequence[Row[Any]]:
    """Of these stories, in the order in which they happened."""
    return connection.execute(
        select(exchanges).where(exchanges.c.trace.in_(traces)).order_by(exchanges.c.number).limit(_MOST_LINES)
    ).all()


def find_exchange(connection: Connection, request_id: str) -> Row[Any] | None:
    return connection.execute(select(exchanges).where(exchanges.c.id == request_id)).first()


def find_story(connection: Connection, ids: Sequence[str]) -> str | None:
    """The story with one of these ids, or else that in which one was named first, among the last 5,000 exchanges."""
    known = select(exchanges.c.trace).where(exchanges.c.trace.in_(ids)).limit(1)
    lately = exchanges.c.number > newest_number(connection) - _LATELY
    naming = select(exchanges.c.trace).where(lately, exchanges.c.trace != "", or_(*map(names, ids)))
    for query in (known, naming.order_by(exchanges.c.number).limit(1)):
        if found := connection.execute(query).scalar():
            return str(found)
    return None


def has_named(connection: Connection, trace: str, text: str) -> bool:
    """Whether an exchange of this story names ``text``, in its headers too."""
    query = select(exchanges.c.number).where(exchanges.c.trace == trace, names(text, in_headers=True)).limit(1)
    return connection.execute(query).first() is not None


def load_clock(connection: Connection) -> ClockState | None:
    row = connection.execute(select(clock_state)).first()
    if row is None:
        return None
    return ClockState(row.offset_seconds, row.frozen_at if row.is_frozen else None, row.rate, row.fast_since)


def lock_clock(connection: Connection) -> ClockState:
    """Whoever else wants to move the clock waits until the transaction ends."""
    connection.execute(_make_clock, {"id": _ONLY_ROW})
    connection.execute(select(clock_state.c.id).with_for_update())
    return load_clock(connection) or ClockState()


def count_run(connection: Connection) -> int:
    return int(connection.execute(_count_run, {"id": _ONLY_ROW}).scalar_one())


def carry_clock(connection: Connection, state: ClockState) -> None:
    """Of a world that was kept: its clock goes on as ``state``, which is another offset by now."""
    lock_clock(connection)
    known = connection.execute(select(clock_state)).one()
    save_clock(connection, state)
    carried = known.carried_seconds + state.offset_seconds - known.offset_seconds
    connection.execute(update(clock_state).values(carried_seconds=carried))


def save_clock(connection: Connection, state: ClockState) -> None:
    values = {
        "offset_seconds": state.offset_seconds,
        "is_frozen": state.frozen_at is not None,
        "frozen_at": state.frozen_at,
        "rate": state.rate,
        "fast_since": state.fast_since,
    }
    connection.execute(_make_clock, {"id": _ONLY_ROW})
    connection.execute(update(clock_state).values(**values))


def find_loaded_seed(connection: Connection, digest: str) -> Row[Any] | None:
    return connection.execute(select(loaded_seeds).where(loaded_seeds.c.digest == digest)).first()


def add_loaded_seed(connection: Connection, digest: str, name: str, at: datetime) -> None:
    connection.execute(insert(loaded_seeds), {"digest": digest, "name": name, "at": at})
