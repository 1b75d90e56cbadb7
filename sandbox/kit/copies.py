"""Copies a PostgreSQL schema to an SQLite file and back: the very file that an SQLite database of the same tables is saved to.

Values go as they are stored: moments are whole numbers in both, JSON and days are texts, truth is 0 or 1.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, URL, Date, Table, create_engine

from sandbox.kit.saved import open_saved
from sandbox.kit.schema import SchemaState, write_state

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, MetaData

_AT_ONCE = 2_000
_FEW = 1_000
"""So many rows are deleted sooner than a table is truncated, which makes new files for it and its indexes."""
_TRIGGERS = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
"""


def save_schema(connection: Connection, metadata: MetaData, state: SchemaState, file: Path) -> None:
    """Everything that ``connection``, whose transaction sees one moment, can see. ``file`` is made anew."""
    file.unlink(missing_ok=True)
    with _sqlite_connection(file) as copy:
        metadata.create_all(copy, checkfirst=False)
        raw: Any = copy.connection.dbapi_connection
        for table in metadata.sorted_tables:
            raw.execute(f"DELETE FROM {_quoted(table.name)}")  # noqa: S608  names of ours; a new table may bring its first rows
            names = [column.name for column in table.columns]
            marks = ", ".join("?" * len(names))
            add = f"INSERT INTO {_quoted(table.name)} ({', '.join(map(_quoted, names))}) VALUES ({marks})"  # noqa: S608  names of ours
            for rows in _read(connection, table):
                raw.executemany(add, rows)
        write_state(copy, "", state)


def load_schema(connection: Connection, metadata: MetaData, file: Path) -> None:
    """Replace every row by those of ``file``, whose tables are today's, inside the caller's transaction.

    Rules that refuse to change rows are set aside for this transaction only.
    """
    raw: Any = connection.connection.dbapi_connection
    with open_saved(file) as source, raw.cursor() as cursor:
        guarded = [name for (name,) in cursor.execute(_TRIGGERS).fetchall()]
        _do_at_once(cursor, (f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in guarded))
        _empty(cursor, metadata.sorted_tables[::-1])
        for table in metadata.sorted_tables:
            _fill(cursor, table, source)
        _count_on(cursor, metadata.sorted_tables)
        _do_at_once(cursor, (f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in guarded))


def state_of(file: Path) -> SchemaState:
    with open_saved(file) as source:
        version, tables = (
            source.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")
        )
    return SchemaState(version, tables)


@contextmanager
def private_copy(file: Path) -> Iterator[Path]:
    """Of what must be brought up to date before it is loaded, and is not ours to change."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        yield Path(shutil.copy(file, folder))


def _read(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """In the order of the primary key, a batch at a time: a table may be larger than memory."""
    raw: Any = connection.connection.dbapi_connection
    wanted = ", ".join(
        f"{_quoted(column.name)}::text" if isinstance(column.type, JSON | Date) else _quoted(column.name)
        for column in table.columns
    )
    order = ", ".join(_quoted(column.name) for column in table.primary_key) or "1"
    with raw.cursor(name="flouci_sandbox_copy") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(f"SELECT {wanted} FROM {_quoted(table.name)} ORDER BY {order}")  # noqa: S608  names of ours
        while rows := cursor.fetchmany(_AT_ONCE):
            yield rows


def _do_at_once(cursor: Any, statements: Iterable[str]) -> None:
    """In one journey to the server: there and back takes longer than what most of them do."""
    told = "; ".join(statements)
    if told:
        cursor.execute(told)


def _empty(cursor: Any, tables: Sequence[Table]) -> None:
    """Those that refer to a table stand before it."""
    counts = (
        f"SELECT count(*) FROM (SELECT 1 FROM {_quoted(table.name)} LIMIT {_FEW}) AS found"  # noqa: S608  names of ours
        for table in tables
    )
    row = cursor.execute(f"SELECT {', '.join(f'({count})' for count in counts)}").fetchone()
    _do_at_once(
        cursor,
        (
            f"TRUNCATE {_quoted(table.name)} CASCADE" if count == _FEW else f"DELETE FROM {_quoted(table.name)}"  # noqa: S608  names of ours
            for table, count in zip(tables, row, strict=True)
            if count
        ),
    )


def _fill(cursor: Any, table: Table, source: sqlite3.Connection) -> None:
    names = ", ".join(_quoted(column.name) for column in table.columns)
    rows = source.execute(f"SELECT {names} FROM {_quoted(table.name)}")  # noqa: S608  names of ours
    first = rows.fetchone()
    if first is None:
        return
    with cursor.copy(f"COPY {_quoted(table.name)} ({names}) FROM STDIN") as copy:
        for row in chain([first], rows):
            copy.write_row([_without_nul(value) for value in row])


def _without_nul(value: Any) -> Any:
    """SQLite's texts may hold NUL, PostgreSQL's may not."""
    return value.replace("\x00", "\ufffd") if type(value) is str and "\x00" in value else value


def _count_on(cursor: Any, tables: Sequence[Table]) -> None:
    """The next number that the database gives is one more than the largest that a table holds.

    Not by setval(), which stays done where the transaction is not: the numbers of rows that stayed would be given again.
    """
    numbered = [(table.name, column.name) for table in tables if (column := table.autoincrement_column) is not None]
    if not numbered:
        return
    asked = ", ".join(["pg_get_serial_sequence(%s, %s)"] * len(numbered))
    names = [text for table, column in numbered for text in (_quoted(table), column)]
    sequences = cursor.execute(f"SELECT {asked}", names).fetchone()
    known = [(*pair, name) for pair, name in zip(numbered, sequences, strict=True) if name is not None]
    questions = [
        f"(SELECT coalesce(max({_quoted(column)}), 0) + 1 FROM {_quoted(table)}),"  # noqa: S608  names of ours
        f" (SELECT last_value + is_called::int FROM {sequence})"
        for table, column, sequence in known
    ]
    answers = iter(cursor.execute(f"SELECT {', '.join(questions)}").fetchone() or ())
    _do_at_once(
        cursor,
        (
            f"ALTER SEQUENCE {sequence} RESTART WITH {following}"
            for (_table, _column, sequence), following, to_come in zip(known, answers, answers, strict=True)
            if following != to_come
        ),
    )


@contextmanager
def _sqlite_connection(file: Path) -> Iterator[Connection]:
    engine = create_engine(URL.create("sqlite", database=str(file)))
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            yield connection
    finally:
        engine.dispose()


def _quoted(name: str) -> str:
    return f'"{name}"'
