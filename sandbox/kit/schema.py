"""Brings a database that an older sandbox made up to today's tables, in one transaction: it is the old or the new one.

What is missing is added; what is no longer used is left alone. A new column that may not be empty needs a ``server_default``
in its model. A change of what is in the rows is an :data:`Upgrade`, given to ``Database`` under the version that it leads to;
it runs when tables and columns are there, and before indexes and rules are. Alembic, which compares, is imported only then.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Index, MetaData, Table, UniqueConstraint, text
from sqlalchemy.schema import CreateColumn, CreateIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

Upgrade = Callable[[Connection], None]
Upgrades = Mapping[int, Upgrade]
_POSITIVE = 0x7FFF_FFFF
_COMMENT = re.compile(r"Flouci Sandbox, version (\d+), tables (\d+)")


class UpgradeError(Exception):
    """A model changed in a way that kept data cannot follow. The text tells its author what to do."""


@dataclass(frozen=True)
class SchemaState:
    """What a database says of itself. ``tables`` is a fingerprint: models grow more often than their version does."""

    version: int
    tables: int

    @classmethod
    def wanted(cls, metadata: MetaData, version: int) -> SchemaState:
        told = "\n".join(sorted(chain.from_iterable(map(_describe, metadata.tables.values()))))
        return cls(version, zlib.crc32(told.encode()) & _POSITIVE)


EMPTY = SchemaState(0, 0)


def read_state(connection: Connection, schema: str) -> SchemaState:
    """``EMPTY`` where there are no tables yet. PostgreSQL keeps it as a comment on the schema, SQLite in its header."""
    if connection.dialect.name == "sqlite":
        return SchemaState(*(_pragma(connection, name) for name in ("user_version", "application_id")))
    comment = connection.execute(
        text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :schema"),
        {"schema": schema},
    ).scalar()
    told = _COMMENT.fullmatch(comment or "")
    if told:
        return SchemaState(int(told[1]), int(told[2]))
    has_tables = connection.execute(
        text("SELECT count(*) FROM pg_tables WHERE schemaname = :schema"), {"schema": schema}
    ).scalar_one()
    return SchemaState(1, 0) if has_tables else EMPTY  # before version 2, PostgreSQL kept none


def write_state(connection: Connection, schema: str, state: SchemaState) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version={state.version}")
        connection.exec_driver_sql(f"PRAGMA application_id={state.tables}")
        return
    told = f"Flouci Sandbox, version {state.version}, tables {state.tables}"
    connection.exec_driver_sql(f"COMMENT ON SCHEMA \"{schema}\" IS '{told}'")


def upgrade(connection: Connection, metadata: MetaData, found: int, wanted: int, upgrades: Upgrades) -> None:
    """Inside the caller's transaction. Raises UpgradeError."""
    differences = _compare(connection, metadata)
    for change in differences:
        if change[0] == "add_table":
            metadata.tables[change[1].key].create(connection)  # not Alembic's copy: ours may bring its first rows
        elif change[0] == "add_column":
            _add_column(connection, change[2], change[3])
    for version in range(found + 1, wanted + 1):
        if version in upgrades:
            upgrades[version](connection)
    for change in differences:
        _add_rule(connection, change)
    _renew_partial_indexes(connection, metadata)


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _describe(table: Table) -> Iterable[str]:
    """Everything by which two versions of a table may differ, a line each; in no order, as a table keeps its rules in a set."""
    for column in table.columns:
        default = getattr(column.server_default, "arg", None)
        keys = sorted(str(key.target_fullname) for key in column.foreign_keys)
        yield f"{table.name}.{column.name} {column.type!r} {column.nullable} {default} {column.unique} {keys}"
    for rule in table.constraints:
        if isinstance(rule, UniqueConstraint):
            yield f"{table.name} unique {[column.name for column in rule.columns]}"
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield f"{index.name} {index.unique} {list(map(str, index.expressions))} {_condition(index)}"


def _condition(index: Index) -> str:
    where = index.dialect_options["sqlite"]["where"]
    return "" if where is None else str(where.compile(compile_kwargs={"literal_binds": True}))


def _compare(connection: Connection, metadata: MetaData) -> list[Any]:
    """Alembic's list of differences; those of one column, which it groups, stand alone."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    options = {"compare_type": connection.dialect.name != "sqlite"}  # SQLite does not mind how long a text is
    context = MigrationContext.configure(connection, opts=options)
    found: list[Any] = []
    for difference in compare_metadata(context, metadata):
        found.extend(difference if isinstance(difference, list) else [difference])
    return found


def _add_column(connection: Connection, table: str, column: Column[Any]) -> None:
    if not column.nullable and column.server_default is None:
        raise UpgradeError(f"{table}.{column.name} is new and may not be empty: give it a server_default in its model")
    preparer = connection.dialect.identifier_preparer
    told = CreateColumn(column).compile(dialect=connection.dialect)
    keys = (key.column for key in column.foreign_keys)
    references = " ".join(
        f"REFERENCES {preparer.format_table(key.table)} ({preparer.format_column(key)})" for key in keys
    )
    connection.exec_driver_sql(f"ALTER TABLE {preparer.quote(table)} ADD COLUMN {told} {references}")


def _add_rule(connection: Connection, change: Any) -> None:
    """Indexes, uniqueness, and what a column that was there before may hold."""
    kind = change[0]
    if kind == "add_index":
        connection.execute(CreateIndex(change[1], if_not_exists=True))
    elif kind == "add_constraint" and isinstance(change[1], UniqueConstraint):
        rule = change[1]
        name = "_".join(("uq", rule.table.name, *(column.name for column in rule.columns)))
        index = Index(name, *rule.columns, unique=True, _table=rule.table)
        connection.execute(CreateIndex(index, if_not_exists=True))
        rule.table.indexes.discard(index)
    elif kind in {"modify_nullable", "modify_type"}:
        _modify_column(connection, change)


def _modify_column(connection: Connection, change: Any) -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    kind, _schema, table, column, _known, _old, new = change
    operations = Operations(MigrationContext.configure(connection))
    with operations.batch_alter_table(table) as batch:
        if kind == "modify_type":
            batch.alter_column(column, type_=new)
        elif new:  # what may be empty now; the other way round, kept rows may already be empty
            batch.alter_column(column, nullable=True)


def _renew_partial_indexes(connection: Connection, metadata: MetaData) -> None:
    """Their conditions, which Alembic does not compare, may have changed."""
    for table in metadata.sorted_tables:
        for index in table.indexes:
            if _condition(index):
                index.drop(connection, checkfirst=True)
                index.create(connection)
