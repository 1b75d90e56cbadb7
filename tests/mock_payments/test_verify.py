"""The second step: the form checks the code that the shopper typed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.contracts.errors import CodeExpired, CodeLocked, NotPrepared, PaymentClosed, WrongCode
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import InvalidInput
from tests.racing import codes_of, race
from tests.services import START, Services, wrong_code

if TYPE_CHECKING:
    from sandbox.contracts.payments import Payment
    from sandbox.contracts.wallets import Wallet


@pytest.fixture
def payer(services: Services) -> Wallet:
    return services.open_wallet(20_000)


@pytest.fixture
def payment(services: Services, payer: Wallet) -> Payment:
    return services.prepare(payer, services.open_shop(), session="s-1")


def test_the_right_code_verifies_and_gives_the_merchant_time_to_accept(services: Services, payment: Payment) -> None:
    services.clock.advance(60)
    verified = services.payments.verify("s-1", payment.code or "")
    assert (verified.payment_id, verified.status) == (payment.id, "VERIFIED")
    now = services.payments.get_payment(payment.id)
    assert (now.state, now.expires_at) == ("verified", to_iso(START + timedelta(seconds=180)))


def test_saying_the_right_code_twice_is_fine_and_buys_no_time(services: Services, payment: Payment) -> None:
    services.payments.verify("s-1", payment.code or "")
    until = services.payments.get_payment(payment.id).expires_at
    services.clock.advance(60)
    assert services.payments.verify("s-1", payment.code or "").payment_id == payment.id
    assert services.payments.get_payment(payment.id).expires_at == until
    services.worker.drain()
    assert services.platform.types_of(payment.id) == ["prepared", "verified"]


def test_the_third_wrong_code_ends_the_payment_and_gives_the_money_back(
    services: Services, payment: Payment, payer: Wallet
) -> None:
    for left in (2, 1):
        with pytest.raises(WrongCode) as refused:
            services.payments.verify("s-1", wrong_code(payment))
        assert refused.value.details == {"tries_left": left}
    assert services.money(payer) == (7_500, 12_500)
    for code in (wrong_code(payment), payment.code or ""):
        with pytest.raises(CodeLocked):
            services.payments.verify("s-1", code)
    ended = services.payments.get_payment(payment.id)
    assert (ended.state, ended.reason, services.money(payer)) == ("refused", "WRONG_CODE", (20_000, 0))
    services.worker.drain()
    assert services.platform.types_of(payment.id) == ["prepared", "refused"]
    services.require_sound_ledger()


def test_the_right_code_at_the_third_try_is_taken(services: Services, payment: Payment) -> None:
    for _ in range(2):
        with pytest.raises(WrongCode):
            services.payments.verify("s-1", wrong_code(payment))
    assert services.payments.verify("s-1", payment.code or "").payment_id == payment.id


def test_wrong_codes_that_race_are_three_at_most_and_the_money_comes_back_once(
    services: Services, payment: Payment, payer: Wallet
) -> None:
    outcomes = race([lambda: services.payments.verify("s-1", wrong_code(payment))] * 10)
    assert codes_of(outcomes) == ["CODE_LOCKED"] * 8 + ["WRONG_CODE"] * 2
    assert services.money(payer) == (20_000, 0)
    services.require_sound_ledger()


def test_a_right_code_that_races_with_wrong_ones_is_taken_or_came_after_the_third(
    services: Services, payment: Payment, payer: Wallet
) -> None:
    guesses = [wrong_code(payment)] * 4 + [payment.code or ""] + [wrong_code(payment)] * 4
    outcomes = race([lambda guess=guess: services.payments.verify("s-1", guess) for guess in guesses])
    codes = codes_of(outcomes)
    assert codes.count("WRONG_CODE") == 2, "never more than three tries, the third ends the payment"
    assert codes.count("ok") + codes.count("CODE_LOCKED") == 7
    assert services.payments.get_payment(payment.id).state == "refused"
    assert services.money(payer) == (20_000, 0)
    services.require_sound_ledger()


def test_wrong_codes_count_whichever_step_they_are_sent_to(services: Services, payment: Payment) -> None:
    with pytest.raises(WrongCode):
        services.payments.verify("s-1", wrong_code(payment))
    with pytest.raises(WrongCode) as refused:
        services.execute(payment, code=wrong_code(payment))
    assert refused.value.details == {"tries_left": 1}
    with pytest.raises(CodeLocked):
        services.execute(payment, code=wrong_code(payment))


def test_a_code_is_good_for_two_minutes_on_the_clock(services: Services, payment: Payment, payer: Wallet) -> None:
    services.clock.advance(119.999)
    services.payments.verify("s-1", payment.code or "")
    services.clock.advance(119.999)
    services.payments.verify("s-1", payment.code or "")
    services.clock.advance(0.001)
    for _ in range(2):
        with pytest.raises(CodeExpired):
            services.payments.verify("s-1", payment.code or "")
    assert services.payments.get_payment(payment.id).state == "expired"
    assert services.money(payer) == (20_000, 0)
    services.require_sound_ledger()


def test_a_form_in_which_nobody_paid_yet_says_so(services: Services, payer: Wallet) -> None:
    with pytest.raises(NotPrepared):
        services.payments.verify("s-9", "123456")
    from sandbox.contracts.errors import InsufficientFunds

    with pytest.raises(InsufficientFunds):
        services.prepare(payer, services.open_shop(), session="s-9", amount=20_001)
    with pytest.raises(NotPrepared):
        services.payments.verify("s-9", "123456")


def test_after_the_payment_was_cancelled_its_code_is_worth_nothing(services: Services, payment: Payment) -> None:
    services.payments.cancel(payment.id)
    with pytest.raises(PaymentClosed):
        services.payments.verify("s-1", payment.code or "")


def test_after_the_payment_was_executed_only_its_own_code_is_right(services: Services, payment: Payment) -> None:
    services.execute(payment)
    assert services.payments.verify("s-1", payment.code or "").payment_id == payment.id
    with pytest.raises(WrongCode):
        services.payments.verify("s-1", wrong_code(payment))
    assert services.payments.get_payment(payment.id).state == "executed"


def test_a_code_that_is_none_is_named_and_costs_no_try(services: Services, payment: Payment) -> None:
    for code in ("12345", "1234567", "abcdef", "", None, 12.5, [], "12345x"):
        with pytest.raises(InvalidInput) as refused:
            services.payments._call("POST", "/payments/api/verify", {"session": "s-1", "code": code})
        assert refused.value.field == "code"
    with pytest.raises(WrongCode) as wrong:
        services.payments.verify("s-1", wrong_code(payment))
    assert wrong.value.details == {"tries_left": 2}


def test_a_page_of_any_origin_may_check_a_code_without_a_key_and_nothing_else(
    services: Services, payment: Payment
) -> None:
    headers = {"Origin": "https://shop.example", "Content-Type": "application/json"}
    body = f'{{"session": "s-1", "code": "{payment.code}"}}'.encode()
    answer = services.transport.send("POST", "/payments/api/verify", body, headers)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "*")
    asked = services.transport.send("OPTIONS", "/payments/api/verify", b"", headers)
    assert "POST" in asked.headers["access-control-allow-methods"]
    other = services.transport.send("GET", f"/payments/api/payments/{payment.id}", b"", headers)
    assert (other.status, "access-control-allow-origin" in other.headers) == (403, False)
