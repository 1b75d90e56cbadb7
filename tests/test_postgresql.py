"""A whole sandbox on PostgreSQL: the same world as on SQLite, with the same levers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sandbox.config import SettingError
from sandbox.data_folder import DataFolderError
from sandbox.postgresql import PostgresqlWorld, driver_url, join_services
from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare_and_verify
from tests.cli.runner import Runner, require_one_line
from tests.databases import POSTGRESQL, PostgresqlServer

pytestmark = POSTGRESQL
PORTS = ("--port", "0", "--smtp-port", "0")


@pytest.fixture
def url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    yield postgresql_server.url
    postgresql_server.clear()


def pay(sandbox: Sandbox) -> str:
    form = prepare_and_verify(sandbox, sandbox.demo_merchant(), sandbox.phone(), amount=12_500)
    assert sandbox.accept(sandbox.demo_merchant(), form["payment_id"], form["flouci_otp"])["status"] == "SUCCESS"
    return str(form["payment_id"])


def answer_of(sandbox: Sandbox, payment: str) -> Any:
    headers = {"apppublic": sandbox.app["public_token"], "appsecret": sandbox.app["private_token"]}
    return sandbox.transport.send("GET", f"/api/verify_payment/{payment}", b"", headers).json()


def test_a_world_is_kept_reset_saved_loaded_and_carried(url: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Sandbox.start(data_dir=data, database_url=url) as sandbox:
        keys = dict(sandbox.app)
        payment = pay(sandbox)
        sandbox.control.drain()
        sandbox.snapshots.save("paid")
        told = answer_of(sandbox, payment)
    with Sandbox.start(data_dir=data, database_url=url) as sandbox:
        assert sandbox.app == keys
        assert answer_of(sandbox, payment) == told
        sandbox.reset()
        assert sandbox.demo_merchant().balance == 0
        for body in (b"\x00", b'{"email": "a\\u0000b"}'):  # no text of PostgreSQL can hold it
            sandbox.transport.send("POST", "/api/nowhere", body, {"Content-Type": "application/json"})
        sandbox.journal.expect("POST /api/nowhere").times(2)
        assert pay(sandbox) == payment  # of the same seed, in the same world
        sandbox.reset()
        sandbox.snapshots.load("paid")
        assert sandbox.snapshots.diff("paid")["text"] == "no difference"
        assert answer_of(sandbox, payment) == told
        assert pay(sandbox) != payment
        sandbox.control.drain()
        assert sandbox.snapshots.diff("paid")["text"].startswith("payment executed, +12.500 DT to ")
        assert sandbox.control.verify_ledger()["ok"]
        file = sandbox.snapshots.export(tmp_path / "world.zip", "paid")
    with Sandbox.start() as other:
        assert other.app == keys  # of the same seed
        other.snapshots.bring(file, "paid")
        other.snapshots.load("paid")
        assert answer_of(other, payment) == told
        assert other.control.verify_ledger()["ok"]
        pay(other)


def test_a_world_from_sqlite_goes_on_here(url: str, tmp_path: Path) -> None:
    """Also the turns at which events, mails and SMS are delivered, which SQLite's worlds do not have."""
    with Sandbox.start() as other:
        file = other.snapshots.export(tmp_path / "world.zip")
    with Sandbox.start(data_dir=tmp_path / "data", database_url=url) as sandbox:
        pay(sandbox)
        sandbox.snapshots.bring(file, "brought")
        sandbox.snapshots.load("brought")
        assert sandbox.snapshots.diff("brought")["text"] == "no difference"
        assert sandbox.demo_merchant().balance == 0
        told = len(sandbox.phone().messages())
        pay(sandbox)
        sandbox.control.drain()
        assert len(sandbox.phone().messages()) > told
        assert sandbox.control.verify_ledger()["ok"]


def test_a_database_has_one_world_of_one_data_folder(url: str, tmp_path: Path) -> None:
    with (
        Sandbox.start(data_dir=tmp_path / "data", database_url=url),
        pytest.raises(DataFolderError, match="in use by another sandbox"),
    ):
        Sandbox.start(data_dir=tmp_path / "other", database_url=url)
    with pytest.raises(DataFolderError, match=r"holds the world of .*data"):
        Sandbox.start(data_dir=tmp_path / "other", database_url=url)
    with Sandbox.start(data_dir=tmp_path / "data", database_url=url) as again:
        pay(again)


def test_a_data_folder_that_moved_with_its_container_finds_its_world_and_a_copy_does_not(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container that is made anew has another name, and the same volume."""

    def take(folder: Path, *, is_new: bool = False) -> None:
        folder.mkdir(exist_ok=True)
        PostgresqlWorld(url.replace("+psycopg", ""), folder, is_new=is_new).close()

    volume, copy = tmp_path / "volume", tmp_path / "copy"
    take(volume, is_new=True)
    shutil.copytree(volume, copy)
    with pytest.raises(DataFolderError, match=r"holds the world of .*volume"):
        take(copy)
    for name in ("made-anew", "and-again"):
        monkeypatch.setattr("socket.gethostname", lambda name=name: name)
        take(volume)
        for stranger in (tmp_path / "strange", tmp_path / "new"):
            with pytest.raises(DataFolderError, match=f"holds the world of {name}:.*volume"):
                take(stranger, is_new=stranger.name == "new")
    volume.rename(tmp_path / "moved")
    take(tmp_path / "moved")


def test_an_embedded_sandbox_leaves_the_database_to_the_next(url: str) -> None:
    for _ in range(2):
        with Sandbox.start(database_url=url) as sandbox:
            assert sandbox.demo_merchant().balance == 0
            pay(sandbox)


def test_strangers_tables_are_left_alone(url: str, tmp_path: Path) -> None:
    address = url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA platform")
        connection.execute("CREATE TABLE platform.theirs (id integer)")
        with pytest.raises(DataFolderError, match="has tables in platform"):
            Sandbox.start(data_dir=tmp_path / "data", database_url=url)
        assert connection.execute("SELECT count(*) FROM platform.theirs").fetchone() == (0,)


def test_a_server_that_is_away_is_one_line_without_the_password(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    address = "postgresql://me:very-secret@127.0.0.1:9/none"
    done = runner.run("up", *PORTS, "--database-url", address)
    line = require_one_line(done, 2)
    assert "FLOUCI_SANDBOX_DATABASE_URL cannot be used" in line
    assert "very-secret" not in line + done.stdout


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nonsense", "begins with postgresql://"),
        ("postgresql://", "begins with postgresql://"),
        ("mysql://me:very-secret@127.0.0.1/none", "begins with postgresql://"),
        ("postgresql://me:very-secret%zz@127.0.0.1/none", "percent form"),
        ("postgresql://me:so@very-secret@127.0.0.1/none", "percent form"),
        ("postgresql://me:9/very-secret@127.0.0.1/none", "percent form"),
        ("postgresql://me:9?so@very-secret@127.0.0.1/none", "percent form"),
    ],
)
def test_what_is_no_address_is_refused_without_the_password_and_tried_nowhere(address: str, told: str) -> None:
    for use in (driver_url, join_services):
        with pytest.raises(DataFolderError, match=told) as refused:
            use(address)
        assert "very-secret" not in str(refused.value)
    with pytest.raises((DataFolderError, SettingError), match=told) as refused_at_once:
        Sandbox.start(database_url=address)
    assert "very-secret" not in str(refused_at_once.value)


def test_single_services_and_a_whole_sandbox_do_not_share_a_database(url: str, tmp_path: Path) -> None:
    with closing(join_services(url)), closing(join_services(url)), pytest.raises(DataFolderError, match="in use by"):
        Sandbox.start(data_dir=tmp_path / "data", database_url=url)
    with (
        Sandbox.start(data_dir=tmp_path / "data", database_url=url),
        pytest.raises(DataFolderError, match="in use by a whole sandbox"),
    ):
        join_services(url)
    with pytest.raises(DataFolderError, match=r"holds the world of .*data, which 'up' made"):
        join_services(url)
