"""Keeps a database as it is before it is brought up to date, so that whoever regrets the update has what was there."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from sandbox.kit.saved import write_through
from sandbox.kit.schema import UpgradeError

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOLDER = "backups"


def back_up(connection: Connection, schema: str, version: int) -> str:
    """Where everything that is committed now is kept from here on. Raises UpgradeError where it cannot be kept.

    SQLite: a file in the folder ``backups`` beside the database. PostgreSQL: a schema beside this one, made in the caller's
    transaction. A copy that is there already is never written over.
    """
    if connection.dialect.name != "sqlite":
        return _copy_schema(connection, schema, version)
    file = Path(str(connection.engine.url.database))
    try:
        return str(_copy_file(file, version))
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UpgradeError(
            f"no copy of {file} could be made before ({reason}). Make room for one, and start again."
        ) from None


def _copy_file(file: Path, version: int) -> Path:
    folder = file.parent / FOLDER
    folder.mkdir(exist_ok=True)
    names = (folder / f"{file.stem}-version-{version}{_suffix(number)}.db" for number in count(1))
    target = next(name for name in names if not name.exists())
    draft = target.with_suffix(".draft")
    draft.unlink(missing_ok=True)  # of a start that was killed while it copied
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
        write_through(draft)
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    return target


def _copy_schema(connection: Connection, schema: str, version: int) -> str:
    known = set(connection.execute(text("SELECT nspname FROM pg_namespace")).scalars())
    names = (f"{schema}_version_{version}{_suffix(number)}" for number in count(1))
    target = next(name for name in names if name not in known)
    tables = connection.execute(
        text("SELECT tablename FROM pg_tables WHERE schemaname = :schema ORDER BY 1"), {"schema": schema}
    ).scalars()
    connection.exec_driver_sql(f'CREATE SCHEMA "{target}"')
    for table in tables.all():
        connection.exec_driver_sql(f'CREATE TABLE "{target}"."{table}" AS TABLE "{schema}"."{table}"')
    return f"schema {target}"


def _suffix(number: int) -> str:
    return "" if number == 1 else f"-{number}"
