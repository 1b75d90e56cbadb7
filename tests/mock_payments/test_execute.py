"""The third step: the merchant accepts, and the money moves once; or the payment ends otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.contracts.errors import (
    AlreadyAccepted,
    AmountMismatch,
    CodeLocked,
    PaymentClosed,
    PaymentExpired,
    PaymentNotFound,
    Refusal,
    WrongCode,
)
from sandbox.contracts.payments import Payment
from sandbox.contracts.wallets import Wallet
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import InvalidInput
from tests.racing import codes_of, race
from tests.services import START, Services, wrong_code


@pytest.fixture
def payer(services: Services) -> Wallet:
    return services.open_wallet(20_000)


@pytest.fixture
def shop(services: Services) -> Wallet:
    return services.open_shop()


@pytest.fixture
def payment(services: Services, payer: Wallet, shop: Wallet) -> Payment:
    return services.prepare(payer, shop, session="s-1")


def _money(services: Services, *wallets: Wallet) -> list[tuple[int, int]]:
    services.require_sound_ledger()
    return [services.money(wallet) for wallet in wallets]


BEFORE, HELD, PAID = [(20_000, 0), (0, 0)], [(7_500, 12_500), (0, 0)], [(7_500, 0), (12_500, 0)]


@pytest.mark.parametrize("verified_first", [True, False], ids=["verified by the form", "straight from prepared"])
def test_the_held_money_goes_to_the_merchant(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment, verified_first: bool
) -> None:
    if verified_first:
        services.payments.verify("s-1", payment.code or "")
    executed = services.execute(payment)
    assert (executed.state, executed.executed_at, executed.code) == ("executed", to_iso(START), None)
    assert _money(services, payer, shop) == PAID


def test_the_same_key_gets_the_same_answer_for_ever(services: Services, payer: Wallet, shop: Wallet, payment: Payment) -> None:
    first = services.execute(payment)
    services.clock.advance(100_000)
    services.worker.drain()
    assert services.execute(payment) == first
    assert _money(services, payer, shop) == PAID


def test_another_key_is_refused_once_the_money_has_moved(services: Services, payment: Payment) -> None:
    services.execute(payment)
    for code in (payment.code, wrong_code(payment)):
        with pytest.raises(AlreadyAccepted):
            services.execute(payment, key="accept 2", code=code)


def test_of_accepts_that_race_with_their_own_keys_one_succeeds(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    outcomes = race([lambda n=n: services.execute(payment, key=f"accept {n}") for n in range(8)])
    assert codes_of(outcomes) == ["ALREADY_ACCEPTED"] * 7 + ["ok"]
    assert _money(services, payer, shop) == PAID


def test_accepts_that_race_with_one_key_get_one_answer(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    outcomes = race([lambda: services.execute(payment)] * 8)
    assert codes_of(outcomes) == ["ok"] * 8
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert _money(services, payer, shop) == PAID
    services.worker.drain()
    assert services.platform.types_of(payment.id) == ["prepared", "executed"]


def test_payments_that_race_across_two_wallets_are_all_paid(services: Services) -> None:
    """Both are payer and payee at once: the order in which accounts are locked must not matter."""
    one, two = services.open_wallet(100_000), services.open_wallet(100_000)
    pairs = [(one, two), (two, one)] * 4

    def pay(payer: Wallet, payee: Wallet) -> Payment:
        return services.execute(services.prepare(payer, payee, amount=5_000))

    assert codes_of(race([lambda pair=pair: pay(*pair) for pair in pairs])) == ["ok"] * 8
    assert _money(services, one, two) == [(100_000, 0), (100_000, 0)]


def test_expired_forms_that_race_for_a_new_payment_each_get_one(services: Services) -> None:
    """Each ends a payment of one wallet and begins one of the other, in one call."""
    one, two, shop = services.open_wallet(100_000), services.open_wallet(100_000), services.open_shop()
    pairs = [(one, two), (two, one)] * 4
    for number, (old, _) in enumerate(pairs):
        services.prepare(old, shop, session=f"f-{number}", amount=5_000)
    services.clock.advance(120)
    outcomes = race(
        [lambda n=n, new=new: services.prepare(new, shop, session=f"f-{n}", amount=5_000) for n, (_, new) in enumerate(pairs)]
    )
    assert codes_of(outcomes) == ["ok"] * 8
    assert _money(services, one, two) == [(80_000, 20_000), (80_000, 20_000)]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"app_id": "another-app"}, PaymentNotFound),
        ({"payee_wallet_id": "another-wallet"}, PaymentNotFound),
        ({"amount": 12_499}, AmountMismatch),
        ({"amount": 12_501}, AmountMismatch),
    ],
    ids=repr,
)
def test_an_accept_for_something_else_is_refused_and_costs_no_try(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    for _ in range(4):
        with pytest.raises(refusal):
            services.execute(payment, **changes, code=wrong_code(payment))
    assert _money(services, payer, shop) == HELD
    services.execute(payment)


def test_another_app_cannot_read_a_payment_that_was_executed(services: Services, payment: Payment) -> None:
    services.execute(payment)
    with pytest.raises(PaymentNotFound):
        services.execute(payment, app_id="another-app")


def test_an_accept_that_comes_too_late_gives_the_money_back(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    services.payments.verify("s-1", payment.code or "")
    services.clock.advance(120)
    for _ in range(2):
        with pytest.raises(PaymentExpired):
            services.execute(payment)
    assert _money(services, payer, shop) == BEFORE


def test_the_hold_is_released_by_the_clock_alone(services: Services, payer: Wallet, shop: Wallet, payment: Payment) -> None:
    services.clock.advance(119.999)
    services.worker.drain()
    assert _money(services, payer, shop) == HELD
    services.clock.advance(0.001)
    services.worker.drain()
    assert _money(services, payer, shop) == BEFORE
    assert (services.payments.get_payment(payment.id).state, services.platform.types_of(payment.id)) == (
        "expired",
        ["prepared", "expired"],
    )


def test_many_holds_that_expire_together_are_all_released(services: Services, shop: Wallet) -> None:
    payer = services.open_wallet(10_000)
    for _ in range(103):
        services.prepare(payer, shop, amount=10)
    services.clock.advance(120)
    services.worker.drain()
    assert services.money(payer) == (10_000, 0)
    assert len(services.platform.received) == 206


def test_expiry_that_races_with_accepts_ends_in_one_of_both(services: Services, payer: Wallet, shop: Wallet) -> None:
    for _ in range(3):
        payment = services.prepare(payer, shop, amount=1_000)
        services.clock.advance(119)
        calls = [lambda n=n, p=payment: services.execute(p, key=f"accept {n}") for n in range(3)]
        late = [lambda: services.clock.advance(1), services.worker.drain, services.worker.drain]
        codes = codes_of(race([*calls, *late]))
        services.worker.drain()
        state = services.payments.get_payment(payment.id).state
        assert codes.count("ok") == (4 if state == "executed" else 3)
        assert set(codes) <= {"ok", "ALREADY_ACCEPTED" if state == "executed" else "PAYMENT_EXPIRED"}
        assert services.platform.types_of(payment.id) == ["prepared", state]
        services.require_sound_ledger()


def test_a_cancelled_payment_gives_the_money_back_and_saying_it_twice_is_fine(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    first = services.payments.cancel(payment.id)
    assert services.payments.cancel(payment.id) == first
    assert (first.state, first.reason) == ("cancelled", "REFUSED_BY_SHOPPER")
    with pytest.raises(PaymentClosed):
        services.execute(payment)
    assert _money(services, payer, shop) == BEFORE
    services.worker.drain()
    assert services.platform.types_of(payment.id) == ["prepared", "cancelled"]


def test_a_payment_that_ended_otherwise_cannot_be_cancelled(services: Services, payer: Wallet, shop: Wallet) -> None:
    executed, expired, locked = (services.prepare(payer, shop, amount=100) for _ in range(3))
    services.execute(executed)
    for _ in range(2):
        with pytest.raises(WrongCode):
            services.execute(locked, code=wrong_code(locked))
    with pytest.raises(CodeLocked):
        services.execute(locked, code=wrong_code(locked))
    services.clock.advance(120)
    services.worker.drain()
    for payment in (executed, expired, locked):
        with pytest.raises(PaymentClosed):
            services.payments.cancel(payment.id)
    assert _money(services, payer, shop) == [(19_900, 0), (100, 0)]


def test_a_cancel_that_races_with_accepts_ends_in_one_of_both(services: Services, payer: Wallet, shop: Wallet) -> None:
    for _ in range(3):
        payment = services.prepare(payer, shop, amount=1_000)
        accepts = [lambda p=payment: services.execute(p)] * 3
        cancels = [lambda p=payment: services.payments.cancel(p.id)] * 3
        codes = codes_of(race([*accepts, *cancels]))
        state = services.payments.get_payment(payment.id).state
        assert state in {"executed", "cancelled"}
        assert codes == ["PAYMENT_CLOSED"] * 3 + ["ok"] * 3
        services.require_sound_ledger()


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", 0), ("amount", "text"), ("code", "12345"), ("app_id", ""), ("execution_key", ""), ("execution_key", "k" * 201)],
    ids=repr,
)
def test_bad_input_is_named_and_nothing_moves(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment, field: str, value: object
) -> None:
    body = {"app_id": "app-1", "code": payment.code, "amount": 12_500, "payee_wallet_id": shop.id, "execution_key": "k"}
    with pytest.raises(InvalidInput) as refused:
        services.payments._call("POST", f"/payments/api/payments/{payment.id}/execute", body | {field: value})
    assert refused.value.field == field
    assert _money(services, payer, shop) == HELD
