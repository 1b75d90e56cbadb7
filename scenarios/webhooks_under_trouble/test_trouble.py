"""Each trouble that callbacks meet, and what the shop did: every order fulfilled once, by whatever came first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.testing.drivers import ClockDriver
    from sandbox.testing.embedded import Sandbox
    from scenarios.webhooks_under_trouble.conftest import CountingShop

    Pay = Callable[[], str]


@pytest.fixture(autouse=True)
def _each_order_is_fulfilled_once(counting_shop: CountingShop) -> Iterator[None]:
    yield
    if counting_shop.careful:
        assert set(counting_shop.fulfilled.values()) == {1}, counting_shop.fulfilled


def test_the_webhook_comes_first(counting_shop: CountingShop, pay: Pay, clock: ClockDriver) -> None:
    """The page keeps the shopper until the shop was told."""
    counting_shop.choose(webhook_moment="before", webhook_delay_seconds=30)
    paid = pay()
    assert not counting_shop.is_led_back(paid)
    clock.advance(seconds=30)
    counting_shop.leave(paid)
    assert counting_shop.told == [("webhook", paid), ("redirect", paid)]


def test_the_redirect_comes_first(counting_shop: CountingShop, pay: Pay, clock: ClockDriver) -> None:
    counting_shop.choose(webhook_moment="after")
    clock.freeze()
    paid = pay()
    counting_shop.leave(paid)
    assert counting_shop.fulfilled[paid] == 1
    clock.advance(seconds=2)
    assert counting_shop.told == [("redirect", paid), ("webhook", paid)]


def test_both_come_at_the_same_moment(counting_shop: CountingShop, pay: Pay) -> None:
    """The shop still works on the webhook when its shopper is back."""
    counting_shop.answers = [0]
    paid = pay()
    counting_shop.wait_for(1)
    counting_shop.leave(paid)
    counting_shop.wake()
    assert counting_shop.told == [("webhook", paid), ("redirect", paid)]


def test_the_webhook_comes_twice(counting_shop: CountingShop, pay: Pay, sandbox: Sandbox) -> None:
    counting_shop.choose(webhook_fate="twice")
    paid = pay()
    sandbox.control.drain()
    assert counting_shop.told == [("webhook", paid)] * 2


def test_a_shop_that_counts_nothing_fulfils_what_comes_twice_twice(
    counting_shop: CountingShop, pay: Pay, sandbox: Sandbox
) -> None:
    """What the scenarios above are for: this shop would be caught."""
    counting_shop.careful = False
    counting_shop.choose(webhook_fate="twice")
    paid = pay()
    sandbox.control.drain()
    counting_shop.leave(paid)
    assert counting_shop.fulfilled[paid] == 3


def test_it_is_lost_until_it_is_sent_by_hand(counting_shop: CountingShop, pay: Pay, clock: ClockDriver) -> None:
    counting_shop.choose(webhook_fate="lost")
    paid = pay()
    clock.advance(days=5)
    assert counting_shop.told == []
    (event,) = counting_shop.events()
    counting_shop.resend(event)
    assert counting_shop.told == [("webhook", paid)]
    assert [each["by_hand"] for each in counting_shop.tries(event)] == [True]


def test_it_is_late(counting_shop: CountingShop, pay: Pay, clock: ClockDriver) -> None:
    counting_shop.choose(webhook_delay_seconds=600)
    clock.freeze()
    paid = pay()
    clock.advance(seconds=599)
    assert counting_shop.told == []
    clock.advance(seconds=1)
    assert counting_shop.told == [("webhook", paid)]


def test_two_payments_are_told_of_in_the_wrong_order(counting_shop: CountingShop, pay: Pay, clock: ClockDriver) -> None:
    counting_shop.choose(webhook_fate=["swapped", "twice"])
    clock.freeze()
    first, second = pay(), pay()
    clock.advance(seconds=3)
    assert [payment_id for _, payment_id in counting_shop.told] == [second, second, first, first]


def test_the_shop_answers_500_and_then_200(counting_shop: CountingShop, pay: Pay, clock: ClockDriver) -> None:
    counting_shop.answers = [500, 500]
    clock.freeze()
    paid = pay()
    clock.advance(seconds=0)
    for seconds, times in ((5, 2), (300, 3)):
        clock.advance(seconds=seconds - 1)
        assert len(counting_shop.told) == times - 1
        clock.advance(seconds=1)
        assert counting_shop.told == [("webhook", paid)] * times
    (event,) = counting_shop.events()
    assert [each["status"] for each in counting_shop.tries(event)] == [200, 500, 500]
    clock.advance(days=5)
    assert len(counting_shop.told) == 3, "what was taken is not sent again"


def test_the_shop_hangs_and_nobody_else_waits(counting_shop: CountingShop, pay: Pay, sandbox: Sandbox) -> None:
    counting_shop.answers = [0]
    hanging = pay()
    counting_shop.wait_for(1)
    other = pay()
    counting_shop.wait_for(2)
    assert counting_shop.told == [("webhook", hanging), ("webhook", other)]
    counting_shop.wake()
    counting_shop.leave(hanging)
    sandbox.control.drain()
    assert [event["state"] for event in counting_shop.events()] == ["delivered", "delivered"]


def test_the_shop_says_410_and_is_told_no_more(counting_shop: CountingShop, pay: Pay, clock: ClockDriver) -> None:
    counting_shop.answers = [410]
    paid = pay()
    clock.advance(days=5)
    assert counting_shop.told == [("webhook", paid)]
    (event,) = counting_shop.events()
    assert event["state"] == "stopped"
    counting_shop.leave(paid)
