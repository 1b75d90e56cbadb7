"""Tables whose rows the database itself refuses to change and to delete, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import DDL, Connection, Table, event

if TYPE_CHECKING:
    from collections.abc import Iterator

_SQLITE = """
CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{rows} are never changed or deleted'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION refuse_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{rows} are never changed or deleted'; END $$;
CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_{table}()
"""


def refuse_changes(table: Table, rows: str) -> None:
    """From its creation on; ``rows`` is what the refusal calls them. Tables of kept data need :func:`refuse_changes_from_now`."""
    for dialect in ("sqlite", "postgresql"):
        for statement in _statements(table.name, rows, dialect):
            trigger: Any = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy's DDL has no types
            event.listen(table, "after_create", trigger.execute_if(dialect=dialect))


def refuse_changes_from_now(connection: Connection, table: Table, rows: str) -> None:
    """For a table that an older version made: an upgrade of kept data."""
    for statement in _statements(table.name, rows, connection.dialect.name):
        connection.exec_driver_sql(statement)


def _statements(table: str, rows: str, dialect: str) -> Iterator[str]:
    if dialect == "sqlite":
        yield from (_SQLITE.format(table=table, rows=rows, verb=verb) for verb in ("UPDATE", "DELETE"))
    else:
        yield _POSTGRESQL.format(table=table, rows=rows)
