"""Money between phones: transfers, requests, codes of persons and counters, history and notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.contracts.errors import (
    AmountMismatch,
    InsufficientFunds,
    NotABusinessWallet,
    PaymentNotFound,
    PinBlocked,
    RequestEnded,
    ScanEnded,
    SelfTransfer,
    WalletBlocked,
    WalletNotFound,
    WrongPin,
)
from sandbox.contracts.mobile import NewPhone
from sandbox.contracts.qr_payload import HostedCode, MerchantCode, PersonCode, to_text
from sandbox.kit.errors import IdempotencyMismatch, InvalidInput
from sandbox.mock_mobile import qr
from tests.racing import race

if TYPE_CHECKING:
    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox

START = 500_000


@pytest.fixture
def friend(sandbox: Sandbox) -> PhoneDriver:
    return sandbox.new_phone()


def balances(*phones: PhoneDriver) -> list[int]:
    return [phone.balance for phone in phones]


def test_money_sent_to_a_number_arrives_and_both_sides_get_an_sms(
    sandbox: Sandbox, phone: PhoneDriver, friend: PhoneDriver
) -> None:
    sent = phone.send(friend, 12_345, note="Lunch")
    assert (sent.status, bool(sent.payment_id)) == ("SUCCESS", True)
    assert balances(phone, friend) == [START - 12_345, START + 12_345]
    assert (phone.screen["name"], phone.screen["amount"]) == ("paid", 12_345)
    sandbox.control.drain()
    assert phone.messages(contains="12.345")
    assert friend.messages(contains="12.345")


def test_a_transfer_repeated_with_its_key_moves_money_once(phone: PhoneDriver, friend: PhoneDriver) -> None:
    first = phone.send(friend, 1_000, idempotency_key="rent")
    assert phone.send(friend, 1_000, idempotency_key="rent").payment_id == first.payment_id
    with pytest.raises(IdempotencyMismatch):
        phone.send(friend, 2_000, idempotency_key="rent")
    phone.send(friend, 1_000)
    assert balances(phone, friend) == [START - 2_000, START + 2_000]


def test_transfers_with_one_key_that_race_move_money_once(phone: PhoneDriver, friend: PhoneDriver) -> None:
    phone.send(friend, 1)
    race([lambda: phone.send(friend, 1_000, idempotency_key="raced")] * 4)
    phone.send(friend, 1_000, idempotency_key="raced")
    assert friend.balance == START + 1_001


@pytest.mark.parametrize(
    ("to", "amount", "pin", "refusal", "field"),
    [
        ("29876543", 1_000, None, WalletNotFound, "to"),
        ("self", 1_000, None, SelfTransfer, "to"),
        ("20000005", 1_000, None, WalletBlocked, "to"),
        ("20000001", 1_000, "9999", WrongPin, "pin"),
        ("20000001", START + 1, None, InsufficientFunds, None),
    ],
)
def test_a_transfer_that_cannot_be_says_which_field_is_wrong(
    phone: PhoneDriver, to: str, amount: int, pin: str | None, refusal: type[Exception], field: str | None
) -> None:
    with pytest.raises(refusal) as caught:
        phone.send(phone if to == "self" else to, amount, pin=pin)
    assert field is None or caught.value.field == field  # type: ignore[attr-defined]
    assert phone.balance == START


def test_after_a_wrong_pin_the_same_transfer_works_with_the_right_one(phone: PhoneDriver, friend: PhoneDriver) -> None:
    with pytest.raises(WrongPin):
        phone.send(friend, 500, pin="9999", idempotency_key="typo")
    assert phone.send(friend, 500, idempotency_key="typo").status == "SUCCESS"
    assert friend.balance == START + 500


def test_a_persons_code_is_scanned_from_its_picture_and_the_amount_is_asked(
    phone: PhoneDriver, friend: PhoneDriver
) -> None:
    scan = phone.scan(friend.qr())
    assert (scan.kind, scan.amount, scan.phone_number) == ("person", None, friend.number)
    assert (phone.screen["name"], phone.screen["amount"]) == ("confirm", None)
    with pytest.raises(InvalidInput) as caught:
        phone.pay()
    assert caught.value.field == "amount"
    assert phone.pay(amount=2_000).status == "SUCCESS"
    assert phone.pay().payment_id == phone.pay(amount=2_000).payment_id
    with pytest.raises(AmountMismatch):
        phone.pay(amount=3_000)
    assert balances(phone, friend) == [START - 2_000, START + 2_000]


def test_a_merchants_counter_code_carries_its_amount_or_asks_for_it(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    till = sandbox.phone(merchant_app.wallet_phone)
    scan = phone.scan(till.qr(amount=7_500))
    assert (scan.kind, scan.amount, scan.merchant) == ("counter", 7_500, merchant_app.name)
    with pytest.raises(AmountMismatch):
        phone.pay(amount=1)
    phone.pay()
    phone.scan(till.qr())
    phone.pay(amount=1_500)
    assert (merchant_app.balance, phone.balance) == (9_000, START - 9_000)


def test_a_counter_code_of_a_person_and_a_code_of_oneself_are_refused(phone: PhoneDriver, friend: PhoneDriver) -> None:
    with pytest.raises(NotABusinessWallet):
        phone.scan_text(to_text(MerchantCode(friend.number)))
    with pytest.raises(SelfTransfer):
        phone.scan_text(to_text(PersonCode(phone.number)))
    with pytest.raises(WalletNotFound):
        phone.scan_text(to_text(PersonCode("29876543")))
    assert phone.screen["code"] == "WALLET_NOT_FOUND"


def test_the_code_of_a_page_that_is_not_there_is_said_to_be_unknown(phone: PhoneDriver) -> None:
    with pytest.raises(PaymentNotFound):
        phone.scan_text(to_text(HostedCode("abc")))


def test_a_scan_that_was_refused_is_not_paid_and_one_that_was_paid_is_not_refused(
    phone: PhoneDriver, friend: PhoneDriver
) -> None:
    phone.scan(friend.qr())
    phone.refuse()
    with pytest.raises(ScanEnded):
        phone.pay(amount=1_000)
    phone.scan(friend.qr())
    phone.pay(amount=1_000)
    with pytest.raises(ScanEnded):
        phone.refuse()
    assert friend.balance == START + 1_000


def test_the_picture_of_a_code_reads_as_the_deep_link_and_only_merchants_name_an_amount(
    sandbox: Sandbox, phone: PhoneDriver
) -> None:
    assert qr.read(phone.qr()).text == f"flouci-sandbox://wallet?v=1&phone={phone.number}"
    address = f"{sandbox.base_url}/mobile/phones/{phone.number}/qr.png"
    assert httpx.get(address).headers["content-type"] == "image/png"
    for amount in ("1000", "-1", "x"):
        answer = httpx.get(address, params={"amount": amount})
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, "amount")


def test_a_request_is_approved_with_the_pin_and_paid_once(
    sandbox: Sandbox, phone: PhoneDriver, friend: PhoneDriver
) -> None:
    asked = friend.ask(phone, 3_000, note="Taxi")
    assert [(one.direction, one.state) for one in phone.requests()] == [("incoming", "pending")]
    assert friend.requests()[0].direction == "outgoing"
    with pytest.raises(WrongPin):
        phone.approve(pin="9999")
    paid = phone.approve()
    assert phone.approve(asked.id).payment_id == paid.payment_id
    assert balances(phone, friend) == [START - 3_000, START + 3_000]
    assert friend.requests()[0].state == "approved"
    sandbox.control.drain()
    assert phone.messages(contains="3.000")


def test_a_refused_request_moves_nothing_and_cannot_be_approved(phone: PhoneDriver, friend: PhoneDriver) -> None:
    asked = friend.ask(phone, 3_000)
    assert phone.refuse_request().state == "refused"
    with pytest.raises(RequestEnded):
        phone.approve(asked.id)
    assert phone.balance == START


def test_only_the_asked_phone_can_approve(sandbox: Sandbox, phone: PhoneDriver, friend: PhoneDriver) -> None:
    asked = friend.ask(phone, 3_000)
    for other in (friend, sandbox.new_phone()):
        with pytest.raises(Exception, match="request"):
            other.approve(asked.id)
    assert friend.balance == START


def test_the_field_from_is_named_when_it_is_wrong(sandbox: Sandbox, phone: PhoneDriver) -> None:
    address = f"{sandbox.base_url}/mobile/phones/{phone.number}/requests"
    for wrong in ({}, {"from": "12"}, {"from": phone.number}, {"from": "29876543"}):
        answer = httpx.post(address, json={"amount": 1_000, **wrong})
        assert answer.status_code in {400, 404, 422}
        assert answer.json()["error"]["field"] == "from"


def test_history_shows_both_directions_is_paged_and_searched(
    sandbox: Sandbox, phone: PhoneDriver, friend: PhoneDriver
) -> None:
    phone.send(friend, 1_000, note="Rent")
    friend.send(phone, 250)
    lines = phone.history()
    assert [(line.direction, line.amount) for line in lines[:2]] == [("in", 250), ("out", 1_000)]
    assert [line.note for line in phone.history("rent")] == ["Rent"]
    first, cursor = sandbox.mobile.list_history(phone.number, limit=1)
    second, _ = sandbox.mobile.list_history(phone.number, limit=1, after=cursor)
    assert [first[0].id, second[0].id] == [lines[0].id, lines[1].id]


def test_notifications_bring_sms_requests_and_payments_together(
    sandbox: Sandbox, phone: PhoneDriver, friend: PhoneDriver
) -> None:
    friend.send(phone, 250)
    friend.ask(phone, 4_000, note="Gift")
    sandbox.control.drain()
    found = {(one.kind, one.amount, one.direction) for one in phone.notifications()}
    assert {("payment", 250, "in"), ("request", 4_000, None)} <= found
    assert any(one.kind == "sms" and "4.000" in (one.text or "") for one in phone.notifications())
    phone.refuse_request()
    assert "request" not in {one.kind for one in phone.notifications()}


def test_paying_one_scan_at_once_from_many_hands_moves_money_once(phone: PhoneDriver, friend: PhoneDriver) -> None:
    phone.scan(friend.qr())
    race([lambda: phone.pay(amount=1_000)] * 4)
    phone.pay()
    assert balances(phone, friend) == [START - 1_000, START + 1_000]


def test_a_new_phone_without_movements_has_an_empty_history(sandbox: Sandbox) -> None:
    sandbox.mobile.add_phone(NewPhone(phone_number="22777888"))
    assert sandbox.mobile.list_history("22777888") == ([], None)


def test_a_note_goes_with_the_money_and_both_sides_see_it(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, friend: PhoneDriver
) -> None:
    phone.scan(friend.qr())
    with pytest.raises(WrongPin):
        phone.pay("9999", amount=2_000, note="For the film")
    phone.pay(amount=2_000)
    till = sandbox.phone(merchant_app.wallet_phone)
    phone.scan(till.qr(amount=1_500))
    phone.pay(note="Table 4")
    assert [line.note for line in phone.history()[:2]] == ["Table 4", "For the film"]
    assert friend.history()[0].note == "For the film"
    assert till.history()[0].note == "Table 4"
    assert friend.history(search="the FILM")[0].amount == 2_000


def test_the_note_of_a_request_is_shown_to_both_sides(phone: PhoneDriver, friend: PhoneDriver) -> None:
    friend.ask(phone, 1_000, note="Half of the rent")
    assert phone.requests()[0].note == friend.requests()[0].note == "Half of the rent"
    assert next(one.text for one in phone.notifications() if one.kind == "request") == "Half of the rent"
    phone.approve()
    assert phone.history()[0].note == friend.history()[0].note == "Half of the rent"


def test_each_wrong_pin_counts_when_a_request_is_approved(phone: PhoneDriver, friend: PhoneDriver) -> None:
    friend.ask(phone, 1_000)
    for _ in range(2):
        with pytest.raises(WrongPin):
            phone.approve(pin="9999")
    with pytest.raises(PinBlocked):
        phone.approve(pin="9999")
    assert balances(phone, friend) == [START, START]


def test_approvals_that_race_pay_once(phone: PhoneDriver, friend: PhoneDriver) -> None:
    request_id = friend.ask(phone, 1_000).id
    answers = race([lambda: phone.approve(request_id)] * 4)
    assert len({answer.payment_id for answer in answers}) == 1
    assert balances(phone, friend) == [START - 1_000, START + 1_000]
