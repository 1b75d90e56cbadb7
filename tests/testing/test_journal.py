"""``sandbox.journal``: verdicts on what was called, with the story where they fail; nobody sleeps."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.kit.errors import InvalidInput
from sandbox.testing.checkout import prepare, prepare_and_verify

if TYPE_CHECKING:
    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.journal import JournalDriver


def test_a_call_is_expected_once_never_and_so_often(
    sandbox: Sandbox, journal: JournalDriver, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    journal.expect("POST /api/accept").never_called()
    form = prepare_and_verify(sandbox, merchant_app, phone, amount=1_000)
    sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
    accepted = journal.expect("POST /api/accept", payment=form["payment_id"]).called_once()
    assert accepted["trace"]
    journal.expect("POST /payments/*/execute", status="2xx").called_once()
    journal.expect(f"SMS {phone.number}").called_once()
    sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
    journal.expect("POST /api/accept").times(2)


def test_a_failed_verdict_tells_what_was_expected_and_what_happened(
    sandbox: Sandbox, journal: JournalDriver, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    prepare(sandbox, merchant_app, phone, amount=1_000)
    with pytest.raises(AssertionError) as failed:
        journal.expect("POST /api/accept", service="platform").called_once(seconds=0)
    first, *story = str(failed.value).splitlines()
    assert first == "POST /api/accept service=platform was expected once, and came never."
    assert any(f"POST /mobile/phones/{phone.number}/pay → 200" in line for line in story)
    with pytest.raises(AssertionError, match="was expected never, and came once") as failed:
        journal.expect(f"POST /mobile/phones/{phone.number}/pay").never_called()
    (marked,) = [line for line in str(failed.value).splitlines() if line.startswith("> ")]
    assert f"POST /mobile/phones/{phone.number}/pay → 200" in marked


def test_a_failed_verdict_marks_what_came_near(sandbox: Sandbox, journal: JournalDriver) -> None:
    httpx.post(f"{sandbox.base_url}/api/accept?key=1")
    httpx.get(f"{sandbox.base_url}/api/apps/unknown")
    with pytest.raises(AssertionError) as failed:
        journal.expect("POST /api/acept").called_once(seconds=0)
    (near,) = [line for line in str(failed.value).splitlines() if line.startswith("~ ")]
    assert "POST /api/accept?key=•••" in near
    with pytest.raises(InvalidInput, match="'statuss' is no filter"):
        journal.expect("POST /api/accept", statuss=200).never_called()


def test_calls_are_expected_in_an_order(
    sandbox: Sandbox, journal: JournalDriver, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    form = prepare_and_verify(sandbox, merchant_app, phone, amount=1_000)
    sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
    pay = journal.expect(f"POST /mobile/phones/{phone.number}/pay")
    rows = journal.expect("POST /api/checkout/sessions").in_order(pay, "POST /api/accept", f"SMS {phone.number}")
    assert [row["number"] for row in rows] == sorted(row["number"] for row in rows)
    with pytest.raises(AssertionError, match=r"/pay did not come after POST /api/accept"):
        journal.expect("POST /api/accept").in_order(pay, seconds=0)


def test_what_comes_later_is_waited_for_without_sleeping(sandbox: Sandbox, journal: JournalDriver) -> None:
    begun = threading.Event()

    def call_later() -> None:
        begun.wait(30)
        httpx.get(f"{sandbox.base_url}/api/apps/later")

    thread = threading.Thread(target=call_later)
    thread.start()
    begun.set()
    journal.expect("GET /api/apps/later").called_once(seconds=30)
    thread.join()


def test_who_waits_for_the_journal_keeps_nobody_back(sandbox: Sandbox, journal: JournalDriver) -> None:
    """More wait than the server has threads for: each is answered, and so is everybody else meanwhile."""
    cursor = journal.newest()
    url = f"{sandbox.base_url}/_sandbox/journal/stream?after={cursor}&wait=20&text=never-comes"
    answered: list[int] = []
    with httpx.Client(timeout=60) as http:
        threads = [
            threading.Thread(target=lambda: answered.append(http.get(url + "-at-all").status_code)) for _ in range(40)
        ]
        for thread in threads:
            thread.start()
        for _ in range(20):
            assert httpx.get(f"{sandbox.base_url}/_sandbox/ready", timeout=15).status_code == 200
        httpx.get(f"{sandbox.base_url}/api/never-comes-at-all")
        for thread in threads:
            thread.join(60)
    assert answered == [200] * 40
