"""A disk that is full and a folder that may not be written to: refused in clear words, nothing lost, nothing half done.

The disk is full for one process only: the size that its files may have (RLIMIT_FSIZE) is all there is of it.
"""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from sandbox.kit.db import Database
from sandbox.kit.errors import StorageFailed
from tests.cli.runner import Runner, require_one_line
from tests.soak.test_crash import Attempt, Running

PORTS = ("--port", "0", "--smtp-port", "0")
PHONES = ("29000001", "29000002")
BALANCE = 1_000_000


def runner_in(folder: Path) -> Runner:
    return Runner(folder)


def limit_files_of(pid: int, most_bytes: int) -> None:
    """No file of this process may grow beyond; whatever it holds already stays."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))


def as_no_administrator() -> list[str]:
    """What runs a command so that even root's must keep to the rights of files."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and setpriv, which would take that away, is not here")
    rights = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}"]


def test_a_full_database_refuses_and_keeps_what_it_had(tmp_path: Path) -> None:
    metadata = MetaData()
    notes = Table("notes", metadata, Column("id", Integer, primary_key=True), Column("text", String))
    database = Database(f"sqlite:///{tmp_path / 'notes.db'}", metadata, version=1)
    with database.write() as connection:
        connection.execute(insert(notes), {"text": "before"})
        connection.exec_driver_sql("PRAGMA max_page_count=4")
    with pytest.raises(StorageFailed) as refused, database.write() as connection:
        connection.execute(insert(notes), [{"text": "x" * 1_000} for _ in range(100)])
    assert refused.value.details == {"reason": "database or disk is full"}
    with database.write() as connection:
        connection.execute(insert(notes), {"text": "after"})
    with database.read() as connection:
        assert connection.execute(select(notes.c.text)).scalars().all() == ["before", "after"]
    database.close()


def pay(running: Running, phone: str, key: str) -> tuple[Attempt, httpx.HTTPStatusError | AssertionError | None]:
    """How far the payment came, and what stopped it."""
    attempt = Attempt(key, 1_000)
    try:
        running.pay(phone, attempt)
    except AssertionError as refused:
        return attempt, refused
    return attempt, None


@pytest.mark.parametrize("room", [0, 3_000, 20_000, 100_000])
def test_payments_on_a_full_disk_are_refused_and_go_on_when_there_is_room(tmp_path: Path, room: int) -> None:
    """``room`` bytes are left in the log of changes when the disk is suddenly full, so it is full in the middle of something."""
    running = Running(tmp_path / "data")
    try:
        for phone in PHONES:
            running.call("POST", "/mobile/phones", {"phone_number": phone, "balance": BALANCE})
        before, _ = pay(running, PHONES[0], "before")
        merchant = running.details["app"]["wallet_phone"]
        had = running.balance(merchant)
        logs = list((tmp_path / "data" / "databases").glob("*.db-wal"))
        limit_files_of(running.details["pid"], (max(file.stat().st_size for file in logs) if room else 0) + room)
        attempts = [pay(running, PHONES[number % 2], f"full {number}") for number in range(12)]
        refused = [said for _, said in attempts if said is not None]
        assert refused, "the disk was not full"
        for said in refused:
            assert "STORAGE_FAILED" in str(said), said
        answer = running.client.post("/api/checkout/sessions", json={"app": running.details["app"]["public_token"]})
        assert answer.status_code in {400, 507}, answer.text
        limit_files_of(running.details["pid"], resource.RLIM_INFINITY)
        _require_nothing_lost(running, [before, *(attempt for attempt, _ in attempts)], merchant, had)
        after, problem = pay(running, PHONES[1], "after")
        assert problem is None
        assert after.answer is not None
    finally:
        running.end()


def _require_nothing_lost(running: Running, attempts: list[Attempt], merchant: str, had: int) -> None:
    """Who asked for money to be moved asks again: what was answered is answered alike, what was refused is done now, once."""
    running.call("POST", "/_sandbox/drain", {})
    for attempt in attempts:
        if attempt.accept_sent:
            again = running.accept(attempt)
            assert again["status"] == "SUCCESS"
            assert again == (attempt.answer or again)
    running.call("POST", "/_sandbox/clock/advance", {"seconds": 300})
    paid = sum(attempt.amount for attempt in attempts if attempt.accept_sent)
    assert running.balance(merchant) == had + paid - 1_000
    assert sum(map(running.balance, PHONES)) == 2 * BALANCE - paid
    assert running.call("GET", "/_sandbox/ledger/verify")["problems"] == []


def test_what_was_paid_on_a_full_disk_is_there_after_a_restart(tmp_path: Path) -> None:
    """Also when the sandbox never saw room again."""
    running = Running(tmp_path / "data")
    try:
        running.call("POST", "/mobile/phones", {"phone_number": PHONES[0], "balance": BALANCE})
        attempts = [pay(running, PHONES[0], "before")[0]]
        logs = list((tmp_path / "data" / "databases").glob("*.db-wal"))
        limit_files_of(running.details["pid"], max(file.stat().st_size for file in logs) + 30_000)
        attempts += [pay(running, PHONES[0], f"full {number}")[0] for number in range(8)]
        running.kill()
        running.end()
        running = Running(tmp_path / "data")
        for attempt in attempts:
            if attempt.answer is not None:
                assert running.accept(attempt) == attempt.answer
        assert running.call("GET", "/_sandbox/ledger/verify")["problems"] == []
    finally:
        running.end()


def start(runner: Runner, prefix: list[str], *, most_bytes: int | None = None) -> Any:
    """``up`` to its end, which must come."""
    program = "import resource, runpy, sys\n"
    if most_bytes is not None:
        program += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most_bytes}, {most_bytes}))\n"
    program += "sys.argv[0] = 'sandbox'\nrunpy.run_module('sandbox', run_name='__main__')\n"
    arguments = ("-c", program, "up", *PORTS, "--data", str(runner.data))
    return runner.run_python(*arguments, prefix=prefix)


@pytest.mark.parametrize("most_bytes", [0, 5_000, 60_000])
def test_a_start_on_a_full_disk_is_one_line_that_names_folder_and_fix(tmp_path: Path, most_bytes: int) -> None:
    runner = runner_in(tmp_path)
    line = require_one_line(start(runner, [], most_bytes=most_bytes), 2)
    assert str(runner.data) in line
    assert "room" in line
    assert "--data" in line
    runner.up().stop()  # with room, the start goes on where it was cut off
    runner.close()


def test_a_start_on_a_full_disk_harms_no_kept_data(tmp_path: Path) -> None:
    runner = runner_in(tmp_path)
    runner.up().stop()
    line = require_one_line(start(runner, [], most_bytes=0), 2)
    assert str(runner.data) in line
    up = runner.up()
    assert len(up.details["phones"]) > 1
    up.stop()
    runner.close()


@pytest.mark.parametrize("is_new", [True, False])
def test_a_folder_that_may_not_be_written_to_is_one_line_that_names_folder_and_fix(
    tmp_path: Path, is_new: bool
) -> None:
    prefix, runner = as_no_administrator(), runner_in(tmp_path)
    if is_new:
        runner.data.mkdir()
    else:
        runner.up().stop()
    everything = [runner.data, *runner.data.rglob("*")]
    rights = {path: path.stat().st_mode for path in everything}
    try:
        for path in everything:
            path.chmod(0o555 if path.is_dir() else 0o444)
        line = require_one_line(start(runner, prefix), 2)
        assert str(runner.data) in line
        assert "write" in line
    finally:
        for path, mode in rights.items():
            path.chmod(mode)
    runner.up().stop()
    runner.close()


def test_a_world_is_saved_and_loaded_wholly_or_not_at_all_on_a_full_disk(tmp_path: Path) -> None:
    running = Running(tmp_path / "data")
    shelf, refusals = tmp_path / "data" / "snapshots", 0

    def ask(path: str, **body: Any) -> int:
        answer = running.client.post(f"/_sandbox/snapshots{path}", json=body)
        assert answer.status_code in {200, 201, 507}, answer.text
        return answer.status_code

    try:
        assert ask("", name="poor") == 201
        running.call("POST", "/mobile/phones", {"phone_number": PHONES[0], "balance": BALANCE})
        assert ask("", name="rich") == 201
        for room in (0, 20_000, 60_000, 100_000, 200_000, 400_000):
            limit_files_of(running.details["pid"], room)
            refusals += ask("", name=f"full-{room}") == 507
            assert {file.name for file in shelf.iterdir()} >= {"poor", "rich"}
            assert not list(shelf.glob(".*"))
            loaded = ask("/poor/load") == 200
            limit_files_of(running.details["pid"], resource.RLIM_INFINITY)
            phones = running.client.get("/mobile/phones").text
            assert (PHONES[0] in phones) == (not loaded)
            assert running.call("GET", "/_sandbox/ledger/verify")["problems"] == []
            refusals += not loaded
            assert ask("/rich/load") == 200
            assert running.balance(PHONES[0]) == BALANCE
        assert refusals >= 4
    finally:
        running.end()
