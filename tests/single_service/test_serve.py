"""``serve``: one service alone, and what is wrong with its settings or its data told in one line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sandbox.contracts.wallets import OpenWallet
from tests.cli.runner import Runner, require_one_line
from tests.databases import POSTGRESQL
from tests.services import KEY
from tests.single_service.conftest import Process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import PostgresqlServer

SERVE = ("serve", "wallets", "--port", "0")
WITH_KEY = {"FLOUCI_SANDBOX_SERVICE_KEY": KEY}


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path)
    yield runner
    runner.close()


def test_a_service_alone_keeps_its_data_in_the_folder(runner: Runner) -> None:
    for wanted in ("opened", "found"):
        process = Process("wallets", "--data", str(runner.data))
        if wanted == "opened":
            process.wallets.open_wallet(OpenWallet(phone_number="20000001", holder_name="Amel", pin="1234"))
        found = process.wallets.find_wallet("20000001")
        assert found is not None
        assert found.holder_name == "Amel"
        assert process.lever("GET", "health")["ok"]
        refused = require_one_line(runner.run(*SERVE, env=WITH_KEY), 2)
        assert str(runner.data) in refused, "a data folder has one process"
        process.stop()


def test_without_a_service_key_it_says_which_setting_is_missing(runner: Runner) -> None:
    assert "FLOUCI_SANDBOX_SERVICE_KEY" in require_one_line(runner.run(*SERVE), 2)


@pytest.mark.parametrize("url", ["mysql://127.0.0.1/sandbox", "postgresql://nobody@127.0.0.1:1/sandbox"])
def test_a_database_that_cannot_be_used_is_one_line(runner: Runner, url: str) -> None:
    line = require_one_line(runner.run(*SERVE, "--json", env={**WITH_KEY, "FLOUCI_SANDBOX_DATABASE_URL": url}), 2)
    assert "FLOUCI_SANDBOX_DATABASE_URL" in line


def test_newer_data_is_refused_in_one_line(runner: Runner) -> None:
    Process("wallets", "--data", str(runner.data)).stop()
    with closing(sqlite3.connect(runner.data / "databases" / "wallets.db")) as database:
        database.execute("PRAGMA user_version=99")
    assert "99" in require_one_line(runner.run(*SERVE, env=WITH_KEY), 2)


@POSTGRESQL
def test_newer_data_in_postgresql_is_refused_in_one_line(runner: Runner, postgresql_server: PostgresqlServer) -> None:
    import psycopg

    url = postgresql_server.url.replace("+psycopg", "")
    Process("wallets", "--database-url", url).stop()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("COMMENT ON SCHEMA wallets IS 'Flouci Sandbox, version 99, tables 1'")
    line = require_one_line(runner.run(*SERVE, "--database-url", url, env=WITH_KEY), 2)
    postgresql_server.clear()
    assert "version 99" in line
