"""What is different between two SQLite files, found by the database: rows that came, went and changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.kit.saved import uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sandbox.control.snapshots.things import Thing

_OLD, _NEW = "old", "new"


@dataclass(frozen=True)
class Change:
    """A row as it was and as it is; None where there is none. ``columns`` are the watched ones that differ."""

    was: Mapping[str, Any] | None
    now: Mapping[str, Any] | None
    columns: tuple[str, ...] = ()

    @property
    def row(self) -> Mapping[str, Any]:
        return self.now or self.was or {}

    @property
    def kind(self) -> str:
        if self.was is None:
            return "new"
        return "gone" if self.now is None else "changed"


class Pair:
    """One service's database in two worlds. A table or column that an older version did not have is as good as empty."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def changes(self, thing: Thing) -> list[Change]:
        """In the order in which the things were made."""
        old, new = self._columns(_OLD, thing.table), self._columns(_NEW, thing.table)
        watched = [column for column in thing.watched if column in old and column in new]
        differs = " OR ".join(f"one.{column} IS NOT two.{column}" for column in watched)
        found = [Change(None, now) for now in self._only_in(_NEW, _OLD, thing, new, old)]
        found += [Change(was, None) for was in self._only_in(_OLD, _NEW, thing, old, new)]
        if differs and old and new:
            where = f"{_same(thing)} WHERE {differs} ORDER BY two.rowid"
            select = f"{_listed('one', thing, old)}, {_listed('two', thing, new)}"
            tables = f"old.{thing.table} one JOIN new.{thing.table} two"
            rows = self._rows(f"SELECT {select} FROM {tables} ON {where}")  # noqa: S608  names of ours
            found += [_changed(row, thing, watched) for row in rows]
        return found

    def both(self, table: str, columns: Sequence[str]) -> tuple[list[Any], list[Any]]:
        """All rows of each of the two that the other does not have just so."""
        old, new = (
            f"SELECT {', '.join(column if column in known else 'NULL' for column in columns)} FROM {side}.{table}"  # noqa: S608  names of ours
            for side in (_OLD, _NEW)
            for known in (self._columns(side, table),)
        )
        return self._rows(f"{old} EXCEPT {new}"), self._rows(f"{new} EXCEPT {old}")

    def names(self, table: str, name: str) -> dict[str, str]:
        """Of whoever has an id, as it is now where it still is."""
        return {
            row[0]: row[1]
            for side in (_OLD, _NEW)
            if self._columns(side, table)
            for row in self._rows(f"SELECT id, {name} FROM {side}.{table}")  # noqa: S608  names of ours
        }

    def value(self, kind: str, table: str, column: str, row_id: Any) -> Any:
        """Of a row that is ``gone`` or not."""
        side = _OLD if kind == "gone" else _NEW
        found = self._rows(f"SELECT {column} FROM {side}.{table} WHERE id = ?", row_id)  # noqa: S608  names of ours
        return found[0][0] if found else None

    def _only_in(
        self, here: str, there: str, thing: Thing, columns: frozenset[str], known: frozenset[str]
    ) -> Iterator[dict[str, Any]]:
        if not columns:
            return
        other = f"SELECT 1 FROM {there}.{thing.table} two WHERE {_same(thing)}"  # noqa: S608  names of ours
        unless = f"WHERE NOT EXISTS ({other})" if known else ""
        listed = _listed("one", thing, columns)
        statement = f"SELECT {listed} FROM {here}.{thing.table} one {unless} ORDER BY one.rowid"  # noqa: S608  names of ours
        for row in self._rows(statement):
            yield dict(zip(thing.columns, row, strict=True))

    def _columns(self, side: str, table: str) -> frozenset[str]:
        return frozenset(row[1] for row in self._rows(f"PRAGMA {side}.table_info({table})"))

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()


@contextmanager
def opened(before: Path, after: Path) -> Iterator[Pair]:
    """Nobody writes to either file meanwhile."""
    with closing(sqlite3.connect(":memory:", uri=True)) as connection:
        for name, file in ((_OLD, before), (_NEW, after)):
            connection.execute(f"ATTACH ? AS {name}", (uri_of(file),))
        yield Pair(connection)


def _same(thing: Thing) -> str:
    return " AND ".join(f"one.{column} = two.{column}" for column in thing.key)


def _listed(alias: str, thing: Thing, known: frozenset[str]) -> str:
    return ", ".join(f"{alias}.{column}" if column in known else "NULL" for column in thing.columns)


def _changed(row: Sequence[Any], thing: Thing, watched: Sequence[str]) -> Change:
    count = len(thing.columns)
    was = dict(zip(thing.columns, row[:count], strict=True))
    now = dict(zip(thing.columns, row[count:], strict=True))
    return Change(was, now, tuple(column for column in watched if was[column] != now[column]))
