"""The clock's levers, and the browser's page that follows it."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.kit.days import tunis
from sandbox.kit.errors import InvalidInput
from sandbox.testing.checkout import prepare
from sandbox.testing.shopper import Shopper

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox


def test_it_is_set_to_an_instant_and_all_due_work_is_done_when_that_answers(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    clock.freeze()
    prepare(sandbox, merchant_app, phone, amount=10_000)
    later = (clock.now + timedelta(hours=3)).astimezone(tunis()).replace(microsecond=0, tzinfo=None)
    assert clock.set(later.isoformat()) == later.replace(tzinfo=tunis()).astimezone(UTC)
    assert phone.balance == 500_000


def test_it_runs_faster_until_it_is_resumed(clock: ClockDriver) -> None:
    before = clock.speed(86_400)
    while clock.now - before < timedelta(hours=1):  # a day a second
        pass
    clock.resume()
    with clock.frozen() as stopped:
        assert stopped.now == clock.now
        assert stopped.advance(days=1, hours=2, minutes=3, seconds=4) - stopped.advance() == timedelta(0)


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ({"action": "set", "to": "2020-01-01T00:00:00Z"}, "to", "cannot be moved back: it shows"),
        ({"action": "set", "to": "0001-01-01T00:00"}, "to", "cannot be moved back"),
        ({"action": "set", "to": "9999-12-31T23:59:59Z"}, "to", "beyond the year"),
        ({"action": "set", "to": "tomorrow"}, "to", "'tomorrow' is no moment"),
        ({"action": "set"}, "to", "goes with the action 'set'"),
        ({"action": "freeze", "to": "2040-01-01"}, "to", "goes with the action 'set'"),
        ({"action": "freeze", "rate": 2}, "rate", "goes with the action 'speed'"),
        ({"action": "speed"}, "rate", "goes with the action 'speed'"),
        ({"action": "speed", "rate": 0}, "rate", "more than 0"),
        ({"action": "speed", "rate": -60}, "rate", "more than 0"),
        ({"action": "speed", "rate": 1e9}, "rate", "at most 86400"),
        ({"action": "speed", "rate": True}, "rate", "is not a number"),
        ({"action": "speed", "rate": "fast"}, "rate", "rate"),
    ],
)
def test_what_it_cannot_do_is_refused_with_the_reason(sandbox: Sandbox, body: Any, field: str, told: str) -> None:
    answer = httpx.post(f"{sandbox.base_url}/_sandbox/clock", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (400, InvalidInput.code, field)
    assert told in error["message"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-1, "cannot be moved back"),
        ("-5m", "cannot be moved back"),
        ("soon", "is no span of time"),
        ("5 parsecs", "is no span of time"),
        ("", "is no span of time"),
        ("nan", "at most ten years"),
        ("100000d", "at most ten years"),
        (1e12, "at most ten years"),
        ([], "is no span of time"),
        (True, "is not a number"),
        (None, "is no span of time"),
    ],
)
def test_a_span_that_it_cannot_go_is_refused_with_the_reason(sandbox: Sandbox, seconds: Any, told: str) -> None:
    answer = httpx.post(f"{sandbox.base_url}/_sandbox/clock/advance", json={"seconds": seconds})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (400, InvalidInput.code, "seconds")
    assert told in error["message"]


def test_a_span_may_be_written_as_people_do(sandbox: Sandbox, clock: ClockDriver) -> None:
    before = clock.freeze()
    httpx.post(f"{sandbox.base_url}/_sandbox/clock/advance", json={"seconds": "1h30m"}).raise_for_status()
    assert (clock.now - before).total_seconds() == 5400


def test_moving_it_back_is_refused_with_the_reason(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidInput, match="what has expired stays expired"):
        sandbox.clock.advance(minutes=-1)


def test_twenty_minutes_pass_on_server_phone_and_page_together(
    sandbox: Sandbox, page: Page, clock: ClockDriver, shop_url: str, phone: PhoneDriver
) -> None:
    """Nothing here waits for real time: the countdown would need all of twenty minutes."""
    clock.freeze()
    shopper = Shopper(page)
    page.goto(shop_url)
    shopper.open_form()
    assert page.evaluate("Date.now()") == round(clock.now.timestamp() * 1000)
    phone.scan(page)
    phone.pay()
    shopper.wait_for_state("prepared")
    assert phone.balance < 500_000
    clock.advance(minutes=20, seconds=5)
    assert page.evaluate("Date.now()") == round(clock.now.timestamp() * 1000)
    assert phone.balance == 500_000
    shopper.wait_for_state("expired")
