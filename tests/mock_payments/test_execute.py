"""The third step: the merchant accepts, and the money moves once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.contracts.errors import (
    AlreadyAccepted,
    AmountMismatch,
    PaymentNotFound,
    Refusal,
)
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
def shop(services: Services) -> Wallet:
    return services.open_shop()


@pytest.fixture
def payment(services: Services, payer: Wallet, shop: Wallet) -> Payment:
    return services.prepare(payer, shop, session="s-1")


def _money(services: Services, *wallets: Wallet) -> list[tuple[int, int]]:
    services.require_sound_ledger()
    return [services.money(wallet) for wallet in wallets]


HELD, PAID = [(7_500, 12_500), (0, 0)], [(7_500, 0), (12_500, 0)]


@pytest.mark.parametrize("verified_first", [True, False], ids=["verified by the form", "straight from prepared"])
def test_the_held_money_goes_to_the_merchant(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment, verified_first: bool
) -> None:
    if verified_first:
        services.payments.verify("s-1", payment.code or "")
    executed = services.execute(payment)
    assert (executed.state, executed.executed_at, executed.code) == ("executed", to_iso(START), None)
    assert _money(services, payer, shop) == PAID


def test_the_same_key_gets_the_same_answer_for_ever(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
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
        [
            lambda n=n, new=new: services.prepare(new, shop, session=f"f-{n}", amount=5_000)
            for n, (_, new) in enumerate(pairs)
        ]
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


BAD_INPUT = [
    ("amount", 0),
    ("amount", "text"),
    ("code", "12345"),
    ("app_id", ""),
    ("execution_key", ""),
    ("execution_key", "k" * 201),
]


def test_bad_input_is_named_and_nothing_moves(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    body = {"app_id": "app-1", "code": payment.code, "amount": 12_500, "payee_wallet_id": shop.id, "execution_key": "k"}
    for field, value in BAD_INPUT:
        with pytest.raises(InvalidInput) as refused:
            services.payments._call("POST", f"/payments/api/payments/{payment.id}/execute", body | {field: value})
        assert refused.value.field == field
    assert _money(services, payer, shop) == HELD
