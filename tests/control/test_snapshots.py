"""Snapshots: the whole world saved, loaded whole or not at all, and carried to another sandbox."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.contracts.errors import SnapshotExists, SnapshotNotFound, SnapshotUnusable
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare, prepare_and_verify
from sandbox.testing.drivers import PhoneDriver


@pytest.fixture(scope="module")
def own() -> Iterator[Sandbox]:
    """A sandbox whose world comes and goes."""
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def no_snapshots(request: pytest.FixtureRequest) -> None:
    """Each test begins in the demo world, without snapshots."""
    if "own" in request.fixturenames:
        sandbox = request.getfixturevalue("own")
        for each in sandbox.snapshots.list():
            sandbox.snapshots.delete(each["name"])
        sandbox.reset()


def pay(sandbox: Sandbox, amount: int = 12_500) -> str:
    """The demo shop is paid; returns the payment's id."""
    form = prepare_and_verify(sandbox, sandbox.demo_merchant(), sandbox.phone(), amount=amount)
    assert sandbox.accept(sandbox.demo_merchant(), form["payment_id"], form["flouci_otp"])["status"] == "SUCCESS"
    return str(form["payment_id"])


def test_what_was_paid_since_is_unpaid_again(own: Sandbox) -> None:
    before = own.phone().balance
    own.snapshots.save("before")
    pay(own)
    own.snapshots.save("after")
    assert own.phone().balance == before - 12_500
    own.snapshots.load("before")
    assert (own.phone().balance, own.demo_merchant().balance) == (before, 0)
    own.snapshots.load("after")
    assert (own.phone().balance, own.demo_merchant().balance) == (before - 12_500, 12_500)
    assert own.control.verify_ledger()["ok"]


def test_time_goes_on_from_where_it_stood(own: Sandbox) -> None:
    own.clock.freeze()
    stood = own.clock.now
    own.snapshots.save("frozen")
    own.clock.advance(days=3)
    own.snapshots.load("frozen")
    assert own.clock.now == stood
    own.clock.speed(60)
    own.snapshots.save("fast")
    own.clock.freeze()
    own.snapshots.load("fast")
    assert own.control.show_clock()["rate"] == 60
    assert stood <= own.clock.now


def test_a_world_that_was_loaded_is_no_other_one(own: Sandbox) -> None:
    """Its clock goes on from where it stood, at a thousand hours an hour: that is nobody's moving of it."""
    own.clock.speed(1_000)
    own.snapshots.save("kept")
    own.clock.advance(days=2)
    assert own.snapshots.diff("kept")["lines"] == ["clock moved on by 2 days"]
    for _ in range(2):
        own.snapshots.load("kept")
        assert own.snapshots.diff("kept")["text"] == "no difference"
    own.clock.advance(minutes=7)
    assert own.snapshots.diff("kept")["text"] == "clock moved on by 7 minutes"


def test_what_was_due_then_is_due_again(own: Sandbox) -> None:
    """A code that was open when the world was saved opens again, and expires in its own time."""
    session, _ = prepare(own, own.demo_merchant(), own.phone(), amount=5_000)
    own.snapshots.save("prepared")
    own.clock.advance(minutes=21)
    assert own.platform.get_session(session)["status"] == "EXPIRED"
    own.snapshots.load("prepared")
    assert own.platform.get_session(session)["status"] != "EXPIRED"
    assert own.phone().balance == 500_000 - 5_000
    own.clock.advance(minutes=21)
    assert own.platform.get_session(session)["status"] == "EXPIRED"
    assert own.phone().balance == 500_000


def test_ids_after_a_load_are_new_ones_and_the_same_in_each_run(own: Sandbox) -> None:
    runs = []
    for _ in range(2):
        ids = [pay(own, 1_000)]
        own.snapshots.save("one", replace=True)
        ids.append(pay(own, 1_000))
        own.snapshots.save("two", replace=True)
        for name in ("one", "two", "one"):
            own.snapshots.load(name)
            ids.append(pay(own, 1_000))
        assert len(set(ids)) == len(ids)
        runs.append(ids)
        own.reset()
    assert runs[0] == runs[1]


def test_a_snapshot_outlives_a_reset_and_a_restart(tmp_path: Path) -> None:
    with Sandbox.start(data_dir=tmp_path / "data") as first:
        payments = [pay(first)]
        first.snapshots.save("paid")
        first.reset()
        first.snapshots.load("paid")
        assert first.demo_merchant().balance == 12_500
    with Sandbox.start(data_dir=tmp_path / "data") as second:
        payments.append(pay(second))
        assert second.demo_merchant().balance == 25_000
        second.reset()
        second.snapshots.load("paid")
        payments.append(pay(second))
    assert len(set(payments)) == len(payments)


def test_another_world_is_entered_with_its_own_keys_and_left_by_a_reset(own: Sandbox, tmp_path: Path) -> None:
    with Sandbox.start(seed=7) as other:
        foreign, payment = dict(other.app), pay(other)
        other.clock.advance(days=40)
        then = other.clock.now
        file = other.snapshots.export(tmp_path / "other.zip")
    home = dict(own.app)
    assert own.snapshots.bring(file)["name"] == f"world-{then:%Y-%m-%d}"
    own.snapshots.load(f"world-{then:%Y-%m-%d}")
    assert own.app == foreign
    assert own.clock.now >= then.replace(microsecond=0)
    assert own.log_in(own.demo_merchant())
    found = own.transport.send("GET", f"/api/verify_payment/{payment}", b"", keys_of(own.app))
    assert found.status == 200
    assert foreign["public_token"] in httpx.get(f"{own.base_url}/shop/").text
    pay(own)
    assert own.demo_merchant().balance == 25_000
    own.reset()
    assert own.app == home
    assert home["public_token"] in httpx.get(f"{own.base_url}/shop/").text


def keys_of(app: dict[str, Any]) -> dict[str, str]:
    return {"apppublic": app["public_token"], "appsecret": app["private_token"]}


def test_a_world_stays_entered_over_a_restart(own: Sandbox, tmp_path: Path) -> None:
    file = own.snapshots.export(tmp_path / "world.zip")
    with Sandbox.start(seed=7, data_dir=tmp_path / "data") as first:
        first.snapshots.bring(file, "home")
        first.snapshots.load("home")
    with Sandbox.start(seed=7, data_dir=tmp_path / "data") as second:
        assert second.app == own.app
        pay(second)


def test_the_same_world_is_the_same_file(own: Sandbox, tmp_path: Path) -> None:
    own.snapshots.save("one")
    files = [own.snapshots.export(tmp_path / f"{number}.zip", "one").read_bytes() for number in range(2)]
    assert files[0] == files[1]


def test_all_but_the_latest_are_forgotten(own: Sandbox) -> None:
    own.clock.freeze()
    for name in ("third", "first", "second"):
        own.snapshots.save(name)
        own.clock.advance(minutes=1)
    assert own.snapshots.prune(keep=2) == ["third"]
    assert (own.snapshots.prune(keep=2), own.snapshots.prune(keep=0)) == ([], ["first", "second"])


def test_kept_brings_everything_back_even_when_a_test_fails(own: Sandbox) -> None:
    def fail() -> None:
        with own.snapshots.kept():
            pay(own)
            with own.snapshots.kept():
                pay(own)
            assert own.demo_merchant().balance == 12_500
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert own.demo_merchant().balance == 0
    assert own.snapshots.list() == []


def test_a_sandbox_that_is_attached_to_is_driven_alike_and_can_be_awaited(own: Sandbox, tmp_path: Path) -> None:
    async def drive(attached: Sandbox) -> Any:
        await attached.snapshots.aio.save("before")
        pay(attached)
        told = await attached.snapshots.aio.diff("before")
        await attached.snapshots.aio.export(tmp_path / "paid.zip")
        await attached.snapshots.aio.load("before")
        return told["text"]

    with Sandbox.attach(own.base_url) as attached:
        with ThreadPoolExecutor(1) as pool:  # Playwright's sync API may have a loop in this thread
            told = pool.submit(asyncio.run, drive(attached)).result()
        assert "payment executed" in told
        assert own.demo_merchant().balance == 0
        attached.snapshots.bring(tmp_path / "paid.zip", "paid")
        attached.snapshots.load("paid")
    assert own.demo_merchant().balance == 12_500


def test_what_is_under_way_elsewhere_is_in_a_snapshot_wholly(own: Sandbox) -> None:
    """Shoppers go on paying while the world is saved: in each of the snapshots every millime is somebody's."""
    phones = [own.new_phone(balance=400_000) for _ in range(3)]
    over = threading.Event()

    def shop(phone: PhoneDriver) -> None:
        while not over.is_set():
            form = prepare_and_verify(own, own.demo_merchant(), phone, amount=100)
            own.accept(own.demo_merchant(), form["payment_id"], form["flouci_otp"])

    with ThreadPoolExecutor(len(phones)) as shoppers:
        shopping = [shoppers.submit(shop, phone) for phone in phones]
        try:
            for number in range(4):
                own.snapshots.save(f"busy-{number}")
        finally:
            over.set()
        for each in shopping:
            each.result()
    for number in range(4):
        own.snapshots.load(f"busy-{number}")
        own.clock.advance(minutes=30)  # what was held is paid or given back
        assert own.demo_merchant().balance + sum(phone.balance for phone in phones) == 1_200_000
        assert own.control.verify_ledger()["ok"]


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a b", "ä", "x" * 65, "now", "a\\b"])
def test_a_name_is_letters_and_digits(own: Sandbox, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        own.snapshots.save(name)
    assert refused.value.field == "name"


def test_a_name_is_taken_once(own: Sandbox) -> None:
    own.snapshots.save("Paid")
    with pytest.raises(SnapshotExists):
        own.snapshots.save("paid")
    pay(own)
    own.snapshots.save("Paid", replace=True)
    own.reset()
    own.snapshots.load("Paid")
    assert own.demo_merchant().balance == 12_500
    own.snapshots.delete("Paid")
    for call in (own.snapshots.load, own.snapshots.delete, own.snapshots.diff):
        with pytest.raises(SnapshotNotFound):
            call("Paid")


@pytest.mark.parametrize("was_replaced", [True, False])
def test_one_that_was_being_replaced_when_the_process_ended_is_the_old_or_the_new(
    tmp_path: Path, was_replaced: bool
) -> None:
    kept = tmp_path / "data" / "snapshots"
    with Sandbox.start(data_dir=tmp_path / "data") as first:
        first.snapshots.save("one")
    (tmp_path / "data" / "undo").mkdir()
    (kept / "one").rename(kept / ".replaced-one")
    if was_replaced:
        shutil.copytree(kept / ".replaced-one", kept / "one")
    shutil.copytree(kept / ".replaced-one", kept / ".draft-half")
    with Sandbox.start(data_dir=tmp_path / "data") as second:
        assert [each.name for each in kept.iterdir()] == ["one"]
        assert not (tmp_path / "data" / "undo").exists()
        second.snapshots.load("one")


def folder_of(sandbox: Sandbox, name: str) -> Path:
    return Path(sandbox.details["data_dir"]) / "snapshots" / name


def change_manifest(folder: Path, **changes: Any) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_what_is_damaged_or_of_another_version_is_told_before_anything_is_changed(own: Sandbox) -> None:
    damages = {
        "cut off": lambda folder: (folder / "payments.db").write_bytes((folder / "payments.db").read_bytes()[:-1]),
        "is missing": lambda folder: (folder / "mail.db").unlink(),
        "format 99": lambda folder: change_manifest(folder, format=99),
        "manifest": lambda folder: (folder / "manifest.json").write_text("{"),
        "version 999": make_newer,
    }
    for number, damage in enumerate(damages.values()):
        own.snapshots.save(f"broken-{number}")
        damage(folder_of(own, f"broken-{number}"))
    pay(own)
    listed = httpx.get(f"{own.base_url}/_sandbox/snapshots").json()
    assert [each["name"] for each in listed["snapshots"]] == ["broken-0", "broken-1", "broken-4"]
    assert listed["bytes"] == sum(each["bytes"] for each in listed["snapshots"])
    assert [each["name"] for each in listed["unusable"]] == ["broken-2", "broken-3"]
    assert "format 99" in listed["unusable"][0]["reason"]
    assert "format 99" in httpx.get(f"{own.base_url}/_sandbox/console/snapshots").text
    for number, told in enumerate(damages):
        with pytest.raises(SnapshotUnusable, match=told):
            own.snapshots.load(f"broken-{number}")
        own.snapshots.delete(f"broken-{number}")
    assert own.demo_merchant().balance == 12_500


def make_newer(folder: Path) -> None:
    """As a later sandbox would have saved it."""
    import sqlite3
    from contextlib import closing

    from sandbox.control.snapshots.manifest import look_at

    with closing(sqlite3.connect(folder / "wallets.db")) as database:
        database.execute("PRAGMA user_version=999")
    files = json.loads((folder / "manifest.json").read_text())["files"]
    change_manifest(folder, files=files | {"wallets": vars(look_at(folder / "wallets.db"))}, version="9.9.9")


def repacked(packed: bytes, **changes: bytes | None) -> bytes:
    """The same archive with other members: ``manifest_json=b"…"``; None leaves one out."""
    target = BytesIO()
    wanted = {name.replace("_", ".", 1): content for name, content in changes.items()}
    with zipfile.ZipFile(BytesIO(packed)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = wanted.pop(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in wanted.items():
            new.writestr(name, content or b"")
    return target.getvalue()


def damaged_inside(packed: bytes) -> bytes:
    """With a manifest that says that this is what was saved."""
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        whole, manifest = archive.read("payments.db"), json.loads(archive.read("manifest.json"))
    middle = len(whole) // 2
    damaged = whole[:middle] + b"\x5a" * 9_000 + whole[middle + 9_000 :]
    manifest["files"]["payments"]["sha256"] = hashlib.sha256(damaged).hexdigest()
    return repacked(packed, payments_db=damaged, manifest_json=json.dumps(manifest).encode())


def test_a_file_from_elsewhere_is_believed_only_when_all_of_it_is_right(own: Sandbox, tmp_path: Path) -> None:
    good = own.snapshots.export(tmp_path / "good.zip").read_bytes()
    bad = {
        "no archive": b"not a zip",
        "half of it": good[: len(good) // 2],
        "a member too few": repacked(good, mail_db=None),
        "a member too many": repacked(good, **{"../evil": b"x"}),
        "a larger database": repacked(good, mail_db=b"x" * 10_000_000),
        "another database": repacked(good, mail_db=b"x" * 10),
        "no manifest": repacked(good, manifest_json=b"[]"),
        "a manifest that lies": repacked(good, manifest_json=b'{"format": 1, "files": {"../x": {"bytes": 1}}}'),
        "a database that is damaged inside": damaged_inside(good),
        "nothing": b"",
    }
    for told, content in bad.items():
        file = tmp_path / "bad.zip"
        file.write_bytes(content)
        with pytest.raises(SandboxError) as refused:
            own.snapshots.bring(file, "bad")
        assert refused.value.code == "SNAPSHOT_UNUSABLE", told
        assert own.snapshots.list() == [], told
    assert [each.name for each in (Path(own.details["data_dir"]) / "snapshots").iterdir()] == []


CUT_OFF = """
import os, sys
from pathlib import Path
from sandbox.kit.db import Database
from sandbox.testing import Sandbox

sandbox = Sandbox.start(data_dir=Path(sys.argv[1]))
whole, left = Database.load_from, [int(sys.argv[2])]

def load_from(self, file):
    if not left[0]:
        os._exit(9)
    left[0] -= 1
    whole(self, file)

Database.load_from = load_from
sandbox.reset() if sys.argv[3:] else sandbox.snapshots.load("before")
"""


@pytest.mark.parametrize("databases", [0, 3])
def test_a_load_that_is_cut_off_has_not_happened(tmp_path: Path, databases: int) -> None:
    with Sandbox.start(data_dir=tmp_path / "data") as first:
        first.snapshots.save("before")
        pay(first)
    command = [sys.executable, "-c", CUT_OFF, str(tmp_path / "data"), str(databases)]
    assert subprocess.run(command, timeout=90, check=False).returncode == 9
    with Sandbox.start(data_dir=tmp_path / "data") as second:
        assert second.demo_merchant().balance == 12_500
        assert second.control.verify_ledger()["ok"]
        assert not (tmp_path / "data" / "undo").exists()
        second.snapshots.load("before")
        assert second.demo_merchant().balance == 0


def test_a_reset_that_is_cut_off_is_ended_by_the_next_start(tmp_path: Path) -> None:
    with Sandbox.start(data_dir=tmp_path / "data") as first:
        pay(first)
    command = [sys.executable, "-c", CUT_OFF, str(tmp_path / "data"), "3", "reset"]
    assert subprocess.run(command, timeout=90, check=False).returncode == 9
    with Sandbox.start(data_dir=tmp_path / "data") as second:
        assert (second.demo_merchant().balance, second.phone().balance) == (0, 500_000)
        assert second.control.verify_ledger()["ok"]
        pay(second)


@pytest.mark.parametrize(
    ("attempts", "failing"),
    [(1, {4}), (2, {4, 5, 15})],
    ids=["in its midst", "where even going back fails at first"],
)
def test_a_load_that_fails_leaves_everything_as_it_was(
    own: Sandbox, monkeypatch: pytest.MonkeyPatch, attempts: int, failing: set[int]
) -> None:
    from sandbox.kit.db import Database
    from sandbox.kit.errors import StorageFailed

    own.snapshots.save("before")
    pay(own)
    whole, calls = Database.load_from, []

    def fail(self: Database, file: Path) -> None:
        calls.append(file)
        if len(calls) in failing:
            raise StorageFailed
        whole(self, file)

    monkeypatch.setattr(Database, "load_from", fail)
    now = own.clock.now
    for _ in range(attempts):
        with pytest.raises(StorageFailed):
            own.snapshots.load("before")
    assert own.demo_merchant().balance == 12_500
    assert own.clock.now >= now
    pay(own)
    assert own.demo_merchant().balance == 25_000
