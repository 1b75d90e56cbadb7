"""Payments that end without money: too late, cancelled, or locked; and each of these racing with an accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.contracts.errors import AlreadyAccepted, CodeLocked, PaymentClosed, PaymentExpired, SessionEnded, WrongCode
from tests.racing import codes_of, race
from tests.services import Services, wrong_code

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


BEFORE, HELD = [(20_000, 0), (0, 0)], [(7_500, 12_500), (0, 0)]


def test_an_accept_that_comes_too_late_gives_the_money_back(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    services.payments.verify("s-1", payment.code or "")
    services.clock.advance(120)
    for _ in range(2):
        with pytest.raises(PaymentExpired):
            services.execute(payment)
    assert _money(services, payer, shop) == BEFORE


def test_the_hold_is_released_by_the_clock_alone(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
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


def test_sweeps_that_race_release_each_hold_once(services: Services, payer: Wallet, shop: Wallet) -> None:
    for _ in range(10):
        services.prepare(payer, shop, amount=100)
    services.clock.advance(120)
    expire_due, *_ = services.payments_api.jobs
    assert sum(race([expire_due] * 4)) == 10
    assert _money(services, payer, shop) == BEFORE


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


def test_a_form_that_the_shopper_refused_gives_the_money_back_and_takes_none_again(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    for _ in range(2):
        services.payments.refuse_form("s-1", payer.phone_number)
    assert services.payments.get_payment(payment.id).state == "cancelled"
    for phone in (payer, services.open_wallet(20_000)):
        with pytest.raises(SessionEnded):
            services.prepare(phone, shop, session="s-1")
    services.worker.drain()
    assert services.platform.types_of(payment.id) == ["prepared", "cancelled"]
    assert _money(services, payer, shop) == BEFORE


def test_a_form_that_nobody_paid_yet_can_be_refused(services: Services, payer: Wallet, shop: Wallet) -> None:
    services.payments.refuse_form("s-9", payer.phone_number)
    with pytest.raises(SessionEnded):
        services.prepare(payer, shop, session="s-9")
    assert _money(services, payer, shop) == BEFORE


def test_one_who_looks_on_cannot_end_another_phone_s_payment(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    onlooker = services.open_wallet()
    services.payments.refuse_form("s-1", onlooker.phone_number)
    assert _money(services, payer, shop) == HELD
    services.execute(payment)
    services.payments.refuse_form("s-1", onlooker.phone_number)
    with pytest.raises(AlreadyAccepted):
        services.payments.refuse_form("s-1", payer.phone_number)
    assert services.money(shop) == (12_500, 0)


def test_a_refusal_that_races_with_paying_the_form_leaves_no_money_held(
    services: Services, payer: Wallet, shop: Wallet
) -> None:
    for number in range(4):
        session = f"f-{number}"
        refuse = [lambda s=session: services.payments.refuse_form(s, payer.phone_number)] * 2
        pay = [lambda s=session: services.prepare(payer, shop, session=s)] * 2
        assert set(codes_of(race([*pay, *refuse]))) <= {"ok", "SESSION_ENDED", "ALREADY_PREPARED"}
        with pytest.raises(SessionEnded):
            services.prepare(payer, shop, session=session)
        assert _money(services, payer, shop) == BEFORE
