"""Before data of an older version is brought up to date, it is kept as it was, and the output says where."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, inspect, text

from sandbox.kit.db import Database, NewerDataError
from sandbox.kit.schema import UpgradeError
from tests.cli.runner import Runner, require_one_line
from tests.kept_data.folders import SERVICES, make_data_folder

if TYPE_CHECKING:
    from tests.databases import UrlFactory


def tables(*, grown: bool = False) -> MetaData:
    metadata = MetaData()
    more = [Column("since", Integer, nullable=False, server_default="7")] if grown else []
    Table("pets", metadata, Column("id", Integer, primary_key=True), Column("name", String(20)), *more)
    return metadata


def open_pets(url: str, *, version: int, **changes: Any) -> Database:
    return Database(url, tables(grown=version > 1), version=version, schema="pets", **changes)


def keep_one(url: str) -> None:
    database = open_pets(url, version=1)
    with database.write() as connection:
        connection.execute(insert(tables().tables["pets"]), {"name": "Minouche"})
    assert database.backup is None, "nothing was older"
    database.close()


def kept_in(backup: str, url: str) -> list[tuple[Any, ...]]:
    """What the backup holds, read without the product."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(backup)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return connection.execute("SELECT * FROM pets").fetchall()
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(f"SELECT * FROM {backup.removeprefix('schema ')}.pets").fetchall()


def test_what_was_there_is_kept_as_it_was(database_url: UrlFactory) -> None:
    url = database_url("pets")
    keep_one(url)
    database = open_pets(url, version=2)
    assert database.backup is not None
    assert kept_in(database.backup, url) == [(1, "Minouche")]
    with database.read() as connection:
        assert connection.execute(text("SELECT id, name, since FROM pets")).all() == [(1, "Minouche", 7)]
    database.close()
    again = open_pets(url, version=2)
    assert again.backup is None, "nothing is older any more"
    again.close()


def test_an_upgrade_that_fails_changes_nothing_and_a_later_one_writes_over_no_backup(database_url: UrlFactory) -> None:
    url = database_url("pets")
    keep_one(url)

    def fail(connection: Connection) -> None:
        connection.execute(text("DELETE FROM pets"))
        raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        open_pets(url, version=2, upgrades={2: fail})
    old = open_pets(url, version=1)
    with old.read() as connection:
        assert connection.execute(text("SELECT * FROM pets")).all() == [(1, "Minouche")]
    old.close()
    places = []
    for version in (2, 3):
        database = open_pets(url, version=version)
        places.append(database.backup)
        database.close()
    assert len(set(places)) == 2
    assert kept_in(str(places[0]), url) == [(1, "Minouche")]
    assert kept_in(str(places[1]), url) == [(1, "Minouche", 7)]


def test_newer_data_is_refused_and_not_touched(database_url: UrlFactory) -> None:
    url = database_url("pets")
    open_pets(url, version=2).close()
    with pytest.raises(NewerDataError, match=r"version 2.*version 1"):
        open_pets(url, version=1)
    database = open_pets(url, version=2)
    with database.read() as connection:
        assert "since" in {column["name"] for column in inspect(connection).get_columns("pets")}
    database.close()


def test_without_room_for_a_backup_nothing_is_brought_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'pets.db'}"
    keep_one(url)
    (tmp_path / "backups").write_text("this is no folder", "utf-8")
    with pytest.raises(UpgradeError, match=r"no copy of .*pets\.db could be made"):
        open_pets(url, version=2)
    (tmp_path / "backups").unlink()
    database = open_pets(url, version=2)
    assert kept_in(str(database.backup), url) == [(1, "Minouche")]
    database.close()


def test_up_names_where_the_older_data_is_kept(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    make_data_folder(1, runner.data)
    up = runner.up()
    backups = [Path(each) for each in up.details["backups"]]
    assert {file.name.partition("-")[0] for file in backups} <= set(SERVICES)
    payments = next(file for file in backups if file.name.startswith("payments"))
    with closing(sqlite3.connect(payments)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        held = connection.execute("SELECT SUM(balance) FROM ledger_accounts WHERE overdraft = 0").fetchone()
        assert held[0] > 0
    up.signal(15)
    _, _, errors = up.wait()
    assert str(payments) in errors
    second = runner.up()
    assert "backups" not in second.details
    second.stop()
    runner.close()


def test_up_refuses_in_one_line_when_there_is_no_room_for_the_older_data(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    make_data_folder(1, runner.data)
    (runner.data / "databases" / "backups").write_text("this is no folder", "utf-8")
    line = require_one_line(runner.run("up", "--port", "0", "--smtp-port", "0"), 2)
    assert str(runner.data) in line
    assert "no copy of" in line
    state = json.loads((runner.data / "state.json").read_text("utf-8"))
    assert state["seeded"]
    (runner.data / "databases" / "backups").unlink()
    runner.up().stop()
    runner.close()
