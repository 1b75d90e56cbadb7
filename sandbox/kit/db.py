"""A service's own database: SQLite in WAL mode or one PostgreSQL schema, with one way to read and one way to write."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, BigInteger, Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.types import TypeDecorator

from sandbox.kit.clock import from_milliseconds, to_milliseconds
from sandbox.kit.saved import open_saved
from sandbox.kit.schema import EMPTY, SchemaState, Upgrades, read_state, upgrade, write_state
from sandbox.kit.storage import storage_failure, told_of_storage
from sandbox.kit.tracing import current_trace, nobody_watches
from sandbox.kit.trouble import NO_TROUBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from sandbox.kit.tracing import Sighting, Witness
    from sandbox.kit.trouble import Trouble

_BUSY_TIMEOUT_SECONDS = 15
_AFTER_COMMIT, _WITNESS, _TROUBLE = "sandbox_after_commit", "sandbox_witness", "sandbox_trouble"


class NewerDataError(Exception):
    """The data was written by a newer version of the sandbox than this one."""


class DamagedDataError(Exception):
    """A database file cannot be read as one. The text names it and says why."""


class Moment(TypeDecorator["datetime"]):
    """A moment in UTC, kept as whole milliseconds: sorts, compares and indexes alike in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:  # noqa: ARG002  SQLAlchemy's signature
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        return None if value is None else from_milliseconds(value)


class FairLock:
    """A lock that serves waiters in order: threads that race for SQLite's own write lock starve one another (p99 ×10)."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class Database:
    """``read()`` and ``write()`` give a connection; a write is one transaction, committed when its block ends well.

    ``url`` is an SQLAlchemy URL. ``schema`` names the PostgreSQL schema (SQLite has a file per service instead). What an
    older version made is brought up to date (:mod:`sandbox.kit.schema`); ``upgrades`` holds the changes of its rows.
    """

    def __init__(
        self,
        url: str,
        metadata: MetaData,
        *,
        version: int,
        schema: str = "public",
        upgrades: Upgrades = MappingProxyType({}),
    ) -> None:
        self._metadata = metadata
        self._wanted = SchemaState.wanted(metadata, version)
        self._upgrades = upgrades
        self._schema = schema
        self._write_lock = FairLock()
        self.backup: str | None = None
        """Where everything is kept as it was before an older version's data was brought up to date, if it was."""
        self.version = version
        """Of the tables that this program knows."""
        self.times_loaded = 0
        """How often everything was replaced: what somebody remembers of the rows belongs to one of these times."""
        self.witness: Witness = nobody_watches
        """Who hears what :func:`tell_witness` tells."""
        self.trouble: Trouble = NO_TROUBLE
        """What :func:`trouble_of` a transaction is."""
        self.is_sqlite = url.startswith("sqlite")
        self._engine = self._sqlite_engine(url) if self.is_sqlite else self._postgresql_engine(url)
        # SQLite's readers see one moment as they are; PostgreSQL's would see each statement's own.
        self._reader = (
            self._engine if self.is_sqlite else self._engine.execution_options(isolation_level="REPEATABLE READ")
        )
        try:
            self._prepare_tables(self._keep_copy)
        except DatabaseError as error:
            self.close()
            failure = storage_failure(error)
            if failure is not None:
                raise failure from error
            if not self.is_sqlite:
                raise
            raise DamagedDataError(f"{self._engine.url.database} cannot be used: {error.orig}") from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Statements that change nothing, and that all see the database as it stood at one moment. Raises StorageFailed."""
        with told_of_storage(), self._reader.connect() as connection:
            self._begin(connection, "BEGIN")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction. Never call another service inside it: store the intent, commit, call, store the outcome.

        Raises StorageFailed where the disk is full or may not be written to: nothing of it has happened then.
        """
        lock = self._write_lock if self.is_sqlite else nullcontext()
        with lock, told_of_storage(), self._engine.begin() as connection:
            self._begin(connection, "BEGIN IMMEDIATE")
            actions: list[Callable[[], None]] = []
            connection.info[_AFTER_COMMIT], connection.info[_WITNESS] = actions, self.witness
            connection.info[_TROUBLE] = self.trouble
            yield connection
        for action in actions:
            action()

    def mark_connections(self, name: str) -> None:
        """From now on every connection has ``info[name]``, which is true."""
        event.listen(self._engine, "connect", lambda _raw, record: record.info.update({name: True}))
        self._engine.dispose()  # those made before have no mark

    def check(self) -> None:
        """Raises when the database cannot be read, or not be locked for a write: a bare SELECT 1 touches no file."""
        catalogue = "sqlite_master" if self.is_sqlite else "pg_catalog.pg_class"
        lock = self._write_lock if self.is_sqlite else nullcontext()
        with lock, self._engine.connect() as connection:
            self._begin(connection, "BEGIN IMMEDIATE")
            connection.exec_driver_sql(f"SELECT count(*) FROM {catalogue}")  # noqa: S608  one of two constants
            connection.rollback()

    def close(self) -> None:
        self._engine.dispose()

    def save_to(self, file: Path) -> None:
        """Copy everything, as it stands in one moment, to an SQLite file. Raises StorageFailed."""
        import sqlite3

        file.parent.mkdir(parents=True, exist_ok=True)
        if not self.is_sqlite:
            from sandbox.kit.copies import save_schema

            with self.read() as connection:
                save_schema(connection, self._metadata, self._wanted, file)
            return
        with told_of_storage(), closing(sqlite3.connect(file)) as target, self._raw_sqlite() as source:
            target.execute("PRAGMA synchronous=OFF")
            source.backup(target)

    def load_from(self, file: Path) -> None:
        """Replace everything by what :meth:`save_to` wrote, also when an older version did.

        Raises NewerDataError, StorageFailed.
        """
        if not self.is_sqlite:
            self._load_schema(file)
            return
        with (
            told_of_storage(),
            open_saved(file) as source,
            self._write_lock,
            self._raw_sqlite() as target,
        ):
            source.backup(target)
            self.times_loaded += 1  # before the next who writes
        self._prepare_tables(lambda _connection, _found: None)  # the file is the copy

    def _load_schema(self, file: Path) -> None:
        """As :meth:`load_from`, in one transaction."""
        from sandbox.kit.copies import load_schema, private_copy, state_of

        with told_of_storage():
            if state_of(file) != self._wanted:
                with private_copy(file) as copy:
                    url = f"sqlite:///{copy}"
                    Database(url, self._metadata, version=self.version, upgrades=self._upgrades).close()
                    self._load_schema(copy)  # of today's tables now
                return
            with self._engine.begin() as connection:
                load_schema(connection, self._metadata, file)
                self.times_loaded += 1

    @contextmanager
    def _raw_sqlite(self) -> Iterator[Any]:
        pooled = self._engine.raw_connection()
        try:
            yield pooled.driver_connection
        finally:
            pooled.close()

    def _sqlite_engine(self, url: str) -> Engine:
        # Not parsed as an URL: the path of a data folder may hold '?' and '%'.
        path = URL.create("sqlite", database=url.removeprefix("sqlite://").removeprefix("/"))
        engine = create_engine(
            path,
            connect_args={"timeout": _BUSY_TIMEOUT_SECONDS},
            pool_size=40,
            max_overflow=40,
            pool_use_lifo=True,
            hide_parameters=True,  # an error that is logged must not tell codes and hashes
        )

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: object) -> None:
            connection.isolation_level = None  # _begin says BEGIN, not the driver
            # A new file is made WAL without waiting for the disk: until it holds something, there is nothing to lose.
            for pragma in ("synchronous=OFF", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

        return engine

    def _begin(self, connection: Connection, statement: str) -> None:
        """Said to the driver itself: as an event of SQLAlchemy, it would make every statement of a payment dearer."""
        if self.is_sqlite:
            raw: Any = connection.connection.dbapi_connection
            raw.execute(statement)

    def _postgresql_engine(self, url: str) -> Engine:
        options = {"options": f"-c search_path={self._schema}"}
        return create_engine(url, connect_args=options, pool_size=20, max_overflow=20, hide_parameters=True)

    def _keep_copy(self, connection: Connection, found: SchemaState) -> None:
        from sandbox.kit.backup import back_up

        self.backup = back_up(connection, self._schema, found.version)

    def _prepare_tables(self, before_upgrade: Callable[[Connection, SchemaState], None]) -> None:
        """Today's tables, made new or brought up to date. Raises NewerDataError, UpgradeError."""
        if not self.is_sqlite:
            _copy_index_conditions(self._metadata)
        with self._write_lock if self.is_sqlite else nullcontext(), self._engine.connect() as connection:
            # Rebuilding a table is not deleting its rows; said outside the transaction, where alone it is heard.
            self._without_foreign_keys(connection, partial(self._prepare_in_one_transaction, before_upgrade))

    def _without_foreign_keys(self, connection: Connection, action: Callable[[Connection], None]) -> None:
        raw: Any = connection.connection.dbapi_connection
        if self.is_sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                self._begin(connection, "BEGIN IMMEDIATE")
                action(connection)
        finally:
            if self.is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")

    def _prepare_in_one_transaction(
        self, before_upgrade: Callable[[Connection, SchemaState], None], connection: Connection
    ) -> None:
        if not self.is_sqlite:  # several processes may start at once
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": self._schema})
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{self._schema}"'))
        found, wanted = read_state(connection, self._schema), self._wanted
        if found.version > wanted.version:
            raise NewerDataError(f"written as version {found.version}, this sandbox knows version {wanted.version}")
        if found == wanted:
            return
        if found == EMPTY:
            self._metadata.create_all(connection, checkfirst=False)
        else:
            before_upgrade(connection, found)
            upgrade(connection, self._metadata, found.version, wanted.version, self._upgrades)
        write_state(connection, self._schema, wanted)


def after_commit(connection: Connection, action: Callable[[], None]) -> None:
    """Do ``action`` once the write transaction of ``connection`` has been committed; never when it was rolled back."""
    connection.info[_AFTER_COMMIT].append(action)


def tell_witness(connection: Connection, sighting: Sighting) -> None:
    """Tell the database's witness once the transaction is committed; of the story under way, where it names none."""
    witness, story = connection.info[_WITNESS], current_trace() if sighting.trace is None else sighting.trace
    after_commit(connection, lambda: witness(replace(sighting, trace=story)))


def trouble_of(connection: Connection) -> Trouble:
    """What a tester has planned to go wrong in the service of this database."""
    trouble: Trouble = connection.info[_TROUBLE]
    return trouble


def _copy_index_conditions(metadata: MetaData) -> None:
    """Models state the condition of a partial index once, as ``sqlite_where``: naming ``postgresql_where`` there would
    import that dialect (35 ms, 5 MB) wherever the models are imported.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
