"""A PostgreSQL database that one whole sandbox has to itself, a schema for each service: whose world is in it, and nobody else."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sandbox.data_folder import DataFolderError, write_atomically

if TYPE_CHECKING:
    import psycopg

DRIVER = "postgresql+psycopg://"
_SCHEMES = ("postgresql", "postgresql+psycopg")
SERVICES = ("control", "wallets", "payments", "platform", "mobile", "mail")
_LOCK = 0x_F10C_15BD
"""Of the database: held by a whole sandbox alone, or by any number of single services together."""
_PLACE = "The database of FLOUCI_SANDBOX_DATABASE_URL"
_CONNECT_SECONDS = 10
_TRIES, _PAUSE_SECONDS = 20, 0.1
_OWNER = (
    "CREATE SCHEMA IF NOT EXISTS flouci_sandbox; CREATE TABLE IF NOT EXISTS flouci_sandbox.owner (name text NOT NULL)"
)
_FILLED = "SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname = ANY(%s) ORDER BY 1"


def driver_url(url: str) -> str:
    """As SQLAlchemy wants it. Raises DataFolderError, as :func:`require_readable`."""
    require_readable(url)
    return DRIVER + url.partition("://")[2]


def require_readable(url: str) -> None:
    """Raises DataFolderError for what is no PostgreSQL address, before the driver does, which would repeat the password."""
    from psycopg import Error
    from psycopg.conninfo import conninfo_to_dict

    scheme, mark, rest = url.partition("://")
    if scheme not in _SCHEMES or not mark or not rest:
        _refuse(f"{_PLACE} is no address that begins with postgresql://. Give one, or leave it out for SQLite.")
    user, _, place = rest.partition("?")[0].partition("@")
    try:
        host = str(conninfo_to_dict(f"postgresql://{rest}").get("host", ""))
        is_read = "@" not in place + host[1:] and not (place and "/" in user)
    except Error:
        is_read = False
    if not is_read:
        _refuse(
            f"{_PLACE} cannot be read as an address. Write special characters of a password in percent form, @ as %40,"
            " / as %2F and % as %25."
        )


class PostgresqlWorld:
    """Holds the database's lock from its making until :meth:`close`. Raises DataFolderError, which tells what is wrong."""

    def __init__(self, url: str, folder: Path, *, is_new: bool) -> None:
        import psycopg

        self._owner = f"{_host()}{folder}"
        self._known_as = folder / "postgresql.txt"
        self._connection = _connect(url)
        try:
            self._take(is_new=is_new)
        except psycopg.Error as error:
            self.close()
            _refuse(f"{_PLACE} cannot be used: {_reason(error)}. Let its user make schemas there, or give another.")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Whoever comes next may have it."""
        self._connection.close()

    def _take(self, *, is_new: bool) -> None:
        if not _lock_patiently(self._connection, "SELECT pg_try_advisory_lock(%s)"):
            _refuse(f"{_PLACE} is in use by another sandbox. Stop it, or give another.")
        owner = _owner_of(self._connection)
        if owner is None:
            self._require_empty()
            if not is_new:
                _refuse(
                    f"{_PLACE} does not hold the world of this data folder. Give the one that does, or use another --data."
                )
        elif owner != self._owner and not (_is_gone(owner) if is_new else self._has_moved(owner)):
            _refuse(
                f"{_PLACE} holds the world of {owner}. Give another, or use that data folder; where that is lost, drop the"
                " database and make it anew."
            )
        if is_new:
            self._begin_anew()
        elif owner != self._owner:
            self._connection.execute("UPDATE flouci_sandbox.owner SET name = %s", (self._owner,))
        write_atomically(self._known_as, self._owner)

    def _has_moved(self, owner: str) -> bool:
        """Whether that was this data folder under its name of then: a container made anew has another host's name."""
        try:
            known_as = self._known_as.read_text("utf-8")
        except OSError:
            return False
        return known_as == owner and (not owner.startswith(_host()) or _is_gone(owner))

    def _require_empty(self) -> None:
        """Schemas of these names that somebody else made are not ours to fill."""
        filled = [name for (name,) in self._connection.execute(_FILLED, (list(SERVICES),)).fetchall()]
        if filled:
            _refuse(f"{_PLACE} has tables in {', '.join(filled)} that are not this sandbox's. Give an empty database.")

    def _begin_anew(self) -> None:
        """A world is made here now; what is left of one that was deleted, or cut off in its making, goes."""
        with self._connection.transaction():
            for service in SERVICES:
                self._connection.execute(f'DROP SCHEMA IF EXISTS "{service}" CASCADE'.encode())
            self._connection.execute(_OWNER)
            self._connection.execute("DELETE FROM flouci_sandbox.owner")
            self._connection.execute("INSERT INTO flouci_sandbox.owner VALUES (%s)", (self._owner,))


def join_services(url: str) -> psycopg.Connection[Any]:
    """Holds the database for one single service beside others, until it is closed. Raises DataFolderError."""
    import psycopg

    connection = _connect(url)
    try:
        if not _lock_patiently(connection, "SELECT pg_try_advisory_lock_shared(%s)"):
            _refuse(f"{_PLACE} is in use by a whole sandbox. Stop it, or give another.")
        owner = _owner_of(connection)
        if owner is not None:
            _refuse(f"{_PLACE} holds the world of {owner}, which 'up' made. Give another.")
    except psycopg.Error as error:
        connection.close()
        _refuse(f"{_PLACE} cannot be used: {_reason(error)}. Start its server, or give another.")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(url: str) -> psycopg.Connection[Any]:
    import psycopg

    require_readable(url)
    address = "postgresql://" + url.partition("://")[2]
    try:
        return psycopg.connect(address, autocommit=True, connect_timeout=_CONNECT_SECONDS)
    except psycopg.Error as error:
        _refuse(f"{_PLACE} cannot be used: {_reason(error)}. Start its server, or give another.")


def _lock_patiently(connection: psycopg.Connection[Any], query: str) -> bool:
    """The server may take a moment to hear that whoever had the lock is gone."""
    pause = threading.Event()
    for _ in range(_TRIES):
        if _ask(connection, query, _LOCK):
            return True
        pause.wait(_PAUSE_SECONDS)
    return False


def _owner_of(connection: psycopg.Connection[Any]) -> Any:
    """Whose whole world is in the database; None where nobody's is."""
    if not _ask(connection, "SELECT to_regclass('flouci_sandbox.owner')"):
        return None
    return _ask(connection, "SELECT max(name) FROM flouci_sandbox.owner")


def _ask(connection: psycopg.Connection[Any], query: Any, *values: object) -> Any:
    row = connection.execute(query, values or None).fetchone()
    return None if row is None else row[0]


def _host() -> str:
    return f"{socket.gethostname()}:"


def _is_gone(owner: str) -> bool:
    """Whether its data folder was on this machine and is no more, as that of an embedded sandbox."""
    return owner.startswith(_host()) and not Path(owner.removeprefix(_host())).exists()


def _refuse(reason: str) -> NoReturn:
    raise DataFolderError(reason)


def _reason(error: Exception) -> str:
    """One line, in which the password cannot be: the server never says it."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".")
