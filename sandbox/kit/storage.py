"""Tells a disk that is full, or a folder that may not be written to, from mistakes of the program."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from sandbox.kit.errors import SandboxError, ServiceUnavailable, StorageFailed, translatable

_PRIMARY_CODE = 0xFF
_SQLITE_CODES = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
)
_POSTGRESQL_CODES = frozenset({"53100", "58030", "25006"})
"""disk_full, io_error, read_only_sql_transaction."""


class told_of_storage:  # noqa: N801  stands in a with statement, around every transaction: a generator would cost thrice as much
    """Raises StorageFailed, or ServiceUnavailable where the database server is gone, instead of what the driver said."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DBAPIError | sqlite3.Error):
            failure = storage_failure(error)
            if failure is not None:
                raise failure from error


def storage_failure(error: DBAPIError | sqlite3.Error) -> SandboxError | None:
    """None for errors of any other kind."""
    cause: object = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)  # the driver's own refusals have none
        is_storage = code is not None and code & _PRIMARY_CODE in _SQLITE_CODES
        return StorageFailed(reason=str(cause)) if is_storage else None
    if getattr(cause, "sqlstate", None) in _POSTGRESQL_CODES:
        return StorageFailed(reason=str(cause).splitlines()[0])
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return ServiceUnavailable(
            translatable("The database server does not answer."),
            hint=translatable("Start it again, and repeat the request."),
        )
    return None
