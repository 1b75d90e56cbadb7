"""What flows back: events to the platform and SMS to both sides, at least once, in order, whatever fails meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.contracts.errors import InsufficientFunds
from sandbox.kit.clock import to_iso
from tests.racing import race
from tests.services import START, Services, build_services, wrong_code

if TYPE_CHECKING:
    from sandbox.contracts.transport import InProcessTransport
    from sandbox.contracts.wallets import Wallet
    from tests.databases import UrlFactory


@pytest.fixture
def payer(services: Services) -> Wallet:
    return services.open_wallet(100_000, language="en", holder_name="Amina")


@pytest.fixture
def shop(services: Services) -> Wallet:
    return services.open_wallet(kind="business", trade_name="Café Olé", language="en")


def _texts(services: Services, wallet: Wallet) -> list[str]:
    return [message.text for message in services.wallets.list_sms(phone_number=wallet.phone_number)]


def test_the_platform_is_told_each_step_in_order_with_the_state_it_reached(
    services: Services, payer: Wallet, shop: Wallet
) -> None:
    payment = services.prepare(payer, shop)
    services.clock.advance(5)
    services.payments.verify(payment.session, payment.code or "")
    services.clock.advance(5)
    executed = services.execute(payment)
    assert services.platform.received == [], "nothing is told inside the call itself"
    services.worker.drain()
    received = services.platform.received
    assert [event.type for event in received] == ["payment.prepared", "payment.verified", "payment.executed"]
    assert [event.payment.state for event in received] == ["prepared", "verified", "executed"]
    assert received[0].at == to_iso(START)
    assert received[2].payment == executed
    assert len({event.id for event in received}) == 3


def test_both_sides_get_an_sms_and_the_merchant_sees_a_masked_number(
    services: Services, payer: Wallet, shop: Wallet
) -> None:
    payment = services.prepare(payer, shop, amount=12_500, reference="TX-1")
    services.worker.drain()
    assert _texts(services, payer) == _texts(services, shop) == []
    services.execute(payment)
    services.worker.drain()
    masked = f"{payer.phone_number[:2]} *** {payer.phone_number[5:]}"
    assert _texts(services, payer) == ["SANDBOX: you paid 12.500 DT to Café Olé. Reference TX-1."]
    assert _texts(services, shop) == [f"SANDBOX: you received 12.500 DT from Amina ({masked}). Reference TX-1."]


def test_a_payment_without_a_reference_is_named_by_its_id(services: Services, payer: Wallet, shop: Wallet) -> None:
    payment = services.execute(services.prepare(payer, shop, reference=None))
    services.worker.drain()
    assert _texts(services, payer)[0].endswith(f"Reference {payment.id[:8]}.")


def test_a_payment_that_moved_nothing_sends_no_sms(services: Services, payer: Wallet, shop: Wallet) -> None:
    services.payments.cancel(services.prepare(payer, shop).id)
    services.prepare(payer, shop)
    with pytest.raises(InsufficientFunds):
        services.prepare(payer, shop, amount=100_001)
    services.clock.advance(120)
    services.worker.drain()
    assert _texts(services, payer) == _texts(services, shop) == []


def test_every_change_wakes_the_worker_and_a_refusal_that_changed_nothing_does_not(
    services: Services, payer: Wallet, shop: Wallet
) -> None:
    payment = services.prepare(payer, shop)
    woken = services.wakes
    assert woken > 0
    with pytest.raises(Exception, match="wrong"):
        services.execute(payment, code=wrong_code(payment))
    assert services.wakes == woken
    services.execute(payment)
    assert services.wakes > woken


def test_while_the_platform_is_away_payments_go_on_and_nothing_is_lost(
    services: Services, payer: Wallet, shop: Wallet
) -> None:
    services.platform_switch.is_away = True
    first = services.execute(services.prepare(payer, shop, amount=1_000))
    services.worker.drain()
    assert services.platform.received == []
    assert len(_texts(services, payer)) == 1, "SMS do not wait for the platform"
    second = services.execute(services.prepare(payer, shop, amount=1_000))
    services.platform_switch.is_away = False
    services.worker.drain()
    assert services.platform.received == [], "the next try comes by the clock"
    services.clock.advance(1)
    services.worker.drain()
    told = [(event.payment.id, event.type.removeprefix("payment.")) for event in services.platform.received]
    assert told == [(payment.id, step) for payment in (first, second) for step in ("prepared", "executed")]


def test_while_wallets_are_away_sms_wait_and_come_once(services: Services, payer: Wallet, shop: Wallet) -> None:
    payment = services.prepare(payer, shop)
    services.wallets_switch.is_away = True
    services.execute(payment)
    services.worker.drain()
    assert services.platform.types_of(payment.id) == ["prepared", "executed"]
    for _ in range(3):
        services.clock.advance(30)
        services.worker.drain()
    services.wallets_switch.is_away = False
    assert _texts(services, payer) == []
    services.clock.advance(600)
    services.worker.drain()
    assert (len(_texts(services, payer)), len(_texts(services, shop))) == (1, 1)
    assert len(services.platform.received) == 2


def test_events_whose_answer_got_lost_come_again_with_the_same_ids(
    services: Services, payer: Wallet, shop: Wallet
) -> None:
    services.platform.losing_answers = True
    services.execute(services.prepare(payer, shop))
    services.worker.drain()
    services.platform.losing_answers = False
    services.clock.advance(1)
    services.worker.drain()
    first, again = services.platform.received[:2], services.platform.received[2:]
    assert first == again
    services.clock.advance(600)
    services.worker.drain()
    assert len(services.platform.received) == 4


def test_many_payments_at_once_are_told_whole_and_each_in_order(
    services: Services, payer: Wallet, shop: Wallet
) -> None:
    def pay() -> list[str]:
        return [services.execute(services.prepare(payer, shop, amount=100)).id for _ in range(12)]

    *batches, _ = race([pay, pay, pay, services.worker.drain])
    services.worker.drain()
    ids = [payment_id for batch in batches for payment_id in batch]
    assert [services.platform.types_of(payment_id) for payment_id in ids] == [["prepared", "executed"]] * 36
    assert len(services.platform.received) == 72


def test_what_was_not_told_before_a_crash_is_told_after_it(
    sqlite_url: UrlFactory, in_process: InProcessTransport
) -> None:
    with build_services(sqlite_url, in_process) as before:
        payer, shop = before.open_wallet(20_000), before.open_shop()
        prepared = before.prepare(payer, shop)
        payment = before.execute(prepared)
    with build_services(sqlite_url, in_process) as after:
        after.worker.drain()
        assert after.platform.types_of(payment.id) == ["prepared", "executed"]
        assert len(after.wallets.list_sms()) == 2
        assert after.execute(prepared) == payment, "the key is remembered too"
        after.require_sound_ledger()
