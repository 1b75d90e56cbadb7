"""Paging by key: every row once, in order, whatever comes in meanwhile; a cursor is input like any other."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from sandbox.kit.clock import from_milliseconds
from sandbox.kit.db import Database, Moment
from sandbox.kit.errors import InvalidInput
from sandbox.kit.paging import PageQuery, read_page
from tests.databases import UrlFactory

metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("name", String(20), nullable=False),
)
ROWS = 23


@pytest.fixture
def database(database_url: UrlFactory) -> Iterator[Database]:
    made = Database(database_url("paging"), metadata, version=1, schema="paging")
    with made.write() as connection:
        rows = [{"at": from_milliseconds(1_000 * (number // 3)), "name": f"n{number % 5}"} for number in range(ROWS)]
        connection.execute(insert(things), rows)
    yield made
    made.close()


def walk(database: Database, *, by: str, limit: int, descending: bool, extra: bool = False) -> list[int]:
    seen: list[int] = []
    after: str | None = None
    while True:
        with database.read() as connection:
            keys = [things.c[by], things.c.number]
            page = read_page(
                connection, select(things), keys, PageQuery(limit=limit, after=after), descending=descending
            )
        seen += [row.number for row in page.rows]
        if extra and page.next_cursor:
            with database.write() as connection:
                connection.execute(insert(things), {"at": from_milliseconds(9_999_999), "name": "zz"})
        after = page.next_cursor
        if after is None:
            return seen


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("by", ["at", "name"])
@pytest.mark.parametrize("limit", [1, 4, 23, 24])
def test_every_row_comes_once_and_in_order(database: Database, by: str, limit: int, *, descending: bool) -> None:
    with database.read() as connection:
        rows = connection.execute(select(things)).all()
    wanted = sorted(rows, key=lambda row: (getattr(row, by), row.number), reverse=descending)
    assert walk(database, by=by, limit=limit, descending=descending) == [row.number for row in wanted]


def test_rows_that_come_in_meanwhile_move_none(database: Database) -> None:
    assert sorted(walk(database, by="at", limit=4, descending=True, extra=True)) == list(range(1, ROWS + 1))


def coded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "%%%", "é", coded([]), coded([1]), coded([1, 2, 3]), coded({}), coded("ab"), coded([None, 1])),
        *(coded([1, "1"]), coded(["1", 1]), coded([True, 1]), coded([2**63, 1]), coded([10**17, 1]), coded([1.5, 1])),
        coded([[1], 1]),
    ],
)
def test_a_cursor_of_another_list_is_refused_by_name(database: Database, cursor: str) -> None:
    with database.read() as connection, pytest.raises(InvalidInput) as refused:
        read_page(connection, select(things), [things.c.at, things.c.number], PageQuery(after=cursor))
    assert refused.value.field == "after"


@given(st.text(max_size=80))
def test_no_text_crashes_as_a_cursor(text: str) -> None:
    from sandbox.kit.paging import read_cursor

    with suppress(InvalidInput):
        read_cursor(text, [things.c.name, things.c.number])


@pytest.mark.parametrize("limit", [0, -1, 201, True, "many"])
def test_a_page_has_1_to_200_rows(limit: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        PageQuery.parse({"limit": limit})
    assert refused.value.field == "limit"
