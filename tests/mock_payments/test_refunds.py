"""Money that goes back: all of a payment or parts of it, never more than it brought, and never twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.contracts.errors import (
    AlreadyAccepted,
    AlreadyRefunded,
    InsufficientFunds,
    NotRefundable,
    PaymentClosed,
    PaymentNotFound,
    RefundNotFound,
    RefundTooLarge,
)
from sandbox.contracts.payments import RefundPayment
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import IdempotencyMismatch, InvalidInput
from tests.racing import codes_of, race
from tests.services import START, Services, build_services

if TYPE_CHECKING:
    from sandbox.contracts.payments import Payment
    from sandbox.contracts.transport import InProcessTransport
    from sandbox.contracts.wallets import Wallet
    from tests.databases import UrlFactory


@pytest.fixture
def payer(services: Services) -> Wallet:
    return services.open_wallet(20_000, language="en", holder_name="Amina")


@pytest.fixture
def shop(services: Services) -> Wallet:
    return services.open_wallet(kind="business", trade_name="Café Olé", language="en")


@pytest.fixture
def payment(services: Services, payer: Wallet, shop: Wallet) -> Payment:
    return services.execute(services.prepare(payer, shop, session="s-1", amount=10_000))


def _money(services: Services, *wallets: Wallet) -> list[tuple[int, int]]:
    services.require_sound_ledger()
    return [services.money(wallet) for wallet in wallets]


def test_all_of_a_payment_goes_back(services: Services, payer: Wallet, shop: Wallet, payment: Payment) -> None:
    refund = services.refund(payment, reason="Broken on the way")
    assert (refund.payment_id, refund.amount, refund.refunded_total) == (payment.id, 10_000, 10_000)
    assert (refund.state, refund.reason, refund.created_at) == ("refunded", "Broken on the way", to_iso(START))
    assert _money(services, payer, shop) == [(20_000, 0), (0, 0)]
    told = services.payments.get_payment(payment.id)
    assert (told.state, told.refunded, told.amount) == ("refunded", 10_000, 10_000)
    assert told.executed_at == payment.executed_at


def test_parts_go_back_until_nothing_is_left(services: Services, payer: Wallet, shop: Wallet, payment: Payment) -> None:
    parts = [services.refund(payment, amount, key=f"part {amount}") for amount in (2_500, 1, 7_499)]
    assert [(part.refunded_total, part.state) for part in parts] == [
        (2_500, "partly_refunded"),
        (2_501, "partly_refunded"),
        (10_000, "refunded"),
    ]
    assert services.payments.list_refunds(payment.id) == parts
    assert services.payments.get_refund(payment.id, parts[1].id) == parts[1]
    assert _money(services, payer, shop) == [(20_000, 0), (0, 0)]
    with pytest.raises(AlreadyRefunded):
        services.refund(payment, 1, key="one more")


def test_more_than_what_is_left_is_refused_and_says_how_much_that_is(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    services.refund(payment, 6_000)
    with pytest.raises(RefundTooLarge) as refused:
        services.refund(payment, 4_001, key="refund 2")
    assert (refused.value.field, refused.value.details) == ("amount", {"refundable": 4_000})
    assert _money(services, payer, shop) == [(16_000, 0), (4_000, 0)]


@pytest.mark.parametrize("amount", [0, -1, 2**63])
def test_an_amount_that_is_none_is_refused(services: Services, payment: Payment, amount: object) -> None:
    body = RefundPayment.model_construct(
        refund_key="k", amount=amount, app_id=payment.app_id, payee_wallet_id=payment.payee_wallet_id
    )
    with pytest.raises(InvalidInput) as refused:
        services.payments.refund(payment.id, body)
    assert refused.value.field == "amount"


def test_a_payment_that_was_not_executed_has_nothing_to_refund(services: Services, payer: Wallet, shop: Wallet) -> None:
    prepared, cancelled, expired = (services.prepare(payer, shop, amount=100) for _ in range(3))
    services.payments.cancel(cancelled.id)
    services.clock.advance(120)
    services.worker.drain()
    live = services.prepare(payer, shop, amount=100)
    for each in (prepared, cancelled, expired, live):
        with pytest.raises(NotRefundable):
            services.refund(each)
    assert _money(services, payer, shop) == [(19_900, 100), (0, 0)]


def test_another_app_s_payment_cannot_be_refunded(services: Services, payment: Payment) -> None:
    with pytest.raises(PaymentNotFound):
        services.refund(payment, app_id="app-2")
    with pytest.raises(PaymentNotFound):
        services.refund(payment, payee_wallet_id="another")
    with pytest.raises(PaymentNotFound):
        services.payments.list_refunds("no-such-payment")
    with pytest.raises(RefundNotFound):
        services.payments.get_refund(payment.id, "no-such-refund")
    assert services.payments.list_refunds(payment.id) == []


def test_a_merchant_without_money_cannot_refund_and_learns_whose_wallet_it_is(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    spent = services.prepare(shop, services.open_shop(), amount=9_000)
    with pytest.raises(InsufficientFunds) as refused:
        services.refund(payment)
    assert "merchant's wallet" in refused.value.message
    assert "merchant's wallet" in refused.value.hint
    services.payments.cancel(spent.id)
    assert services.refund(payment).state == "refunded", "the refused call used up neither the key nor the payment"
    assert _money(services, payer, shop) == [(20_000, 0), (0, 0)]


def test_the_same_key_gets_the_first_answer_and_another_body_is_refused(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    first = services.refund(payment, 6_000)
    services.clock.advance(60)
    services.refund(payment, 4_000, key="refund 2")
    assert services.refund(payment, 6_000) == first, "as it was answered, though more has gone back since"
    other = services.execute(services.prepare(payer, shop, amount=6_000))
    for call in (
        lambda: services.refund(payment, 5_999),
        lambda: services.refund(payment, 6_000, reason="another"),
        lambda: services.refund(other, 6_000),
    ):
        with pytest.raises(IdempotencyMismatch) as refused:
            call()
        assert refused.value.field == "refund_key"
    assert _money(services, payer, shop) == [(14_000, 0), (6_000, 0)]


def test_a_refunded_payment_stays_accepted(services: Services, payer: Wallet, shop: Wallet, payment: Payment) -> None:
    code = services.prepare(payer, shop, session="s-2", amount=1_000).code
    second = services.payments.verify("s-2", code or "").payment_id
    assert code is not None
    accepted = services.execute(services.payments.get_payment(second), code=code)
    for amount, state in ((400, "partly_refunded"), (600, "refunded")):
        services.refund(accepted, amount, key=f"part {amount}")
        again = services.execute(accepted, code=code)
        assert (again.id, again.state, again.executed_at) == (accepted.id, state, accepted.executed_at)
        with pytest.raises(AlreadyAccepted):
            services.execute(accepted, key="another", code=code)
        with pytest.raises(PaymentClosed):
            services.payments.cancel(accepted.id)
        with pytest.raises(AlreadyAccepted):
            services.payments.refuse_form("s-2", payer.phone_number)
        assert services.payments.verify("s-2", code).payment_id == accepted.id
    services.clock.advance(1_000)
    services.worker.drain()
    assert services.payments.get_payment(accepted.id).state == "refunded"


def test_the_platform_is_told_of_each_refund_and_both_sides_get_an_sms(
    services: Services, payer: Wallet, shop: Wallet, payment: Payment
) -> None:
    first = services.refund(payment, 2_500, reason="Half was missing")
    services.refund(payment, 7_500, key="refund 2")
    services.refund(payment, 7_500, key="refund 2")
    services.worker.drain()
    told = services.platform.received[-2:]
    assert [event.type for event in told] == ["payment.refunded"] * 2
    assert told[0].refund == first
    assert (told[0].payment.state, told[0].payment.refunded, told[0].at) == ("partly_refunded", 2_500, first.created_at)
    assert (told[1].payment.state, told[1].payment.refunded) == ("refunded", 10_000)
    assert len(services.platform.received) == 4
    masked = f"{payer.phone_number[:2]} *** {payer.phone_number[5:]}"
    texts = [[m.text for m in services.wallets.list_sms(phone_number=w.phone_number)] for w in (payer, shop)]
    assert texts[0][:2] == [
        "SANDBOX: Café Olé refunded you 7.500 DT. Reference TX-1.",
        "SANDBOX: Café Olé refunded you 2.500 DT. Reference TX-1.",
    ]
    assert texts[1][1] == f"SANDBOX: you refunded 2.500 DT to Amina ({masked}). Reference TX-1."
    assert [len(each) for each in texts] == [3, 3]


def test_of_refunds_that_race_for_the_same_money_one_goes_through(
    services: Services, payer: Wallet, shop: Wallet
) -> None:
    for number in range(3):
        payment = services.execute(services.prepare(payer, shop, amount=1_000))
        calls = [lambda n=n, p=payment, r=number: services.refund(p, 600, key=f"race {r} {n}") for n in range(8)]
        assert codes_of(race(calls)) == ["REFUND_TOO_LARGE"] * 7 + ["ok"]
        assert services.payments.get_payment(payment.id).refunded == 600
    assert _money(services, payer, shop) == [(18_800, 0), (1_200, 0)]
    services.worker.drain()
    assert [event.type for event in services.platform.received].count("payment.refunded") == 3


def test_the_same_refund_said_eight_times_at_once_happens_once(services: Services, payer: Wallet, shop: Wallet) -> None:
    for number in range(3):
        payment = services.execute(services.prepare(payer, shop, amount=1_000))
        calls = [lambda p=payment, r=number: services.refund(p, 300, key=f"same {r}")] * 8
        assert len({refund.id for refund in race(calls)}) == 1
        assert services.payments.get_payment(payment.id).refunded == 300
    assert _money(services, payer, shop) == [(17_900, 0), (2_100, 0)]


def test_one_key_that_races_for_two_payments_refunds_one(services: Services, payer: Wallet, shop: Wallet) -> None:
    for number in range(3):
        two = [services.execute(services.prepare(payer, shop, amount=1_000)) for _ in range(2)]
        calls = [lambda p=payment, r=number: services.refund(p, key=f"one {r}") for payment in two for _ in range(2)]
        assert codes_of(race(calls)) == ["IDEMPOTENCY_MISMATCH"] * 2 + ["ok"] * 2
    assert _money(services, payer, shop) == [(17_000, 0), (3_000, 0)]


def test_refunds_of_one_merchant_that_race_do_not_spend_money_twice(
    services: Services, payer: Wallet, shop: Wallet
) -> None:
    payments = [services.execute(services.prepare(payer, shop, amount=1_000)) for _ in range(4)]
    services.prepare(shop, services.open_shop(), amount=2_500)
    calls = [lambda p=payment: services.refund(p, key=p.id) for payment in payments]
    assert codes_of(race(calls)) == ["INSUFFICIENT_FUNDS"] * 3 + ["ok"]
    assert _money(services, payer, shop) == [(17_000, 0), (500, 2_500)]


def test_a_refund_is_remembered_over_a_crash(sqlite_url: UrlFactory, in_process: InProcessTransport) -> None:
    with build_services(sqlite_url, in_process) as before:
        payer, shop = before.open_wallet(20_000), before.open_shop()
        payment = before.execute(before.prepare(payer, shop, amount=10_000))
        refund = before.refund(payment, 4_000)
    with build_services(sqlite_url, in_process) as after:
        assert after.refund(payment, 4_000) == refund
        after.worker.drain()
        assert after.platform.types_of(payment.id) == ["prepared", "executed", "refunded"]
        assert _money(after, payer, shop) == [(14_000, 0), (6_000, 0)]
