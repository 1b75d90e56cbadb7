"""Requests for money: approved with the PIN and paid once, refused, taken back, or over on the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.contracts.errors import (
    InsufficientFunds,
    MoneyRequestNotFound,
    RequestEnded,
    RequestExpired,
    SelfTransfer,
    WalletBlocked,
    WalletNotFound,
    WrongPin,
)
from sandbox.contracts.transfers import ApproveRequest, AskForMoney, MoneyRequest, Transfer
from sandbox.kit.errors import IdempotencyMismatch, InvalidInput
from tests.racing import codes_of, race
from tests.services import PIN, Services

if TYPE_CHECKING:
    from sandbox.contracts.wallets import Wallet

DAY = 86_400


@pytest.fixture
def amina(services: Services) -> Wallet:
    return services.open_wallet(20_000, language="en", holder_name="Amina Ben Salah")


@pytest.fixture
def karim(services: Services) -> Wallet:
    return services.open_wallet(language="en", holder_name="Karim Trabelsi")


def ask(services: Services, payee: Wallet, payer: Wallet, **changes: Any) -> MoneyRequest:
    """``payee`` wants 5 DT of ``payer``."""
    values = {
        "idempotency_key": "ask 1",
        "payee_phone": payee.phone_number,
        "payer_phone": payer.phone_number,
        "amount": 5_000,
        "note": "Lunch",
    }
    return services.payments.ask_for_money(AskForMoney(**values | changes))


def approve(services: Services, request: MoneyRequest, **changes: Any) -> Transfer:
    values = {"idempotency_key": "approve 1", "payer_phone": request.payer_phone, "pin": PIN}
    return services.payments.approve_request(request.id, ApproveRequest(**values | changes))


def money(services: Services, *wallets: Wallet) -> list[int]:
    services.require_sound_ledger()
    return [services.money(wallet)[0] for wallet in wallets]


def messages(services: Services, wallet: Wallet) -> list[str]:
    services.worker.drain()
    return [message.text for message in services.wallets.list_sms(phone_number=wallet.phone_number)]


def test_an_approved_request_moves_the_money_and_says_by_which_transfer(
    services: Services, amina: Wallet, karim: Wallet
) -> None:
    asked = ask(services, karim, amina)
    assert (asked.state, asked.payer_name, asked.payee_name) == ("pending", "Amina B S", "Karim T")
    assert "Karim T" in messages(services, amina)[0]
    sent = approve(services, asked)
    assert (sent.amount, sent.note, sent.request_id, sent.kind) == (5_000, "Lunch", asked.id, "person")
    assert money(services, amina, karim) == [15_000, 5_000]
    told = services.payments.get_request(asked.id)
    assert (told.state, told.transfer_id) == ("approved", sent.id)
    assert len(messages(services, karim)) == 1


def test_an_approval_that_is_repeated_is_answered_alike_and_another_one_refused(
    services: Services, amina: Wallet, karim: Wallet
) -> None:
    asked = ask(services, karim, amina)
    sent = approve(services, asked)
    services.clock.advance(2 * DAY)
    assert approve(services, asked) == sent
    with pytest.raises(RequestEnded) as ended:
        approve(services, asked, idempotency_key="approve 2")
    assert ended.value.details["state"] == "approved"
    other = ask(services, karim, amina, idempotency_key="ask 2")
    with pytest.raises(IdempotencyMismatch):
        approve(services, other)
    assert money(services, amina, karim) == [15_000, 5_000]


def test_approvals_that_race_pay_once(services: Services, amina: Wallet, karim: Wallet) -> None:
    asked = ask(services, karim, amina)
    calls = [lambda n=n: approve(services, asked, idempotency_key=f"k{n % 2}") for n in range(8)]
    assert codes_of(race(calls)) == ["REQUEST_ENDED"] * 4 + ["ok"] * 4
    assert money(services, amina, karim) == [15_000, 5_000]


def test_approval_and_refusal_that_race_agree(services: Services, amina: Wallet, karim: Wallet) -> None:
    asked = ask(services, karim, amina)
    outcomes = race(
        [lambda: approve(services, asked), lambda: services.payments.refuse_request(asked.id, amina.phone_number)]
    )
    assert codes_of(outcomes) == ["REQUEST_ENDED", "ok"]
    state = services.payments.get_request(asked.id).state
    assert money(services, amina, karim) == ([15_000, 5_000] if state == "approved" else [20_000, 0])


def test_a_refused_request_moves_nothing_and_who_asked_is_told(
    services: Services, amina: Wallet, karim: Wallet
) -> None:
    asked = ask(services, karim, amina)
    for _ in range(2):
        assert services.payments.refuse_request(asked.id, amina.phone_number).state == "refused"
    assert messages(services, karim) == ["SANDBOX: Amina B S refused your request for 5.000 DT."]
    with pytest.raises(RequestEnded):
        approve(services, asked)
    assert money(services, amina, karim) == [20_000, 0]


def test_a_request_is_taken_back_by_who_made_it(services: Services, amina: Wallet, karim: Wallet) -> None:
    asked = ask(services, karim, amina)
    for _ in range(2):
        assert services.payments.cancel_request(asked.id, karim.phone_number).state == "cancelled"
    for call in (approve, lambda services, asked: services.payments.refuse_request(asked.id, amina.phone_number)):
        with pytest.raises(RequestEnded):
            call(services, asked)
    assert money(services, amina, karim) == [20_000, 0]


def test_to_others_a_request_does_not_exist(services: Services, amina: Wallet, karim: Wallet) -> None:
    asked = ask(services, karim, amina)
    with pytest.raises(MoneyRequestNotFound):
        approve(services, asked, payer_phone=karim.phone_number)
    with pytest.raises(MoneyRequestNotFound):
        services.payments.refuse_request(asked.id, karim.phone_number)
    with pytest.raises(MoneyRequestNotFound):
        services.payments.cancel_request(asked.id, amina.phone_number)
    with pytest.raises(MoneyRequestNotFound):
        services.payments.get_request("none")
    assert services.payments.get_request(asked.id).state == "pending"


def test_a_request_is_over_a_day_later_before_and_after_the_clock_was_read(
    services: Services, amina: Wallet, karim: Wallet
) -> None:
    asked = ask(services, karim, amina)
    services.clock.advance(DAY)
    for _ in range(2):
        assert services.payments.get_request(asked.id).state == "expired"
        with pytest.raises(RequestExpired):
            approve(services, asked)
        with pytest.raises(RequestExpired):
            services.payments.refuse_request(asked.id, amina.phone_number)
        services.worker.drain()
    assert money(services, amina, karim) == [20_000, 0]


def test_a_failed_approval_leaves_the_request_open(services: Services, amina: Wallet, karim: Wallet) -> None:
    asked = ask(services, karim, amina, amount=20_001)
    with pytest.raises(WrongPin):
        approve(services, asked, pin="9999")
    with pytest.raises(InsufficientFunds):
        approve(services, asked)
    assert services.payments.get_request(asked.id).state == "pending"
    assert money(services, amina, karim) == [20_000, 0]


def test_asking_again_with_the_same_key_makes_one_request(services: Services, amina: Wallet, karim: Wallet) -> None:
    outcomes = race([lambda: ask(services, karim, amina)] * 4)
    assert codes_of(outcomes) == ["ok"] * 4
    assert len({asked.id for asked in outcomes}) == 1
    with pytest.raises(IdempotencyMismatch):
        ask(services, karim, amina, amount=1)
    assert len(messages(services, amina)) == 1


def test_requests_that_cannot_be_answered_are_not_made(services: Services, amina: Wallet, karim: Wallet) -> None:
    with pytest.raises(SelfTransfer):
        ask(services, amina, amina)
    with pytest.raises(WalletNotFound) as unknown:
        ask(services, karim, amina, payer_phone="29999999")
    assert unknown.value.field == "payer_phone"
    services.wallets.block(amina.id)
    for payee, payer, field in ((karim, amina, "payer_phone"), (amina, karim, "payee_phone")):
        with pytest.raises(WalletBlocked) as blocked:
            ask(services, payee, payer)
        assert blocked.value.field == field


def test_requests_are_listed_for_both_sides_page_by_page(services: Services, amina: Wallet, karim: Wallet) -> None:
    made = [ask(services, karim, amina, idempotency_key=f"k{n}", amount=n + 1) for n in range(3)]
    made += [ask(services, amina, karim, idempotency_key="the other way")]
    services.payments.refuse_request(made[0].id, amina.phone_number)
    for wallet in (amina, karim):
        first, cursor = services.payments.list_requests(wallet.phone_number, limit=3)
        rest, end = services.payments.list_requests(wallet.phone_number, limit=3, after=cursor)
        assert [each.id for each in first + rest] == [each.id for each in reversed(made)]
        assert end is None
    refused, _ = services.payments.list_requests(amina.phone_number, state="refused")
    assert [each.id for each in refused] == [made[0].id]
    with pytest.raises(InvalidInput):
        services.payments.list_requests(amina.phone_number, state="lost")  # type: ignore[arg-type]
