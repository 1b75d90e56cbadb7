"""What a payment page's webhook is sent: an unsigned GET as it was seen, or what its app chose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.platform.webhooks.states import RETRY_SECONDS
from sandbox.testing.drivers import ClockDriver, PhoneDriver
from tests.platform.merchant_api.shop import Shop, pay, scan
from tests.receiver import Receiver, listening


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


def events(shop: Shop) -> list[dict[str, Any]]:
    shop.sandbox.control.drain()
    token = shop.sandbox.log_in(shop.app)
    app = next(app for app in shop.sandbox.platform.list_apps(token) if app.name == shop.app.name)
    headers = {"Authorization": f"Bearer {token}"}
    found: list[dict[str, Any]] = shop.http.get(f"/api/apps/{app.id}/webhook/events", headers=headers).json()["data"]
    return found


def test_a_payment_is_told_by_an_empty_get(shop: Shop, phone: PhoneDriver, receiver: Receiver) -> None:
    payment_id = shop.generate(webhook=f"{receiver.url}?shop=1")
    pay(phone, payment_id)
    (event,) = events(shop)
    (received,) = receiver.received
    assert (received.method, received.body) == ("GET", b"")
    assert received.path == f"/hooks?shop=1?payment_id={payment_id}&success=True"
    assert not any("signature" in name for name in received.headers)
    assert (event["state"], event["type"], event["order_id"]) == ("delivered", "payment.executed", payment_id)


def test_failures_are_told_too_and_each_once(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    refused, expired = (shop.generate(webhook=receiver.url, session_timeout_secs=60) for _ in range(2))
    scan(phone, refused)
    phone.refuse()
    clock.advance(seconds=61)
    events(shop)
    wanted = {f"/hooks?payment_id={each}&success=False" for each in (refused, expired)}
    assert {received.path for received in receiver.received} == wanted
    assert len(receiver.received) == 2


def test_a_server_that_is_away_is_tried_again_on_the_clock_until_it_takes_it(
    shop: Shop, phone: PhoneDriver, receiver: Receiver, clock: ClockDriver
) -> None:
    receiver.answers.extend([500, 404, 301])
    pay(phone, shop.generate(webhook=receiver.url))
    shop.sandbox.control.drain()
    for tries, seconds in enumerate(RETRY_SECONDS[:3], start=1):
        assert len(receiver.received) == tries
        clock.advance(seconds=seconds - 1)
        assert len(receiver.received) == tries
        clock.advance(seconds=1)
    (event,) = events(shop)
    assert (event["state"], event["attempts"]) == ("delivered", 4)


def test_410_ends_this_payments_tries_and_no_others(shop: Shop, phone: PhoneDriver, receiver: Receiver) -> None:
    receiver.answers.append(410)
    for _ in range(2):
        pay(phone, shop.generate(webhook=receiver.url))
        shop.sandbox.control.drain()
    assert [event["state"] for event in events(shop)] == ["delivered", "stopped"]


def test_an_app_may_choose_signed_posts_or_a_query_that_is_joined(
    shop: Shop, phone: PhoneDriver, receiver: Receiver
) -> None:
    shop.choose(webhook_join="query")
    joined = shop.generate(webhook=f"{receiver.url}?shop=1")
    pay(phone, joined)
    shop.sandbox.control.drain()
    assert receiver.received[0].path == f"/hooks?shop=1&payment_id={joined}&success=True"
    shop.choose(webhook_style="signed")
    signed = shop.generate(webhook=receiver.url, developer_tracking_id="TX1")
    pay(phone, signed)
    shop.sandbox.control.drain()
    token = shop.sandbox.log_in(shop.app)
    app = next(app for app in shop.sandbox.platform.list_apps(token) if app.name == shop.app.name)
    secret = shop.http.post(f"/api/apps/{app.id}/webhook/secret", headers={"Authorization": f"Bearer {token}"}).json()
    received = receiver.received[1]
    assert received.method == "POST"
    assert received.is_signed_with(secret["secret"])
    told = received.event["data"]
    assert (told["payment_id"], told["developer_tracking_id"], told["success"]) == (signed, "TX1", True)
