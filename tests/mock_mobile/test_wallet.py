"""What the owner of a wallet does on the phone: look at it, bank account, PIN, statement, closing."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.contracts.errors import PinBlocked, WalletNotEmpty, WrongPin
from sandbox.contracts.mobile import ConfirmUnlock, MoveMoney
from sandbox.kit.days import day_of

if TYPE_CHECKING:
    from sandbox.testing.drivers import ClockDriver, PhoneDriver
    from sandbox.testing.embedded import Sandbox

RIB = "08006012345678901231"
START = 500_000


def test_the_wallet_tells_its_level_its_ceilings_and_its_bank_account(sandbox: Sandbox, phone: PhoneDriver) -> None:
    wallet = sandbox.mobile.get_wallet(phone.number)
    assert (wallet.status, wallet.kind, wallet.level, wallet.pin_tries_left) == ("active", "personal", 3, 3)
    assert (wallet.limits.daily_outflow, wallet.ceilings_are_assumptions) == (10_000_000, True)
    assert (wallet.bank, wallet.application) == (None, None)
    sandbox.mobile.link_bank(phone.number, RIB)
    bank = sandbox.mobile.get_wallet(phone.number).bank
    assert bank is not None
    assert bank.rib == RIB


def test_three_wrong_pins_block_it_and_a_code_by_sms_unlocks_it(sandbox: Sandbox, phone: PhoneDriver) -> None:
    for left in (2, 1):
        with pytest.raises(WrongPin) as wrong:
            phone.send("20000001", 1_000, pin="9999")
        assert wrong.value.details["tries_left"] == left
        assert sandbox.mobile.get_wallet(phone.number).pin_tries_left == left
    with pytest.raises(PinBlocked):
        phone.send("20000001", 1_000, pin="9999")
    with pytest.raises(PinBlocked):
        phone.send("20000001", 1_000)
    assert sandbox.mobile.get_wallet(phone.number).pin_tries_left == 0
    challenge = sandbox.mobile.start_unlock(phone.number)
    code = re.findall(r"\d{6}", phone.messages()[0]["text"])[0]
    sandbox.mobile.confirm_unlock(phone.number, ConfirmUnlock(challenge_id=challenge.id, code=code, new_pin="8642"))
    assert sandbox.mobile.get_wallet(phone.number).pin_tries_left == 3
    assert phone.send("20000001", 1_000).status == "SUCCESS"


def test_the_statement_has_a_line_for_each_movement_and_its_file_the_same(
    sandbox: Sandbox, phone: PhoneDriver, clock: ClockDriver
) -> None:
    phone.send("20000001", 1_000)
    sandbox.mobile.link_bank(phone.number, RIB)
    sandbox.mobile.withdraw(phone.number, MoveMoney(amount=2_000))
    statement = sandbox.mobile.get_statement(phone.number)
    assert [line.amount for line in statement.data] == [START, -1_000, -2_000]
    assert (statement.opening_balance, statement.closing_balance) == (0, START - 3_000)
    path = f"{sandbox.base_url}/mobile/phones/{phone.number}/statement.csv"
    answer = httpx.get(path)
    assert f"statement-{phone.number}.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [int(row["balance"]) for row in rows] == [line.balance for line in statement.data]
    tomorrow = day_of(clock.now) + timedelta(days=1)
    later = sandbox.mobile.get_statement(phone.number, first=tomorrow)
    assert (later.opening_balance, later.data) == (START - 3_000, [])
    wrong = httpx.get(path, params={"from": "2026-05-02", "to": "2026-05-01"})
    assert (wrong.status_code, wrong.json()["error"]["field"]) == (400, "from")
    no_day = httpx.get(path, params={"from": "yesterday"})
    assert (no_day.status_code, no_day.json()["error"]["field"]) == (400, "from")


def test_a_file_of_a_long_statement_is_whole(sandbox: Sandbox, phone: PhoneDriver) -> None:
    for _ in range(205):
        phone.send("20000001", 1)
    answer = httpx.get(f"{sandbox.base_url}/mobile/phones/{phone.number}/statement.csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert len(rows) == 206
    assert int(rows[-1]["balance"]) == START - 205


def test_a_wallet_with_money_is_not_closed_and_says_what_to_do(sandbox: Sandbox, phone: PhoneDriver) -> None:
    with pytest.raises(WalletNotEmpty) as refused:
        sandbox.mobile.close(phone.number)
    assert refused.value.details["available"] == START
    assert "Withdraw or send" in refused.value.hint
    assert phone.send("20000001", START).status == "SUCCESS"
    assert sandbox.mobile.close(phone.number).status == "closed"
    assert sandbox.mobile.get_wallet(phone.number).status == "closed"


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"),
    [
        ("pin", {"new_pin": "12"}, 400, "INVALID_INPUT", "new_pin"),
        ("pin", {"new_pin": "12a4"}, 400, "INVALID_INPUT", "new_pin"),
        ("pin", {"old_pin": "abcd", "new_pin": "2468"}, 400, "INVALID_INPUT", "old_pin"),
        ("pin", {"old_pin": "9999", "new_pin": "2468"}, 403, "WRONG_PIN", "old_pin"),
        ("bank", {"rib": "08006012345678901232"}, 400, "INVALID_INPUT", "rib"),
        ("bank", {"rib": "0800"}, 400, "INVALID_INPUT", "rib"),
        ("bank", {"rib": "TN0008006012345678901231"}, 400, "INVALID_INPUT", "rib"),
        ("bank/open", {"bank": "77"}, 404, "BANK_NOT_FOUND", "bank"),
        ("top-ups", {"amount": 1_000}, 409, "BANK_NOT_LINKED", "phone_number"),
        ("withdrawals", {"amount": -5}, 400, "INVALID_INPUT", "amount"),
        ("withdrawals", {"amount": 1.5}, 400, "INVALID_INPUT", "amount"),
        ("transfers", {"to": "20000001", "amount": 10_000_001}, 400, "INVALID_INPUT", "amount"),
        ("transfers", {"to": "20000001", "amount": 1, "pin": "12x4"}, 400, "INVALID_INPUT", "pin"),
        ("transfers", {"to": "123", "amount": 1}, 400, "INVALID_INPUT", "to"),
        ("transfers", {"to": "29999999", "amount": 1}, 404, "WALLET_NOT_FOUND", "to"),
        ("requests", {"from": "29999999", "amount": 1}, 404, "WALLET_NOT_FOUND", "from"),
        ("scan", {"image_base64": "!!"}, 400, "INVALID_INPUT", "image_base64"),
        ("scan", {"image_base64": "bm8gcGljdHVyZQ=="}, 422, "UNREADABLE_PICTURE", "image"),
        ("scan", {}, 400, "INVALID_INPUT", "image"),
        ("methods/app/open", {}, 400, "INVALID_INPUT", "link"),
        ("methods/app/open", {"link": "https://flouci.com"}, 422, "FOREIGN_QR", None),
        ("methods/pigeon/send", {}, 404, "METHOD_NOT_FOUND", "method"),
        ("methods/app/fly", {}, 404, "METHOD_NOT_FOUND", "step"),
        ("unlock/confirm", {"challenge_id": "x", "code": "12", "new_pin": "2468"}, 400, "INVALID_INPUT", "code"),
    ],
)
def test_what_is_wrong_is_named_and_no_money_moves(  # noqa: PLR0917
    sandbox: Sandbox, phone: PhoneDriver, path: str, body: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    answer = httpx.post(f"{sandbox.base_url}/mobile/phones/{phone.number}/{path}", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error.get("field")) == (status, code, field)
    assert error["message"]
    assert error["hint"]
    assert phone.balance == START


def test_money_to_oneself_and_to_a_closed_wallet_is_refused(sandbox: Sandbox, phone: PhoneDriver) -> None:
    closed = sandbox.new_phone(balance=0)
    sandbox.mobile.close(closed.number)
    address = f"{sandbox.base_url}/mobile/phones/{phone.number}/transfers"
    for to, code in ((phone.number, "SELF_TRANSFER"), (closed.number, "WALLET_BLOCKED")):
        error = httpx.post(address, json={"to": to, "amount": 5}).json()["error"]
        assert (error["code"], error["field"]) == (code, "to")
    assert phone.balance == START


def test_a_persona_is_called_by_its_name_too(sandbox: Sandbox) -> None:
    named = httpx.get(f"{sandbox.base_url}/mobile/phones/loses-network").json()
    assert named["phone_number"] == sandbox.phone("loses_network").number


def test_the_search_looks_through_all_of_a_long_history(sandbox: Sandbox, phone: PhoneDriver) -> None:
    """Only the oldest line matches, a thousand lines down."""
    phone.send("20000001", 7, note="The very first")
    from sandbox.contracts.payments import TopUp

    world = sandbox._running.world
    wallet = world.wallets.find_wallet(phone.number)
    for number in range(1_000):
        world.payments.top_up(TopUp(wallet_id=wallet.id, amount=1, idempotency_key=f"{phone.number}:{number}"))
    (found,) = phone.history(search="very FIRST")
    assert (found.amount, found.note) == (7, "The very first")
    assert [line.note for line in phone.history(search=found.reference_id)] == ["The very first"]
    assert datetime.fromisoformat(found.at)
