"""Each trouble that callbacks meet, and what the shop did: every order fulfilled once, by whatever came first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.testing.drivers import ClockDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.steps import Steps
    from scenarios.webhooks_under_trouble.conftest import CountingShop

    Pay = Callable[[], str]


@pytest.fixture(autouse=True)
def _each_order_is_fulfilled_once(counting_shop: CountingShop) -> Iterator[None]:
    yield
    if counting_shop.careful:
        assert set(counting_shop.fulfilled.values()) == {1}, counting_shop.fulfilled


def test_the_webhook_comes_first(counting_shop: CountingShop, pay: Pay, clock: ClockDriver, step: Steps) -> None:
    """The webhook comes first: the page keeps the shopper until the shop was told."""
    with step("The shop wants its webhook before the shopper is back"):
        counting_shop.choose(webhook_moment="before", webhook_delay_seconds=30)
    with step("A shopper pays, and the page keeps them for now"):
        paid = pay()
        assert not counting_shop.is_led_back(paid)
    with step("The webhook comes, and then the shopper is led back"):
        clock.advance(seconds=30)
        counting_shop.leave(paid)
    with step("The shop was told in this order"):
        assert counting_shop.told == [("webhook", paid), ("redirect", paid)]


def test_the_redirect_comes_first(counting_shop: CountingShop, pay: Pay, clock: ClockDriver, step: Steps) -> None:
    with step("The shop wants its webhook after the shopper is back"):
        counting_shop.choose(webhook_moment="after")
        clock.freeze()
    with step("A shopper pays and is back at once: the order is fulfilled"):
        paid = pay()
        counting_shop.leave(paid)
        assert counting_shop.fulfilled[paid] == 1
    with step("The webhook comes later and changes nothing"):
        clock.advance(seconds=2)
        assert counting_shop.told == [("redirect", paid), ("webhook", paid)]


def test_both_come_at_the_same_moment(counting_shop: CountingShop, pay: Pay, step: Steps) -> None:
    """Both come at the same moment: the shop still works on the webhook when its shopper is back."""
    with step("The shop takes long over its webhook"):
        counting_shop.answers = [0]
    with step("A shopper pays, and is back while the shop still works"):
        paid = pay()
        counting_shop.wait_for(1)
        counting_shop.leave(paid)
        counting_shop.wake()
    with step("The shop was told twice"):
        assert counting_shop.told == [("webhook", paid), ("redirect", paid)]


def test_the_webhook_comes_twice(counting_shop: CountingShop, pay: Pay, sandbox: Sandbox, step: Steps) -> None:
    with step("The webhook is to be doubled"):
        counting_shop.choose(webhook_fate="twice")
    with step("A shopper pays"):
        paid = pay()
        sandbox.control.drain()
    with step("The shop was told twice of one payment"):
        assert counting_shop.told == [("webhook", paid)] * 2


def test_a_shop_that_counts_nothing_fulfils_what_comes_twice_twice(
    counting_shop: CountingShop, pay: Pay, sandbox: Sandbox, step: Steps
) -> None:
    """A shop that counts nothing fulfils twice what comes twice: the other scenarios would catch it."""
    with step("A careless shop gets its webhook doubled"):
        counting_shop.careful = False
        counting_shop.choose(webhook_fate="twice")
    with step("A shopper pays and comes back"):
        paid = pay()
        sandbox.control.drain()
        counting_shop.leave(paid)
    with step("It has fulfilled one order three times"):
        assert counting_shop.fulfilled[paid] == 3


def test_it_is_lost_until_it_is_sent_by_hand(
    counting_shop: CountingShop, pay: Pay, clock: ClockDriver, step: Steps
) -> None:
    with step("The webhook is to be lost"):
        counting_shop.choose(webhook_fate="lost")
    with step("A shopper pays, and for five days the shop hears nothing"):
        paid = pay()
        clock.advance(days=5)
        assert counting_shop.told == []
    with step("The merchant sends the webhook again by hand, and it arrives"):
        (event,) = counting_shop.events()
        counting_shop.resend(event)
        assert counting_shop.told == [("webhook", paid)]
        assert [each["by_hand"] for each in counting_shop.tries(event)] == [True]


def test_it_is_late(counting_shop: CountingShop, pay: Pay, clock: ClockDriver, step: Steps) -> None:
    with step("The webhook is to be ten minutes late"):
        counting_shop.choose(webhook_delay_seconds=600)
        clock.freeze()
    with step("A shopper pays, and after 599 seconds the shop has heard nothing"):
        paid = pay()
        clock.advance(seconds=599)
        assert counting_shop.told == []
    with step("One second later it was told"):
        clock.advance(seconds=1)
        assert counting_shop.told == [("webhook", paid)]


def test_two_payments_are_told_of_in_the_wrong_order(
    counting_shop: CountingShop, pay: Pay, clock: ClockDriver, step: Steps
) -> None:
    with step("Webhooks are to be swapped and doubled"):
        counting_shop.choose(webhook_fate=["swapped", "twice"])
        clock.freeze()
    with step("Two shoppers pay"):
        first, second = pay(), pay()
        clock.advance(seconds=3)
    with step("The shop was told of the second before the first, twice each"):
        assert [payment_id for _, payment_id in counting_shop.told] == [second, second, first, first]


def test_the_shop_answers_500_and_then_200(
    counting_shop: CountingShop, pay: Pay, clock: ClockDriver, step: Steps
) -> None:
    with step("The shop's server fails twice"):
        counting_shop.answers = [500, 500]
        clock.freeze()
    with step("A shopper pays"):
        paid = pay()
        clock.advance(seconds=0)
    with step("The webhook is tried again after 5 seconds, and after 5 minutes"):
        for seconds, times in ((5, 2), (300, 3)):
            clock.advance(seconds=seconds - 1)
            assert len(counting_shop.told) == times - 1
            clock.advance(seconds=1)
            assert counting_shop.told == [("webhook", paid)] * times
    with step("The third try was taken, and nothing is sent again"):
        (event,) = counting_shop.events()
        assert [each["status"] for each in counting_shop.tries(event)] == [200, 500, 500]
        clock.advance(days=5)
        assert len(counting_shop.told) == 3, "what was taken is not sent again"


def test_the_shop_hangs_and_nobody_else_waits(
    counting_shop: CountingShop, pay: Pay, sandbox: Sandbox, step: Steps
) -> None:
    with step("The shop's server hangs on the webhook of one shopper"):
        counting_shop.answers = [0]
        hanging = pay()
        counting_shop.wait_for(1)
    with step("Another shopper pays, and that webhook does not wait"):
        other = pay()
        counting_shop.wait_for(2)
        assert counting_shop.told == [("webhook", hanging), ("webhook", other)]
    with step("The server goes on: both were delivered"):
        counting_shop.wake()
        counting_shop.leave(hanging)
        sandbox.control.drain()
        assert [event["state"] for event in counting_shop.events()] == ["delivered", "delivered"]


def test_the_shop_says_410_and_is_told_no_more(
    counting_shop: CountingShop, pay: Pay, clock: ClockDriver, step: Steps
) -> None:
    with step("The shop's server says 410: gone"):
        counting_shop.answers = [410]
    with step("A shopper pays, and five days go by"):
        paid = pay()
        clock.advance(days=5)
    with step("The shop was told once, and the event has stopped"):
        assert counting_shop.told == [("webhook", paid)]
        (event,) = counting_shop.events()
        assert event["state"] == "stopped"
    with step("The shopper comes back, and the order is fulfilled"):
        counting_shop.leave(paid)
