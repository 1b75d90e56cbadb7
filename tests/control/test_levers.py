"""The levers: health, clock, reset, journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.contracts.mobile import NewPhone
from sandbox.kit.errors import InvalidInput
from sandbox.testing.checkout import prepare, prepare_and_verify

if TYPE_CHECKING:
    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox


def test_health_tells_of_each_service_and_ready_says_yes(sandbox: Sandbox) -> None:
    health = httpx.get(f"{sandbox.base_url}/_sandbox/health").json()
    assert health["ok"] is True
    assert set(health["services"]) == {"platform", "wallets", "payments", "mobile", "mail", "control"}
    assert httpx.get(f"{sandbox.base_url}/_sandbox/ready").json() == {"ready": True}


def test_a_frozen_clock_stands_still_and_an_advanced_one_moves_exactly(clock: ClockDriver) -> None:
    clock.freeze()
    before = clock.now
    assert clock.now == before
    clock.advance(seconds=90)
    assert (clock.now - before).total_seconds() == 90


@pytest.mark.parametrize("seconds", [-1, "soon", None, float("1e12")])
def test_a_clock_is_not_moved_back_or_by_nonsense(sandbox: Sandbox, seconds: object) -> None:
    answer = httpx.post(f"{sandbox.base_url}/_sandbox/clock/advance", json={"seconds": seconds})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == InvalidInput.code
    assert answer.json()["error"]["field"] == "seconds"


def test_all_due_work_is_done_when_advance_answers(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    session, _ = prepare(sandbox, merchant_app, phone, amount=10_000)
    assert phone.balance == 490_000
    clock.advance(seconds=121)
    assert phone.balance == 500_000
    assert sandbox.platform.get_session(session)["reason"] == "CODE_EXPIRED"
    clock.advance(seconds=1_200)
    assert sandbox.platform.get_session(session)["status"] == "EXPIRED"


def test_who_follows_the_journal_over_a_reset_misses_nothing_and_hears_nothing_twice() -> None:
    """Numbers begin anew in another world: those of the new one may be behind a cursor of the old one, or past it."""
    from sandbox.testing import Sandbox

    with Sandbox.start(seed=5) as own:
        stream = f"{own.base_url}/_sandbox/journal/stream"
        for _ in range(5):
            httpx.get(f"{own.base_url}/api/apps/before")
        own.journal.restart()
        place = httpx.get(stream).json()
        own.reset()
        for count in (2, 8):
            for _ in range(count):
                httpx.get(f"{own.base_url}/api/apps/after")
            followed = httpx.get(stream, params={"after": place["cursor"], "world": place["world"]}).json()
            assert [each["path"] for each in followed["exchanges"]] == ["/api/apps/after"] * count
            place = followed
        own.journal.expect("GET /api/apps/after").times(10)
        own.journal.expect("GET /api/apps/before").never_called()


def test_the_clock_is_kept_over_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    from sandbox.testing import Sandbox

    folder = tmp_path_factory.mktemp("clock")
    with Sandbox.start(data_dir=folder) as first:
        first.clock.freeze()
        first.clock.advance(seconds=86_400)
        stood_at = first.clock.now
    with Sandbox.start(data_dir=folder) as second:
        assert second.clock.now == stood_at


def test_reset_returns_to_the_demo_world_and_to_the_same_ids() -> None:
    from sandbox.testing import Sandbox

    with Sandbox.start() as sandbox:
        codes = []
        for _ in range(2):
            merchant, phone = sandbox.new_merchant(), sandbox.phone()
            session, code = prepare(sandbox, merchant, phone, amount=20_000)
            codes.append((session, code, merchant.public_token))
            sandbox.mobile.add_phone(NewPhone(phone_number="23456789"))
            sandbox.clock.advance(seconds=5_000)
            sandbox.reset()
            assert phone.balance == 500_000
            assert [each.phone_number for each in sandbox.mobile.list_phones()].count("23456789") == 0
            assert sandbox.control.list_exchanges(trace=session) == []
            assert sandbox.control.verify_ledger()["ok"]
        assert codes[0] == codes[1]


def test_the_journal_joins_a_payments_exchanges_by_its_story(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    form = prepare_and_verify(sandbox, merchant_app, phone, amount=10_000)
    sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
    sandbox.control.drain()
    story = phone.last_scan.session if phone.last_scan else ""
    paths = {(line["service"], line["method"], line["path"]) for line in sandbox.control.list_exchanges(trace=story)}
    assert ("platform", "POST", "/api/checkout/sessions") in paths
    assert ("phone", "POST", f"/mobile/phones/{phone.number}/pay") in paths
    assert ("wallets", "POST", "/wallets/api/authorize") in paths
    assert ("payments", "POST", f"/payments/api/payments/{form['payment_id']}/execute") in paths
    assert ("platform", "POST", "/api/accept") in paths


def test_every_answer_names_its_journal_entry(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.base_url}/api/apps/unknown")
    entry = httpx.get(answer.headers["Sandbox-Log"]).json()
    assert entry["id"] == answer.headers["Sandbox-Request-Id"]
    assert (entry["status"], entry["path"]) == (404, "/api/apps/unknown")
    assert "APP_NOT_FOUND" in entry["answer"]


def test_the_link_to_the_journal_has_the_host_of_the_call(sandbox: Sandbox) -> None:
    origin = f"http://localhost:{httpx.URL(sandbox.base_url).port}"
    answer = httpx.get(f"{sandbox.base_url}/api/apps/unknown", headers={"Host": origin.removeprefix("http://")})
    assert answer.headers["Sandbox-Log"].startswith(f"{origin}/_sandbox/journal/")


def test_the_journal_is_bounded(tmp_path_factory: pytest.TempPathFactory) -> None:
    from datetime import UTC, datetime

    from sandbox.control import journal as module
    from sandbox.control.journal import Exchange, Journal
    from sandbox.control.models import SCHEMA_VERSION, metadata
    from sandbox.kit.db import Database

    database = Database(f"sqlite:///{tmp_path_factory.mktemp('journal') / 'j.db'}", metadata, version=SCHEMA_VERSION)
    journal = Journal(database)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    total = module.KEEP + 3 * module.PRUNE_EVERY
    for number in range(total):
        journal.record(Exchange(str(number), "", "shop", "GET", "/", 200, 1.0, b"", b"", at))
        if number % 1_000 == 999:
            journal.flush()
    with database.read() as connection:
        kept = connection.exec_driver_sql("SELECT count(*), max(number) FROM exchanges").one()
    database.close()
    assert kept[1] == total
    assert kept[0] <= module.KEEP + module.PRUNE_EVERY


def test_the_journal_outlives_a_database_error_and_loses_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    from datetime import UTC, datetime

    from sandbox.control.journal import Exchange, Journal
    from sandbox.control.models import SCHEMA_VERSION, metadata
    from sandbox.kit.db import Database

    database = Database(f"sqlite:///{tmp_path_factory.mktemp('journal') / 'j.db'}", metadata, version=SCHEMA_VERSION)
    journal = Journal(database)
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE exchanges RENAME TO hidden")
    for number in range(3):
        journal.record(
            Exchange(str(number), "", "shop", "GET", "/", 200, 1.0, b"", b"", datetime(2026, 1, 1, tzinfo=UTC))
        )
    journal._try_to_flush()
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE hidden RENAME TO exchanges")
    assert [entry["id"] for entry in journal.list_newest()] == ["2", "1", "0"]
    database.close()


def test_the_levers_answers_carry_an_id_and_their_errors_name_it(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.base_url}/_sandbox/journal/none")
    assert answer.status_code == 404
    assert len(answer.headers["Sandbox-Request-Id"]) == 22
    assert answer.json()["error"]["request_id"] == answer.headers["Sandbox-Request-Id"]


def test_a_database_that_is_none_any_more_fails_its_check(tmp_path_factory: pytest.TempPathFactory) -> None:
    from sqlalchemy.exc import DatabaseError

    from sandbox.control.models import SCHEMA_VERSION, metadata
    from sandbox.kit.db import Database

    file = tmp_path_factory.mktemp("check % and ?") / "c.db"
    database = Database(f"sqlite:///{file}", metadata, version=SCHEMA_VERSION)
    assert file.is_file()
    database.check()
    database.close()
    file.write_bytes(b"no database at all" * 1_000)
    with pytest.raises(DatabaseError):
        database.check()
