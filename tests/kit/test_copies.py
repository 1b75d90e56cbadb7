"""A database saved to a file and loaded again, from either kind to either kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError

from sandbox.kit.append_only import refuse_changes
from sandbox.kit.db import Database, Moment, NewerDataError
from tests.databases import POSTGRESQL, UrlFactory

metadata = MetaData()
books = Table(
    "books",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("title", String(80), nullable=False),
    Column("price", BigInteger),
    Column("weight", Float),
    Column("is_sold", Boolean),
    Column("printed_on", Date),
    Column("read_at", Moment),
    Column("cover", LargeBinary),
    Column("facts", JSON),
)
pages = Table(
    "pages",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("book", Integer, ForeignKey("books.number"), nullable=False),
)
refuse_changes(pages, "pages")
BOOKS: list[dict[str, Any]] = [
    {
        "title": 'L\'été à Sousse — صيف\t\\N \n"x"',
        "price": 9_007_199_254_740_993,
        "weight": 0.1,
        "is_sold": True,
        "printed_on": date(2026, 2, 28),
        "read_at": datetime(2026, 3, 1, 9, 30, 0, 125_000, tzinfo=UTC),
        "cover": b"\x00\xff\\",
        "facts": {"z": [1, None, "é"], "a": {}},
    },
    dict.fromkeys(("price", "weight", "printed_on", "read_at", "cover", "facts")) | {"title": "", "is_sold": False},
]
PAIRS = [
    pytest.param(source, target, marks=[POSTGRESQL] if "postgresql" in {source, target} else [])
    for source in ("sqlite", "postgresql")
    for target in ("sqlite", "postgresql")
]


@pytest.fixture
def open_database(request: pytest.FixtureRequest) -> Iterator[Callable[[str, str], Database]]:
    opened: list[Database] = []

    def open_one(kind: str, name: str) -> Database:
        url: UrlFactory = request.getfixturevalue(f"{kind}_url")
        opened.append(Database(url(name), metadata, version=2, schema=name))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


def fill(database: Database, more: int = 0) -> None:
    with database.write() as connection:
        connection.execute(insert(books), BOOKS)
        for number in range(more):
            connection.execute(insert(pages), {"id": f"page {number}", "book": 1 + number % 2})


def rows_of(database: Database) -> list[list[Any]]:
    with database.read() as connection:
        return [
            list(map(tuple, connection.execute(select(table).order_by(*table.primary_key)).all()))
            for table in (books, pages)
        ]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_what_was_saved_on_one_is_the_same_on_the_other(
    open_database: Callable[[str, str], Database], tmp_path: Path, source: str, target: str
) -> None:
    one, other = open_database(source, "one"), open_database(target, "other")
    fill(one, more=2_500)
    one.save_to(tmp_path / "saved.db")
    fill(other, more=1_200)
    fill(other)
    other.load_from(tmp_path / "saved.db")
    assert rows_of(other) == rows_of(one)
    assert other.times_loaded == 1


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_numbers_go_on_and_rules_hold_after_a_load(
    open_database: Callable[[str, str], Database], tmp_path: Path, source: str, target: str
) -> None:
    one, other = open_database(source, "one"), open_database(target, "other")
    fill(one, more=1)
    one.save_to(tmp_path / "saved.db")
    other.load_from(tmp_path / "saved.db")
    fill(other)
    assert [row[0] for row in rows_of(other)[0]] == [1, 2, 3, 4]
    with pytest.raises(DBAPIError, match="pages are never changed or deleted"), other.write() as connection:
        connection.execute(delete(pages))


@POSTGRESQL
def test_a_load_that_fails_has_not_happened(open_database: Callable[[str, str], Database], tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    database = open_database("postgresql", "one")
    fill(database, more=3)
    database.save_to(tmp_path / "saved.db")
    fill(database)
    with closing(sqlite3.connect(tmp_path / "saved.db")) as file:
        file.execute("INSERT INTO pages VALUES ('torn', 99)")
        file.commit()
    before = rows_of(database)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        database.load_from(tmp_path / "saved.db")
    assert rows_of(database) == before
    with pytest.raises(DBAPIError), database.write() as connection:
        connection.execute(delete(pages))
    fill(database)  # the numbers to come too are those of before
    assert [row[0] for row in rows_of(database)[0]] == [1, 2, 3, 4, 5, 6]


@POSTGRESQL
def test_a_newer_file_is_refused_before_anything_is_changed(
    open_database: Callable[[str, str], Database], tmp_path: Path
) -> None:
    import sqlite3
    from contextlib import closing

    database = open_database("postgresql", "one")
    fill(database, more=3)
    database.save_to(tmp_path / "saved.db")
    with closing(sqlite3.connect(tmp_path / "saved.db")) as file:
        file.execute("PRAGMA user_version=3")
    before = rows_of(database)
    with pytest.raises(NewerDataError):
        database.load_from(tmp_path / "saved.db")
    assert rows_of(database) == before
