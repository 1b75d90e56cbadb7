"""The data folder of ``up``: used by one sandbox at a time, and what is wrong with it is told in one line."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.contracts.personas import PERSONAS
from sandbox.data_folder import DataFolder, Locator, make_temporary_folder
from tests.cli.runner import Runner, Up, require_one_line


def test_a_second_up_on_the_same_data_is_refused_and_the_first_goes_on(running: tuple[Runner, Up]) -> None:
    runner, up = running
    line = require_one_line(runner.run("up", "--port", "0", "--smtp-port", "0"), 2)
    assert str(runner.data) in line
    assert httpx.get(up.details["base_url"], trust_env=False).status_code == 200
    assert runner.json("status")["pid"] == up.process.pid


@pytest.mark.parametrize("option", [[], ["--detach"]])
def test_a_folder_of_a_newer_format_is_one_line_and_exit_code_2(runner: Runner, option: list[str]) -> None:
    runner.data.mkdir()
    (runner.data / "state.json").write_text('{"format": 99, "seed": 42, "run": 1, "seeded": true}', "utf-8")
    line = require_one_line(runner.run("up", "--port", "0", "--smtp-port", "0", *option), 2)
    assert re.search(r"newer.*99", line)
    assert list((runner.data / "databases").iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "5", '"x"', "{}", '{"format": 1}', '{"format": 1, "seed": "x", "run": 1, "seeded": 1}'],
)
def test_a_damaged_state_file_is_one_line_and_exit_code_2(runner: Runner, text: str) -> None:
    runner.data.mkdir()
    (runner.data / "state.json").write_text(text, "utf-8")
    line = require_one_line(runner.run("up", "--port", "0", "--smtp-port", "0"), 2)
    assert "state.json is damaged" in line
    assert "--data" in line


def test_what_is_wrong_with_kept_data_is_one_line_and_changes_nothing(runner: Runner) -> None:
    runner.up("--seed", "43").stop()
    up = ("up", "--json", "--port", "0", "--smtp-port", "0")
    state = (runner.data / "state.json").read_text("utf-8")
    assert "--seed 43" in require_one_line(runner.run(*up, "--seed", "44"), 2)
    payments = runner.data / "databases" / "payments.db"
    kept = payments.read_bytes()
    with_version(payments, 99)
    assert "99" in require_one_line(runner.run(*up), 2)
    payments.write_bytes(b"this is no database at all, whatever its name says" * 100)
    assert "payments.db cannot be used" in require_one_line(runner.run(*up), 2)
    payments.write_bytes(kept)
    demo = (runner.data / "demo.json").read_bytes()
    (runner.data / "demo.json").unlink()
    assert "demo.json is damaged" in require_one_line(runner.run(*up), 2)
    (runner.data / "demo.json").write_bytes(demo)
    assert json.loads(state)["seed"] == 43
    runner.up("--seed", "43").stop()


def with_version(file, version: int) -> None:
    database = sqlite3.connect(file)
    database.execute(f"PRAGMA user_version={version}")
    database.close()


def test_a_data_folder_that_cannot_be_one_is_one_line_and_exit_code_2(runner: Runner) -> None:
    file = runner.folder / "file"
    file.write_text("x", "utf-8")
    for place in (file, file / "below", "/proc/no/such/place"):
        line = require_one_line(runner.run("up", "--port", "0", "--smtp-port", "0", "--data", place), 2)
        assert "cannot be used" in line
    assert runner.run("status", "--data", file).returncode == 4


def test_a_start_that_was_killed_halfway_is_begun_anew(runner: Runner) -> None:
    process = runner.start("up", "--json", "--port", "0", "--smtp-port", "0")
    while process.poll() is None and not (runner.data / "databases" / "wallets.db").exists():
        continue
    process.kill()
    process.communicate()
    up = runner.up()
    assert len(up.details["phones"]) == len(PERSONAS)
    up.stop()


@pytest.mark.parametrize("option", [[], ["--detach"]])
def test_a_second_up_on_the_same_ports_and_data_names_the_folder(running: tuple[Runner, Up], option: list[str]) -> None:
    runner, up = running
    ports = ("--port", up.details["base_url"].rpartition(":")[2], "--smtp-port", str(up.details["smtp_port"]))
    assert str(runner.data) in require_one_line(runner.run("up", *ports, "--json", *option), 2)


def test_a_disk_error_while_the_demo_world_is_made_is_one_line(runner: Runner) -> None:
    program = (
        "import sys\n"
        "from sqlalchemy.exc import OperationalError\n"
        "from sandbox import server\n"
        "from sandbox.cli import main\n"
        "def full(_world): raise OperationalError('INSERT', {}, Exception('database or disk is full'))\n"
        "server.make_demo_world = full\n"
        "main()\n"
    )
    up = runner.run_python("-c", program, "up", "--port", "0", "--smtp-port", "0", "--data", runner.data)
    assert "database or disk is full" in require_one_line(up, 2)


def test_a_state_file_that_cannot_be_written_is_one_line(runner: Runner) -> None:
    (runner.data / "state.draft").mkdir(parents=True)
    assert "cannot be used" in require_one_line(runner.run("up", "--port", "0", "--smtp-port", "0"), 2)


def test_the_locator_of_a_killed_sandbox_is_gone_as_soon_as_another_holds_the_folder(runner: Runner) -> None:
    from sandbox.data_folder import DataFolder, Locator

    runner.data.mkdir()
    Locator(runner.data).write({"pid": 1})
    folder = DataFolder(runner.data)
    folder.open()
    assert not (runner.data / "locator.json").exists()
    folder.close()


def test_a_sandbox_that_hangs_is_waited_for_no_longer_than_was_asked(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.open()
    try:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            Locator(tmp_path).write({"base_url": f"http://127.0.0.1:{silent.getsockname()[1]}", "pid": 1, "seed": 42})
            began = time.monotonic()
            done = CliRunner().invoke(main, ["wait", "--timeout", "0", "--data", str(tmp_path)])
            assert (done.exit_code, time.monotonic() - began < 10) == (4, True), "a call waits for 15 s"
    finally:
        folder.close()


def test_what_a_killed_process_left_in_the_temporary_folder_goes_with_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left, young, used, strange = (tmp_path / f"flouci-sandbox-{name}" for name in ("left", "young", "used", "strange"))
    for folder in (left, young, used):
        (folder / "databases").mkdir(parents=True)
        (folder / "lock").touch()
    strange.mkdir()
    for folder in (left, used):
        os.utime(folder / "lock", (1, 1))
    holder = DataFolder(used)
    holder.open()
    try:
        made = make_temporary_folder()
    finally:
        holder.close()
    assert {each.name for each in tmp_path.iterdir()} == {made.name, young.name, used.name, strange.name}
