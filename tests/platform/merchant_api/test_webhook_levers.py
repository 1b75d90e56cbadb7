"""Levers of an app: its page's webhook before, after or at the same moment as the way back; lost, twice, late, out of order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.platform.webhooks.couriers import AT_ONCE_PER_APP
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, PhoneDriver
from tests.platform.merchant_api.shop import Shop, pay
from tests.platform.merchant_api.test_page_webhooks import events
from tests.receiver import Receiver, listening
from tests.visitor import Visitor


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


def told(shop: Shop, receiver: Receiver) -> list[str]:
    """The payments that the shop's server was told of, in the order of arrival."""
    shop.sandbox.control.drain()
    return [parse_qs(urlsplit(each.path).query)["payment_id"][0] for each in receiver.received]


def state(shop: Shop, payment_id: str) -> str:
    return str(shop.http.get(f"/pay/{payment_id}/status.json").json()["state"])


def leave(shop: Shop, payment_id: str) -> None:
    """A shopper's browser is led back to the shop."""
    with Visitor(shop.sandbox.base_url) as shopper:
        assert shopper.open(f"/pay/{payment_id}").status_code == 303


def test_before_the_page_waits_until_the_shops_server_was_tried(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    shop.choose(webhook_moment="before", webhook_delay_seconds="30")
    receiver.answers.append(500)
    payment_id = shop.generate(webhook=receiver.url)
    pay(phone, payment_id)
    assert (told(shop, receiver), state(shop, payment_id)) == ([], "paying")
    with Visitor(shop.sandbox.base_url) as shopper:
        assert shopper.open(f"/pay/{payment_id}").status_code == 200
    clock.advance(seconds=31)
    assert (told(shop, receiver), state(shop, payment_id)) == ([payment_id], "paid")
    leave(shop, payment_id)


def test_before_without_a_webhook_or_with_a_lost_one_waits_for_nothing(
    shop: Shop, phone: PhoneDriver, receiver: Receiver
) -> None:
    shop.choose(webhook_moment="before", webhook_fate="lost")
    for fields in ({}, {"webhook": receiver.url}):
        payment_id = shop.generate(**fields)
        pay(phone, payment_id)
        assert state(shop, payment_id) == "paid"


def test_after_the_webhook_follows_the_shopper(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    shop.choose(webhook_moment="after")
    payment_id = shop.generate(webhook=receiver.url)
    pay(phone, payment_id)
    assert state(shop, payment_id) == "paid"
    clock.advance(seconds=10)
    assert told(shop, receiver) == []
    leave(shop, payment_id)
    clock.advance(seconds=3)
    assert told(shop, receiver) == [payment_id]


def test_after_one_who_never_goes_back_it_comes_all_the_same(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    shop.choose(webhook_moment="after")
    payment_id = shop.generate(webhook=receiver.url)
    pay(phone, payment_id)
    clock.advance(seconds=61)
    assert told(shop, receiver) == [payment_id]


def test_a_lost_one_comes_only_when_it_is_sent_by_hand(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    shop.choose(webhook_fate="lost")
    payment_id = shop.generate(webhook=receiver.url)
    pay(phone, payment_id)
    clock.advance(seconds=172_800)
    (event,) = events(shop)
    assert (told(shop, receiver), event["state"]) == ([], "stopped")
    token = shop.sandbox.log_in(shop.app)
    app = next(app for app in shop.sandbox.platform.list_apps(token) if app.name == shop.app.name)
    path = f"/api/apps/{app.id}/webhook/events/{event['id']}/resend"
    assert shop.http.post(path, headers={"Authorization": f"Bearer {token}"}).is_success
    assert told(shop, receiver) == [payment_id]


def test_twice_is_twice(shop: Shop, phone: PhoneDriver, receiver: Receiver) -> None:
    shop.choose(webhook_fate="twice")
    payment_id = shop.generate(webhook=receiver.url)
    pay(phone, payment_id)
    assert told(shop, receiver) == [payment_id, payment_id]


def test_swapped_the_later_payment_is_told_first(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    shop.choose(webhook_fate="swapped")
    first, second, alone = (shop.generate(webhook=receiver.url) for _ in range(3))
    pay(phone, first)
    assert told(shop, receiver) == []
    pay(phone, second)
    assert told(shop, receiver) == [second]
    clock.advance(seconds=3)
    pay(phone, alone)
    assert told(shop, receiver) == [second, first]
    clock.advance(seconds=61)
    assert told(shop, receiver) == [second, first, alone]


def test_twice_and_swapped_both_copies_of_the_later_payment_come_first(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    shop.choose(webhook_fate=["swapped", "twice"])
    first, second = (shop.generate(webhook=receiver.url) for _ in range(2))
    pay(phone, first)
    assert told(shop, receiver) == []
    pay(phone, second)
    assert told(shop, receiver) == [second, second]
    clock.advance(seconds=3)
    assert told(shop, receiver) == [second, second, first, first]


def test_twice_and_late_and_after_at_once(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    shop.choose(webhook_fate="twice", webhook_delay_seconds="30", webhook_moment="after")
    payment_id = shop.generate(webhook=receiver.url)
    pay(phone, payment_id)
    leave(shop, payment_id)
    clock.advance(seconds=30)
    assert told(shop, receiver) == []
    clock.advance(seconds=3)
    assert told(shop, receiver) == [payment_id, payment_id]


def test_what_is_lost_is_neither_doubled_nor_swapped_with_anything(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    shop.choose(webhook_fate="lost+twice+swapped")
    for _ in range(2):
        pay(phone, shop.generate(webhook=receiver.url))
    clock.advance(seconds=172_800)
    assert told(shop, receiver) == []
    assert [event["state"] for event in events(shop)] == ["stopped"] * 4


def test_after_with_a_clock_that_stands_still_only_moving_it_sends_and_nothing_hangs(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    shop.choose(webhook_moment="after")
    clock.freeze()
    payment_id = shop.generate(webhook=receiver.url)
    pay(phone, payment_id)
    leave(shop, payment_id)
    assert told(shop, receiver) == [], "draining does what is due, and nothing is"
    clock.advance(seconds=2)
    assert [parse_qs(urlsplit(each.path).query)["payment_id"] for each in receiver.received] == [[payment_id]]


def test_a_server_that_hangs_holds_up_its_own_app_alone(
    sandbox: Sandbox, shop: Shop, phone: PhoneDriver, receiver: Receiver
) -> None:
    other = Shop(sandbox, sandbox.new_merchant())
    with listening() as hanging:
        hanging.hold.clear()
        for _ in range(AT_ONCE_PER_APP + 2):
            pay(phone, shop.generate(webhook=hanging.url))
        wait_until(lambda: len(hanging.received) == AT_ONCE_PER_APP)
        payment_id = other.generate(webhook=receiver.url)
        pay(phone, payment_id)
        wait_until(lambda: len(receiver.received) == 1)
        assert len(hanging.received) == AT_ONCE_PER_APP, "so many at the same time, no more"
        hanging.hold.set()
        sandbox.control.drain()
        assert len(hanging.received) == AT_ONCE_PER_APP + 2
    assert [event["state"] for event in events(shop)] == ["delivered"] * (AT_ONCE_PER_APP + 2)


def test_a_reset_waits_for_no_server_and_what_was_under_way_is_forgotten(
    phone: PhoneDriver, receiver: Receiver
) -> None:
    with Sandbox.start() as own, listening() as hanging:
        shop = Shop(own, own.new_merchant())
        hanging.hold.clear()
        pay(own.new_phone(), shop.generate(webhook=hanging.url))
        wait_until(lambda: len(hanging.received) == 1)
        own.reset()
        shop = Shop(own, own.new_merchant())
        pay(own.new_phone(), shop.generate(webhook=receiver.url))
        wait_until(lambda: len(receiver.received) == 1)
        hanging.hold.set()
        own.control.drain()
        (event,) = events(shop)
        assert (event["state"], event["attempts"]) == ("delivered", 1)


def wait_until(holds: Callable[[], bool]) -> None:
    """What another thread does; fifteen seconds are far more than it needs."""
    tried, pause = 0, threading.Event()
    while not holds():
        assert tried < 1500
        pause.wait(0.01)
        tried += 1
