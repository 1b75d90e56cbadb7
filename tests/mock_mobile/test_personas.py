"""One number, one outcome: what each demo phone does when it is told to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.contracts.errors import (
    AlreadyPrepared,
    AnswerLost,
    CodeExpired,
    InsufficientFunds,
    PinBlocked,
    WalletBlocked,
    WrongPin,
)
from sandbox.contracts.payments import PaymentsClient
from sandbox.contracts.personas import PERSONAS, find_by_name, number_of
from sandbox.contracts.qr_payload import to_text
from sandbox.mock_mobile.behaviours import BEHAVIOURS
from tests.mock_mobile.test_phone import open_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox

AMOUNT = 12_500


@pytest.fixture(autouse=True)
def _ledger_is_right(sandbox: Sandbox) -> Iterator[None]:
    yield
    assert sandbox.control.verify_ledger()["ok"]


def scanned(sandbox: Sandbox, app: MerchantApp, name: str) -> tuple[PhoneDriver, str]:
    """The persona's phone with a fresh form scanned, and the form's session."""
    phone, code = sandbox.phone(name), open_form(sandbox, app, AMOUNT)
    phone.scan_text(to_text(code))
    return phone, code.session


def finish(sandbox: Sandbox, app: MerchantApp, session: str, code: str | None) -> None:
    payment = PaymentsClient(sandbox.transport).verify(session, code or "")
    assert sandbox.accept(app, payment.payment_id, code or "")["status"] == "SUCCESS"


def test_every_persona_has_a_number_a_name_and_a_behaviour_of_its_own() -> None:
    assert len({persona.phone_number for persona in PERSONAS}) == len({each.name for each in PERSONAS}) == len(PERSONAS)
    assert {persona.behaviour for persona in PERSONAS} == set(BEHAVIOURS)
    assert all(number_of(persona.name) == persona.phone_number for persona in PERSONAS)
    assert find_by_name("Loses-network") == find_by_name("loses_network")
    assert number_of("22 333 444") == "22 333 444"


def test_a_phone_tells_which_persona_it_is(sandbox: Sandbox) -> None:
    assert sandbox.phone("never_confirms").persona == "never confirms"


def test_a_persona_may_be_met_again_and_again(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    """Its outcome stays the same: a wrong PIN does not get the wallet's PIN blocked, and money that is missing stays missing."""
    for name, refusal in {"no_money": InsufficientFunds, "wrong_pin": WrongPin, "blocked": WalletBlocked}.items():
        for _ in range(4):
            phone, _ = scanned(sandbox, merchant_app, name)
            with pytest.raises(refusal):
                phone.pay()


def test_one_without_money_tops_up_and_pays_and_is_without_money_again(
    sandbox: Sandbox, merchant_app: MerchantApp
) -> None:
    for _ in range(2):
        phone, session = scanned(sandbox, merchant_app, "tops_up")
        finish(sandbox, merchant_app, session, phone.pay().code)
        assert phone.balance == 0
    assert merchant_app.balance == 2 * AMOUNT


def test_three_wrong_pins_block_the_pin(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    for _ in range(2):
        phone, _ = scanned(sandbox, merchant_app, "wrong_pin_three_times")
        with pytest.raises(PinBlocked):
            phone.pay()
    assert phone.balance == 500_000


def test_one_that_never_confirms_holds_money_until_the_code_expires(
    sandbox: Sandbox, merchant_app: MerchantApp, clock: ClockDriver
) -> None:
    phone, _ = scanned(sandbox, merchant_app, "never_confirms")
    paid = phone.pay()
    assert (paid.status, paid.code, phone.balance) == ("PREPARED", None, 500_000 - AMOUNT)
    clock.advance(seconds=121)
    assert phone.balance == 500_000


def test_one_that_confirms_late_has_a_code_that_is_over(
    sandbox: Sandbox, merchant_app: MerchantApp, clock: ClockDriver
) -> None:
    phone, session = scanned(sandbox, merchant_app, "confirms_late")
    code = phone.pay().code or ""
    clock.advance(seconds=6)
    with pytest.raises(CodeExpired):
        PaymentsClient(sandbox.transport).verify(session, code)
    assert phone.balance == 500_000


def test_one_that_scans_twice_pays_once(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    phone, session = scanned(sandbox, merchant_app, "scans_twice")
    before = phone.balance
    code = phone.pay().code
    assert (phone.screen["name"], phone.screen["code"]) == ("code", code)
    finish(sandbox, merchant_app, session, code)
    assert (merchant_app.balance, before - phone.balance) == (AMOUNT, AMOUNT)


def test_of_two_phones_that_scan_the_same_code_the_first_pays(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    first, session = scanned(sandbox, merchant_app, "first_of_two")
    second = sandbox.phone("second_of_two")
    before = second.balance
    assert second.screen["name"] == "confirm"
    code = first.pay().code
    assert second.screen["code"] == "ALREADY_PREPARED"
    finish(sandbox, merchant_app, session, code)
    assert (merchant_app.balance, second.balance) == (AMOUNT, before)


def test_of_two_phones_that_scan_the_same_code_the_second_is_refused(
    sandbox: Sandbox, merchant_app: MerchantApp
) -> None:
    second, session = scanned(sandbox, merchant_app, "second_of_two")
    before = second.balance
    with pytest.raises(AlreadyPrepared):
        second.pay()
    finish(sandbox, merchant_app, session, sandbox.phone("first_of_two").screen["code"])
    assert (merchant_app.balance, second.balance) == (AMOUNT, before)


def test_one_that_loses_the_network_pays_once_however_often_it_tries(
    sandbox: Sandbox, merchant_app: MerchantApp
) -> None:
    phone, session = scanned(sandbox, merchant_app, "loses_network")
    before = phone.balance
    with pytest.raises(AnswerLost):
        phone.pay()
    assert (phone.screen["code"], phone.balance) == ("ANSWER_LOST", before - AMOUNT)
    code = phone.pay().code
    assert phone.pay().code == code
    finish(sandbox, merchant_app, session, code)
    assert (merchant_app.balance, before - phone.balance) == (AMOUNT, AMOUNT)


def test_a_transfer_whose_answer_was_lost_is_not_sent_twice(sandbox: Sandbox, phone: PhoneDriver) -> None:
    sender = sandbox.phone("loses_network")
    with pytest.raises(AnswerLost):
        sender.send(phone, 1_000, idempotency_key="lost")
    assert sender.send(phone, 1_000, idempotency_key="lost").status == "SUCCESS"
    assert phone.balance == 501_000


def test_a_persona_behaves_so_with_codes_of_persons_too(sandbox: Sandbox, phone: PhoneDriver) -> None:
    topper, refuser = sandbox.phone("tops_up"), sandbox.phone("refuses")
    topper.scan(phone.qr())
    topper.pay(amount=2_000)
    refuser.scan(phone.qr())
    assert refuser.pay(amount=2_000).status == "REFUSED"
    assert phone.balance == 502_000


def asked(sandbox: Sandbox, phone: PhoneDriver, name: str, amount: int = 2_000) -> PhoneDriver:
    """The persona's phone, which is asked for money."""
    persona = sandbox.phone(name)
    phone.ask(persona, amount)
    return persona


def test_a_persona_behaves_so_when_it_is_asked_for_money(sandbox: Sandbox, phone: PhoneDriver) -> None:
    assert asked(sandbox, phone, "pays").approve().status == "SUCCESS"
    assert asked(sandbox, phone, "tops_up").approve().status == "SUCCESS"
    assert asked(sandbox, phone, "refuses").approve().status == "REFUSED"
    assert asked(sandbox, phone, "scans_twice").approve().status == "SUCCESS"
    assert sandbox.phone("tops_up").balance == 0
    assert phone.balance == 506_000


@pytest.mark.parametrize(("name", "refusal"), [("no_money", InsufficientFunds), ("wrong_pin", WrongPin)])
def test_a_persona_that_cannot_pay_a_request_is_refused_however_often(
    sandbox: Sandbox, phone: PhoneDriver, name: str, refusal: type[Exception]
) -> None:
    persona = asked(sandbox, phone, name)
    for _ in range(4):
        with pytest.raises(refusal):
            persona.approve()
    assert (phone.balance, persona.requests("pending")[0].amount) == (500_000, 2_000)
    persona.refuse_request()


def test_three_wrong_pins_block_the_pin_of_who_is_asked_too(sandbox: Sandbox, phone: PhoneDriver) -> None:
    persona = asked(sandbox, phone, "wrong_pin_three_times")
    with pytest.raises(PinBlocked):
        persona.approve()
    assert persona.screen["code"] == "PIN_BLOCKED"
    persona.refuse_request()


def test_an_approval_whose_answer_was_lost_pays_once(sandbox: Sandbox, phone: PhoneDriver) -> None:
    persona = asked(sandbox, phone, "loses_network")
    request_id = persona.requests("pending")[0].id
    with pytest.raises(AnswerLost):
        persona.approve(request_id)
    assert persona.screen["code"] == "ANSWER_LOST"
    assert persona.approve(request_id).status == "SUCCESS"
    assert phone.balance == 502_000
