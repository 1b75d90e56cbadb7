"""A service's database: one way to read, one way to write."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from sandbox.kit.db import Database, FairLock, Moment, NewerDataError, after_commit
from sandbox.kit.waiting import poll
from tests.databases import POSTGRESQL
from tests.racing import race

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.databases import UrlFactory

metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", String(50), unique=True),
    Column("at", Moment),
)


@pytest.fixture
def database(database_url: UrlFactory) -> Iterator[Database]:
    opened = Database(database_url("notes"), metadata, version=3, schema="notes")
    yield opened
    opened.close()


def _add(database: Database, note: str, *then: Callable[[Connection], None]) -> None:
    with database.write() as connection:
        connection.execute(insert(notes).values(text=note))
        for action in then:
            action(connection)


def _increase(database: Database) -> None:
    for _ in range(10):
        with database.write() as connection:
            row = connection.execute(select(notes).with_for_update()).one()
            connection.execute(notes.update().values(text=str(int(row.text) + 1)))


def _fail(_connection: Connection) -> None:
    raise RuntimeError


def _texts(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(notes.c.text).order_by(notes.c.id)).scalars())


def test_a_write_is_committed_when_its_block_ends_well(database: Database) -> None:
    _add(database, "kept")
    assert _texts(database) == ["kept"]


def test_a_write_that_fails_leaves_nothing_and_frees_the_lock(database: Database) -> None:
    with pytest.raises(RuntimeError):
        _add(database, "lost", _fail)
    _add(database, "kept")
    assert _texts(database) == ["kept"]


def test_what_is_to_be_done_after_the_commit_sees_what_was_committed(database: Database) -> None:
    seen: list[list[str]] = []
    with database.write() as connection:
        after_commit(connection, lambda: seen.append(_texts(database)))
        after_commit(connection, lambda: _add(database, "second"))
        connection.execute(insert(notes).values(text="first"))
        assert seen == []
    assert seen == [["first"]]
    assert _texts(database) == ["first", "second"]


def test_nothing_is_done_after_a_rollback_nor_at_a_later_commit(database: Database) -> None:
    done: list[str] = []
    with pytest.raises(RuntimeError):
        _add(database, "lost", lambda connection: after_commit(connection, lambda: done.append("never")), _fail)
    _add(database, "later")
    assert done == []


def test_reading_changes_nothing(database: Database) -> None:
    with database.read() as connection:
        connection.execute(insert(notes).values(text="lost"))
    assert _texts(database) == []


def test_a_reader_sees_the_database_as_it_stood_at_one_moment(database: Database) -> None:
    _add(database, "before")
    count = select(func.count()).select_from(notes)
    with database.read() as connection:
        first = connection.execute(count).scalar_one()
        _add(database, "meanwhile")
        assert connection.execute(count).scalar_one() == first
    assert len(_texts(database)) == 2


def test_a_reader_does_not_hold_a_writer_back_nor_a_writer_a_reader(database: Database) -> None:
    with database.read() as reading:
        assert reading.execute(select(notes)).all() == []
        with database.write() as writing:
            writing.execute(insert(notes).values(text="new"))
            assert _texts(database) == []
    assert _texts(database) == ["new"]


def test_writers_that_race_lose_no_update(database: Database) -> None:
    _add(database, "0")
    race([lambda: _increase(database)] * 6)
    assert _texts(database) == ["60"]


def test_a_write_keeps_other_processes_from_writing_before_it_reads(sqlite_url: UrlFactory, tmp_path: Path) -> None:
    """Both could otherwise read the same and one of them fail at its first change."""
    database = Database(sqlite_url("notes"), metadata, version=3)
    other = sqlite3.connect(tmp_path / "notes.db", timeout=0, isolation_level=None)
    with database.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()
    database.close()


def test_writers_to_sqlite_queue_up_in_the_fair_lock(sqlite_url: UrlFactory) -> None:
    database = Database(sqlite_url("notes"), metadata, version=3)
    second = threading.Thread(target=_add, args=(database, "second"))
    with database.write() as connection:
        second.start()
        assert poll(lambda: list(database._write_lock._waiting), seconds=30)
        connection.execute(insert(notes).values(text="first"))
    second.join()
    assert _texts(database) == ["first", "second"]
    database.close()


def test_a_moment_is_read_as_it_was_written_to_the_millisecond(database: Database) -> None:
    moment = datetime(2026, 3, 1, 9, 30, 0, 125_000, UTC)
    with database.write() as connection:
        connection.execute(insert(notes), [{"text": "a", "at": moment}, {"text": "b", "at": None}])
    with database.read() as connection:
        assert list(connection.execute(select(notes.c.at).order_by(notes.c.text)).scalars()) == [moment, None]
        assert connection.execute(text("SELECT at FROM notes WHERE text = 'a'")).scalar_one() == 1772357400125
        assert connection.execute(select(notes.c.text).where(notes.c.at <= moment)).scalars().all() == ["a"]


def test_what_was_kept_is_there_after_opening_again(database_url: UrlFactory) -> None:
    for note in ("first", "second"):
        database = Database(database_url("notes"), metadata, version=3, schema="notes")
        _add(database, note)
        database.close()
    again = Database(database_url("notes"), metadata, version=4, schema="notes")
    assert _texts(again) == ["first", "second"]
    again.close()


def test_data_of_a_newer_version_is_left_alone_and_both_versions_are_named(sqlite_url: UrlFactory) -> None:
    Database(sqlite_url("notes"), metadata, version=4).close()
    with pytest.raises(NewerDataError, match="written as version 4, this sandbox knows version 3"):
        Database(sqlite_url("notes"), metadata, version=3)


@POSTGRESQL
def test_two_services_in_one_postgresql_database_do_not_meet(postgresql_url: UrlFactory) -> None:
    one = Database(postgresql_url(""), metadata, version=1, schema="one")
    two = Database(postgresql_url(""), metadata, version=1, schema="two")
    _add(one, "of one")
    assert (_texts(one), _texts(two)) == (["of one"], [])
    one.close()
    two.close()


def test_a_snapshot_brings_everything_back(sqlite_url: UrlFactory, tmp_path: Path) -> None:
    database, file = Database(sqlite_url("notes"), metadata, version=3), tmp_path / "demo" / "notes.db"
    _add(database, "kept")
    database.save_to(file)
    _add(database, "forgotten")
    assert _texts(database) == ["kept", "forgotten"]
    for _ in range(2):
        database.load_from(file)
        assert _texts(database) == ["kept"]
        _add(database, "forgotten")
    database.close()
    with sqlite3.connect(file) as saved:
        assert saved.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    saved.close()


def test_the_fair_lock_serves_in_the_order_of_arrival() -> None:
    lock, served = FairLock(), []

    def work(number: int) -> None:
        with lock:
            served.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    with lock:
        for arrived, thread in enumerate(threads, start=1):
            thread.start()
            assert poll(lambda: (len(lock._waiting) == arrived and ["arrived"]) or [], seconds=30)  # noqa: B023  used at once
        assert served == []
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_the_fair_lock_lets_one_in_at_a_time_and_is_free_in_the_end() -> None:
    lock, inside, most = FairLock(), [0], [0]

    def work() -> None:
        for _ in range(300):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    race([work] * 6)
    assert most == [1]
    assert not lock._held


def test_the_fair_lock_is_given_back_by_a_holder_that_failed() -> None:
    lock = FairLock()
    with pytest.raises(RuntimeError), lock:
        raise RuntimeError
    with lock:
        assert lock._held


def test_an_index_has_its_condition_in_both_databases(database_url: UrlFactory) -> None:
    """Models state it once, as ``sqlite_where``."""
    tables = MetaData()
    seats = Table(
        "seats", tables, Column("id", Integer, primary_key=True), Column("row", Integer), Column("free", Integer)
    )
    Index("seats_taken", seats.c.row, unique=True, sqlite_where=seats.c.free == 0)
    database = Database(database_url("seats"), tables, version=1, schema="seats")
    with database.write() as connection:
        connection.execute(insert(seats), [{"row": 1, "free": 1}, {"row": 1, "free": 1}, {"row": 1, "free": 0}])
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(insert(seats).values(row=1, free=0))
    database.close()
