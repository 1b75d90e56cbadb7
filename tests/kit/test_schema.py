"""Tables of an older version become those of today, and keep their rows."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import (
    DDL,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
    inspect,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from sandbox.kit.db import DamagedDataError, Database, NewerDataError
from sandbox.kit.schema import SchemaState, UpgradeError, read_state

if TYPE_CHECKING:
    from tests.databases import UrlFactory

ROOT = Path(__file__).parents[2]


def old_tables() -> MetaData:
    metadata = MetaData()
    Table("owners", metadata, Column("id", Integer, primary_key=True), Column("name", String(5), nullable=False))
    pets = Table(
        "pets",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("owner_id", Integer, ForeignKey("owners.id"), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("given_up", String(20)),
    )
    Table("left_alone", metadata, Column("id", Integer, primary_key=True))
    Index("pets_of_a_kind", pets.c.kind, unique=True, sqlite_where=pets.c.kind == "cat")
    return metadata


def new_tables() -> MetaData:
    metadata = MetaData()
    owners = Table(
        "owners",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(50)),  # longer, and may be empty
        Column("email", String(50), unique=True),
    )
    pets = Table(
        "pets",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("owner_id", Integer, ForeignKey("owners.id"), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("name", String(20), nullable=False, server_default="nameless"),
        Column("nurse_id", Integer, ForeignKey("owners.id"), index=True),
        UniqueConstraint("owner_id", "kind"),
    )
    visits = Table(
        "visits", metadata, Column("id", Integer, primary_key=True), Column("pet_id", ForeignKey("pets.id"), index=True)
    )
    Index("pets_of_a_kind", pets.c.kind, unique=True, sqlite_where=pets.c.kind == "cow")
    event.listen(visits, "after_create", DDL("INSERT INTO visits (id) VALUES (100)"))
    assert owners.c.email is not None
    return metadata


@pytest.fixture
def kept(database_url: UrlFactory) -> str:
    """The address of a database that the older version used."""
    url = database_url("zoo")
    database = open_(url, old_tables(), 1)
    with database.write() as connection:
        run(connection, "INSERT INTO owners (id, name) VALUES (1, 'Emna')")
        run(
            connection,
            "INSERT INTO pets (id, owner_id, kind, given_up) VALUES (1, 1, 'cow', 'kept'), (2, 1, 'cat', 'x')",
        )
    database.close()
    return url


def open_(url: str, metadata: MetaData, version: int, **upgrades) -> Database:
    return Database(url, metadata, version=version, schema="zoo", **upgrades)


def run(connection: Connection, statement: str) -> list[tuple]:
    result = connection.execute(text(statement))
    return [tuple(row) for row in result] if result.returns_rows else []


def read(database: Database, statement: str) -> list[tuple]:
    with database.read() as connection:
        return run(connection, statement)


def write(database: Database, statement: str) -> None:
    with database.write() as connection:
        run(connection, statement)


def test_rows_stay_and_get_what_is_new(kept: str) -> None:
    database = open_(kept, new_tables(), 2)
    assert read(database, "SELECT name, email FROM owners") == [("Emna", None)]
    assert read(database, "SELECT id, owner_id, kind, name, nurse_id FROM pets ORDER BY id") == [
        (1, 1, "cow", "nameless", None),
        (2, 1, "cat", "nameless", None),
    ]
    assert read(database, "SELECT given_up FROM pets ORDER BY id") == [("kept",), ("x",)]
    assert read(database, "SELECT count(*) FROM left_alone") == [(0,)]
    assert read(database, "SELECT id FROM visits") == [(100,)]
    write(database, "INSERT INTO visits (id, pet_id) VALUES (1, 2)")
    write(database, "INSERT INTO owners (id, name) VALUES (2, NULL)")
    write(database, "INSERT INTO owners (id, name) VALUES (3, 'a name of more than five letters')")
    with database.read() as connection:
        assert {index["name"] for index in inspect(connection).get_indexes("pets")} >= {
            "ix_pets_nurse_id",
            "pets_of_a_kind",
        }
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO pets (id, owner_id, kind) VALUES (3, 1, 'cow')",  # the rule of two columns
        "INSERT INTO pets (id, owner_id, kind) VALUES (3, 9, 'dog')",  # the owner, as before
        "INSERT INTO pets (id, owner_id, kind, nurse_id) VALUES (3, 1, 'dog', 9)",  # the nurse, which is new
        "INSERT INTO pets (id, owner_id, kind, name) VALUES (3, 1, 'dog', NULL)",
        "INSERT INTO pets (id, owner_id, kind) VALUES (3, 2, 'cow')",  # the new condition of the partial index
        "INSERT INTO owners (id, name, email) VALUES (4, 'a', 'used')",
    ],
)
def test_what_is_new_is_also_watched(kept: str, statement: str) -> None:
    database = open_(kept, new_tables(), 2)
    write(database, "INSERT INTO owners (id, name, email) VALUES (2, 'Sami', 'used')")
    with pytest.raises(IntegrityError):
        write(database, statement)
    write(database, "INSERT INTO pets (id, owner_id, kind) VALUES (3, 2, 'cat')")  # the old condition is gone
    database.close()


def test_an_upgrade_changes_rows_between_new_columns_and_new_rules(kept: str) -> None:
    """Each once, in the order of versions, and only those that the data has not seen."""
    done: list[int] = []
    old = old_tables().tables["pets"]

    def leave_one_of_a_kind(connection: Connection) -> None:
        done.append(2)
        connection.execute(update(old).where(old.c.kind == "cat").values(kind="cow"))
        run(connection, "UPDATE pets SET name = 'Minouche'")

    def undo(connection: Connection) -> None:
        done.append(3)
        run(connection, "UPDATE pets SET kind = 'cat' WHERE id = 2")

    steps = {1: lambda _: done.append(1), 3: undo, 2: leave_one_of_a_kind, 4: lambda _: done.append(4)}
    for _ in range(2):
        database = open_(kept, new_tables(), 3, upgrades=steps)
        assert read(database, "SELECT kind, name FROM pets ORDER BY id") == [("cow", "Minouche"), ("cat", "Minouche")]
        database.close()
    assert done == [2, 3]


def test_a_new_database_needs_no_upgrade(database_url: UrlFactory) -> None:
    open_(database_url("zoo"), new_tables(), 3, upgrades={2: lambda _: pytest.fail("nothing to change")}).close()


def test_an_upgrade_that_fails_leaves_the_old_version_whole(kept: str) -> None:
    def fail(connection: Connection) -> None:
        run(connection, "UPDATE pets SET kind = 'lost'")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        open_(kept, new_tables(), 2, upgrades={2: fail})
    database = open_(kept, old_tables(), 1)
    assert read(database, "SELECT kind FROM pets ORDER BY id") == [("cow",), ("cat",)]
    with database.read() as connection:
        assert read_state(connection, "zoo") == SchemaState.wanted(old_tables(), 1)
        assert not inspect(connection).has_table("visits")
    database.close()


def test_rules_that_kept_rows_break_leave_the_old_version_whole(kept: str) -> None:
    database = open_(kept, old_tables(), 1)
    write(database, "INSERT INTO pets (id, owner_id, kind) VALUES (3, 1, 'cow')")
    database.close()
    with pytest.raises((IntegrityError, DamagedDataError)):
        open_(kept, new_tables(), 2)
    open_(kept, old_tables(), 1).close()


def test_a_new_column_that_may_not_be_empty_needs_a_default_in_the_database(kept: str) -> None:
    metadata = old_tables()
    metadata.tables["pets"].append_column(Column("colour", String(10), nullable=False, default="grey"))
    with pytest.raises(UpgradeError, match=r"pets\.colour .* server_default"):
        open_(kept, metadata, 2)


def test_models_that_grew_without_a_new_version_are_noticed_as_well(kept: str) -> None:
    metadata = old_tables()
    metadata.tables["pets"].append_column(Column("colour", String(10)))
    database = open_(kept, metadata, 1)
    assert read(database, "SELECT colour FROM pets") == [(None,), (None,)]
    database.close()
    again = open_(kept, old_tables(), 1)  # and the program of before still works with them
    write(again, "INSERT INTO pets (id, owner_id, kind) VALUES (3, 1, 'dog')")
    again.close()


def test_a_newer_version_is_left_alone(kept: str) -> None:
    open_(kept, new_tables(), 2).close()
    with pytest.raises(NewerDataError, match="version 2, this sandbox knows version 1"):
        open_(kept, old_tables(), 1)


def test_alembic_is_not_imported_where_nothing_is_to_be_done(tmp_path: Path) -> None:
    program = (
        "import sys; from sqlalchemy import *; from sandbox.kit.db import Database\n"
        "m = MetaData(); Table('a', m, Column('id', Integer, primary_key=True))\n"
        f"for _ in range(2): Database('sqlite:///{tmp_path}/a.db', m, version=1).close()\n"
        "assert not [name for name in sys.modules if name.startswith('alembic')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_snapshot_of_an_older_version_is_brought_up_to_date_when_it_is_loaded(
    sqlite_url: UrlFactory, tmp_path: Path
) -> None:
    old = open_(sqlite_url("old"), old_tables(), 1)
    write(old, "INSERT INTO owners (id, name) VALUES (1, 'Emna')")
    old.save_to(tmp_path / "snapshot.db")
    old.close()
    database = open_(sqlite_url("zoo"), new_tables(), 2)
    for _ in range(2):
        database.load_from(tmp_path / "snapshot.db")
        assert read(database, "SELECT name, email FROM owners") == [("Emna", None)]
        write(database, "INSERT INTO owners (id, name, email) VALUES (2, NULL, 'x')")
    database.save_to(tmp_path / "new.db")
    database.close()
    again = open_(sqlite_url("old"), old_tables(), 1)
    with pytest.raises(NewerDataError):
        again.load_from(tmp_path / "new.db")
    again.close()


_KILLED = """
import os, sys, threading
from sandbox.kit.db import Database
from tests.kit.test_schema import new_tables
def step(connection):
    connection.exec_driver_sql("UPDATE pets SET kind = 'x' || id")
    print("inside", flush=True)
    threading.Event().wait(60)
Database(sys.argv[1], new_tables(), version=2, schema="zoo", upgrades={2: step})
"""


def test_a_kill_in_the_middle_leaves_the_old_version_which_is_then_upgraded(kept: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", _KILLED, kept], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "inside\n"
    process.kill()
    process.communicate()
    until = time.monotonic() + 30
    while True:  # PostgreSQL needs a moment to notice, and holds the lock of the tables meanwhile
        try:
            database = open_(kept, new_tables(), 2)
            break
        except DamagedDataError:
            assert time.monotonic() < until
    assert read(database, "SELECT kind, name FROM pets ORDER BY id") == [("cow", "nameless"), ("cat", "nameless")]
    database.close()


def test_two_that_start_at_once_upgrade_once(kept: str) -> None:
    from tests.racing import race

    done: list[int] = []
    race([lambda: open_(kept, new_tables(), 2, upgrades={2: lambda _: done.append(1)}).close()] * 4)
    assert done == [1]


def test_the_same_models_have_the_same_fingerprint_in_every_process() -> None:
    """A table keeps its rules in a set: were their order told, each start would take the data for older and compare it."""
    tell = (
        "from sandbox.kit.schema import SchemaState; from sandbox.platform.tables import metadata;"
        "print(SchemaState.wanted(metadata, 1).tables)"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", tell],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in (1, 2, 3)
    }
    assert len(told) == 1
