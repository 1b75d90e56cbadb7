"""A sandbox in the test's own process, from a demo world made before, and one that runs already."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import sandbox as package
from sandbox.config import SettingError, settings_given
from sandbox.kit.errors import InvalidInput, ServiceUnavailable
from sandbox.testing import MerchantApp, Sandbox
from sandbox.testing.attaching import version_note
from sandbox.testing.serving import serve

PORTS = {"base_url", "smtp_port", "data_dir", "shop_url", "phone_url", "inbox_url", "console_url"}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "flouci-sandbox" / "demo-worlds"


def facts(sandbox: Sandbox) -> tuple[dict, str, str, int]:
    """What a start made, and what is made next: from one seed come the same ids."""
    merchant, phone = sandbox.new_merchant(), sandbox.new_phone()
    details = {name: value for name, value in sandbox.details.items() if name not in PORTS}
    return details, merchant.public_token, phone.number, sandbox.control.verify_ledger()["journal_entries"]


def test_a_copied_demo_world_is_the_one_that_would_be_made(cache: Path) -> None:
    with Sandbox.start(seed=42) as first:
        made = facts(first)
    assert [folder.name[:6] for folder in cache.iterdir()] != ["draft-"]
    with Sandbox.start(seed=42) as second:
        assert facts(second) == made
        second.reset()
        assert facts(second) == made
        assert second.control.verify_ledger()["ok"]
    assert len(list(cache.iterdir())) == 1


def test_other_settings_get_a_demo_world_of_their_own(cache: Path) -> None:
    with Sandbox.start(seed=42, admin_email=""), Sandbox.start(seed=42, admin_email="boss@example.com") as other:
        assert other.details["admin"]["email"] == "boss@example.com"
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("name", ["state.json", "demo.json", "demo"])
def test_a_broken_cache_is_no_obstacle(cache: Path, name: str) -> None:
    with Sandbox.start(seed=42):
        pass
    (kept,) = cache.iterdir()
    broken = kept / name
    broken.rename(kept / "elsewhere")
    with Sandbox.start(seed=42) as sandbox:
        assert sandbox.phone().balance == 500_000


def test_attached_to_one_that_runs_nobody_gets_anothers_numbers(sandbox: Sandbox) -> None:
    with Sandbox.attach(sandbox.base_url) as one, Sandbox.attach(f"{sandbox.base_url}/") as other:
        assert one.new_phone().number != other.new_phone().number
        assert one.new_merchant().wallet_phone != other.new_merchant().wallet_phone
        assert one.app == sandbox.app
        assert one.now <= sandbox.clock.now
    assert sandbox.phone().balance, "it goes on"


def test_attaching_to_nothing_is_told() -> None:
    with pytest.raises(ServiceUnavailable, match=r"No sandbox answers at http://127\.0\.0\.1:9: .*refused") as refused:
        Sandbox.attach("127.0.0.1:9")
    assert "sandbox up" in refused.value.hint


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({}, "no sandbox: it answered 404"),
        ({"/_sandbox/details": "<html>"}, "no sandbox: it answered 200 with text/html"),
        ({"/_sandbox/details": "[]"}, "no sandbox: it answered 200"),
        ({"/_sandbox/details": '{"base_url": "x"}'}, "no sandbox: it answered 200"),
        ({"/_sandbox/ready": '{"ready": true}'}, "one service of a sandbox"),
    ],
)
def test_attaching_to_something_else_tells_what_it_is(answers: dict[str, str], told: str) -> None:
    """A front end's development server answers each address with its page."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answer = answers.get(environ["PATH_INFO"])
        start_response("404 NOT FOUND" if answer is None else "200 OK", [("Content-Type", "text/html")])
        return [(answer or "").encode()]

    with serve(application) as url, pytest.raises(ServiceUnavailable, match=f"What answers at {url} is {told}"):
        Sandbox.attach(url)


@pytest.mark.parametrize("url", ["", "http://", "ftp://127.0.0.1", "http://127.0.0.1:99999", "http://no such host"])
def test_attaching_to_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(InvalidInput, match="is no address of a sandbox"):
        Sandbox.attach(url)


def test_a_sandbox_of_another_version_is_told() -> None:
    assert version_note({"version": package.__version__}) == ""
    assert "version 9.9.9" in version_note({"version": "9.9.9"})


def test_what_moved_is_told_in_names(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    payer, before = sandbox.new_phone(), sandbox.now
    payer.send(merchant_app.wallet_phone, 2_500)
    mine = [
        posting
        for movement in sandbox.control.list_movements(before)
        for posting in movement["postings"]
        if merchant_app.wallet_phone in posting["owner"] or payer.number in posting["owner"]
    ]
    assert {(posting["account"], posting["amount"]) for posting in mine} >= {("wallet", 2_500), ("wallet", -2_500)}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"max_apps": "many"}, "max_apps must be a whole number of at least 0, not 'many'"),
        ({"session_seconds": -1}, "session_seconds must be a whole number of at least 1, not '-1'"),
        ({"threads": True}, "threads must be a whole number"),
        ({"seed": "x"}, "seed must be a whole number, not 'x'"),
        ({"kyc_review": "maybe"}, "kyc_review must be one of auto, manual, not 'maybe'"),
        ({"tls": "perhaps"}, "tls must be 'true' or 'false'"),
        ({"quirks": "redirect_join"}, "quirks must be name=value, separated by commas"),
        (
            {"database_url": "mysql://me:secret@x"},
            "database_url must be an address that begins with postgresql://, or nothing.$",
        ),
    ],
)
def test_a_setting_that_cannot_be_so_is_told_with_what_it_should_be(setting: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingError, match=told):
        Sandbox.start(**setting)


def test_settings_may_be_given_as_texts_and_lists() -> None:
    chosen = settings_given(
        data_dir="here", max_apps="7", tls="yes", quirks=["redirect_join=query"], seed_file=Path("a")
    )
    assert (chosen.data_dir, chosen.max_apps, chosen.tls) == (Path("here"), 7, True)
    assert (chosen.quirks, chosen.seed_file) == (("redirect_join=query",), "a")


def test_a_setting_that_there_is_not_is_told_with_the_nearest() -> None:
    with pytest.raises(SettingError, match=r"no setting 'sesion_seconds'. Did you mean 'session_seconds'\?"):
        Sandbox.start(sesion_seconds=60)


def test_a_new_world_begins_when_it_is_told_to_and_stands_there(tmp_path: Path) -> None:
    """A reset comes back to that moment; what is kept goes on from where its clock was."""
    with Sandbox.start(data_dir=tmp_path, begin_at="2026-03-01T09:30") as sandbox:
        began = "2026-03-01T08:30:00+00:00"
        assert sandbox.clock.now.isoformat() == began
        first = sandbox.fingerprint()
        assert sandbox.fingerprint() == first, "asking changes nothing"
        sandbox.clock.advance(hours=2)
        sandbox.phone().send(sandbox.new_phone(), 1_000)
        assert sandbox.fingerprint() != first
        sandbox.reset()
        assert (sandbox.clock.now.isoformat(), sandbox.fingerprint()) == (began, first)
        sandbox.clock.advance(hours=1)
    with Sandbox.start(data_dir=tmp_path, begin_at="2026-03-01T09:30") as again:
        assert again.clock.now.isoformat() == "2026-03-01T09:30:00+00:00"


@pytest.mark.parametrize("moment", ["tomorrow", "2026-13-01", "9999-01-01", "1969-01-01T00:00Z"])
def test_a_beginning_that_is_no_moment_is_told(moment: str) -> None:
    with pytest.raises(SettingError, match=f"BEGIN_AT must be a moment such as .* not '{moment}'"):
        Sandbox.start(begin_at=moment)


def test_a_sandbox_is_stopped_once_and_by_the_process_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is forked inside the block, such as a worker of the shop, may leave it by an exit of its own."""
    with Sandbox.start() as sandbox:
        with monkeypatch.context() as in_the_fork:
            in_the_fork.setattr(os, "getpid", lambda: 1)
            sandbox.stop()
        assert sandbox.new_phone().balance == 500_000
    sandbox.stop()
    with pytest.raises(ServiceUnavailable, match="it was stopped"):
        sandbox.new_phone()
