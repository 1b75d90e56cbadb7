"""Webhooks of the passive mode: signed, at least once, in order, tried again on the sandbox's clock, and all of it to be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from sandbox.platform.webhooks.signing import PREFIX, make_secret
from sandbox.platform.webhooks.states import RETRY_SECONDS
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from tests.platform.paying import Paid, pay
from tests.receiver import Receiver, listening
from tests.visitor import Visitor


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


class Hook:
    """The webhook of one app, as its developer's program sees it."""

    def __init__(self, sandbox: Sandbox, token: str, app_id: str) -> None:
        self.sandbox = sandbox
        self.path = f"/api/apps/{app_id}/webhook"
        self.app_id = app_id
        self.http = httpx.Client(
            base_url=sandbox.base_url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=30
        )

    def call(self, method: str, path: str = "", **body: Any) -> httpx.Response:
        return self.http.request(method, self.path + path, json=body or None)

    def save(self, url: str) -> httpx.Response:
        return self.call("PUT", url=url)

    def secret(self) -> str:
        return str(self.call("POST", "/secret").json()["secret"])

    def events(self) -> list[dict[str, Any]]:
        self.sandbox.control.drain()
        found: list[dict[str, Any]] = self.call("GET", "/events").json()["data"]
        return found

    def event(self, event_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"/events/{event_id}").json()
        return found


@pytest.fixture
def hook(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> Iterator[Hook]:
    app = next(app for app in sandbox.platform.list_apps(token) if app.name == merchant_app.name)
    made = Hook(sandbox, token, app.id)
    yield made
    made.http.close()


def buy(sandbox: Sandbox, app: MerchantApp, phone: PhoneDriver) -> Paid:
    paid = pay(sandbox, app, phone)
    assert paid.accept().json()["status"] == "SUCCESS"
    return paid


def test_a_payment_reaches_the_server_once_and_signed(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, hook: Hook, receiver: Receiver
) -> None:
    assert hook.save(receiver.url).status_code == 200
    paid = buy(sandbox, merchant_app, phone)
    (event,) = hook.events()
    (received,) = receiver.received
    assert (event["type"], event["state"], event["attempts"]) == ("payment.executed", "delivered", 1)
    assert received.is_signed_with(hook.secret())
    assert not received.is_signed_with(make_secret("another"))
    assert (received.path, received.headers["content-type"]) == ("/hooks", "application/json")
    told = received.event["data"]
    assert (told["id"], told["payment_id"], told["status"]) == (paid.session, paid.payment_id, "PAID")
    assert (told["amount"], told["reference"], told["app"]) == (12_500, "TX1", merchant_app.public_token)
    assert phone.number not in received.body.decode()
    sandbox.control.drain()
    assert len(receiver.received) == 1


def test_refused_and_expired_forms_are_told_too(
    sandbox: Sandbox,
    merchant_app: MerchantApp,
    phone: PhoneDriver,
    clock: ClockDriver,
    hook: Hook,
    receiver: Receiver,
) -> None:
    hook.save(receiver.url)
    pay(sandbox, merchant_app, phone)
    phone.refuse()
    from sandbox.contracts.platform import OpenSession

    sandbox.platform.open_session(OpenSession(app=merchant_app.public_token, amount=1000))
    clock.advance(seconds=1300)
    hook.events()
    assert sorted(receiver.types) == ["payment.expired", "payment.refused"]


def test_without_an_address_or_in_active_mode_nothing_is_sent(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, hook: Hook, receiver: Receiver
) -> None:
    buy(sandbox, merchant_app, phone)
    assert hook.events() == []
    hook.save(receiver.url)
    assert hook.call("DELETE").status_code == 204
    buy(sandbox, merchant_app, phone)
    assert hook.events() == []
    assert receiver.received == []


def test_a_failed_delivery_is_tried_ten_times_on_the_clock_and_then_given_up(
    clock: ClockDriver, hook: Hook, receiver: Receiver
) -> None:
    hook.save(receiver.url)
    receiver.answers.extend([500] * 20)
    clock.freeze()
    event_id = hook.call("POST", "/test").json()["id"]
    hook.events()
    assert len(receiver.received) == 1
    for number, seconds in enumerate(RETRY_SECONDS, start=1):
        clock.advance(seconds=seconds - 1)
        assert len(receiver.received) == number
        clock.advance(seconds=1)
        assert len(receiver.received) == number + 1
    told = hook.event(event_id)
    assert (told["state"], told["attempts"], len(told["tries"]), told["due_at"]) == ("failed", 10, 10, None)
    assert {attempt["status"] for attempt in told["tries"]} == {500}
    clock.advance(seconds=10 * 86_400)
    assert len(receiver.received) == 10
    assert len({received.id for received in receiver.received}) == 1
    assert len({received.body for received in receiver.received}) == 1


def test_however_far_the_clock_goes_each_try_is_made_at_its_time(
    sandbox: Sandbox, merchant_app: MerchantApp, clock: ClockDriver, hook: Hook, receiver: Receiver
) -> None:
    """A form that nobody pays expires on the way, its server answers from the fourth time on: both when they would have."""
    from sandbox.contracts.platform import OpenSession

    hook.save(receiver.url)
    receiver.answers.extend([500] * 3)
    clock.freeze()
    opened = sandbox.platform.open_session(OpenSession(app=merchant_app.public_token, amount=1000))
    expires_at = datetime.fromisoformat(opened["expires_at"])
    clock.set(expires_at + timedelta(days=3))
    (event,) = hook.events()
    told = hook.event(event["id"])
    tried = [(datetime.fromisoformat(each["at"]) - expires_at).total_seconds() for each in reversed(told["tries"])]
    assert (told["state"], tried) == ("delivered", list(accumulate((0, *RETRY_SECONDS[:3]))))
    assert clock.now == expires_at + timedelta(days=3)


def test_a_server_that_recovers_gets_the_event(clock: ClockDriver, hook: Hook, receiver: Receiver) -> None:
    hook.save(receiver.url)
    receiver.answers.extend([503, 302])
    clock.freeze()
    event_id = hook.call("POST", "/test").json()["id"]
    hook.events()
    clock.advance(seconds=5)
    clock.advance(seconds=300)
    told = hook.event(event_id)
    assert told["state"] == "delivered"
    assert [attempt["status"] for attempt in told["tries"]] == [200, 302, 503]


def test_nobody_there_is_an_attempt_with_its_reason(hook: Hook, receiver: Receiver) -> None:
    hook.save(receiver.url)
    receiver.close()
    event_id = hook.call("POST", "/test").json()["id"]
    hook.events()
    (attempt,) = hook.event(event_id)["tries"]
    assert (attempt["status"], attempt["error"]) == (None, "ADDRESS_UNREACHABLE")
    assert attempt["reason"]


def test_events_of_one_order_stay_in_order_and_do_not_hold_up_others(
    sandbox: Sandbox,
    merchant_app: MerchantApp,
    phone: PhoneDriver,
    clock: ClockDriver,
    hook: Hook,
    receiver: Receiver,
) -> None:
    hook.save(receiver.url)
    clock.freeze()
    receiver.answers.append(500)
    first = buy(sandbox, merchant_app, phone)
    hook.events()
    refund(sandbox, first)
    second = buy(sandbox, merchant_app, phone)
    hook.events()
    seen = [(received.event["type"], received.event["data"]["id"]) for received in receiver.received]
    assert seen == [("payment.executed", first.session), ("payment.executed", second.session)]
    clock.advance(seconds=5)
    hook.events()
    assert [received.event["type"] for received in receiver.received[2:]] == ["payment.executed", "payment.refunded"]
    assert receiver.received[3].event["data"]["refunded_amount"] == 12_500


def refund(sandbox: Sandbox, paid: Paid) -> None:
    """Straight at the Payments API, as the platform does it."""
    from sandbox.contracts.payments import RefundPayment

    world = sandbox._running.world
    payment = world.payments.get_payment(paid.payment_id)
    order = RefundPayment(
        refund_key="r1", amount=12_500, app_id=payment.app_id, payee_wallet_id=payment.payee_wallet_id
    )
    world.payments.refund(paid.payment_id, order)
    sandbox.control.drain()


def test_410_stops_the_endpoint_until_its_address_is_saved_again(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, hook: Hook, receiver: Receiver
) -> None:
    hook.save(receiver.url)
    receiver.answers.append(410)
    event_id = hook.call("POST", "/test").json()["id"]
    hook.events()
    assert hook.event(event_id)["state"] == "stopped"
    assert hook.call("GET").json()["stopped_at"]
    buy(sandbox, merchant_app, phone)
    assert [event["state"] for event in hook.events()] == ["stopped", "stopped"]
    assert len(receiver.received) == 1
    hook.save(receiver.url)
    assert hook.call("GET").json()["stopped_at"] is None
    buy(sandbox, merchant_app, phone)
    assert [event["state"] for event in hook.events()] == ["delivered", "stopped", "stopped"]


def test_sending_again_by_hand_repeats_id_and_content(clock: ClockDriver, hook: Hook, receiver: Receiver) -> None:
    hook.save(receiver.url)
    event_id = hook.call("POST", "/test").json()["id"]
    hook.events()
    clock.advance(seconds=100)
    assert hook.call("POST", f"/events/{event_id}/resend").status_code == 200
    hook.events()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert [attempt["by_hand"] for attempt in hook.event(event_id)["tries"]] == [True, False]


def test_both_secrets_sign_for_a_day_after_a_rotation(clock: ClockDriver, hook: Hook, receiver: Receiver) -> None:
    hook.save(receiver.url)
    old = hook.secret()
    new = hook.call("POST", "/secret/rotate").json()["secret"]
    assert new == hook.secret() != old
    hook.call("POST", "/test")
    hook.events()
    assert receiver.received[0].is_signed_with(old)
    assert receiver.received[0].is_signed_with(new)
    clock.advance(seconds=24 * 3600)
    hook.call("POST", "/test")
    hook.events()
    assert not receiver.received[1].is_signed_with(old)
    assert receiver.received[1].is_signed_with(new)
    assert hook.call("GET").json()["previous_secret_until"] is None


def test_a_form_that_is_sent_twice_replaces_the_secret_once(
    merchant_app: MerchantApp, visitor: Visitor, hook: Hook, receiver: Receiver
) -> None:
    """A second new secret would leave the server with one that signs nothing any more."""
    hook.save(receiver.url)
    old = hook.secret()
    visitor.log_in(merchant_app.email, merchant_app.password)
    page = f"/apps/{hook.app_id}/webhook"
    seen = re.findall(r'name="seen" value="([^"]*)"', visitor.open(page).text)[0]
    for _ in range(2):
        assert visitor.submit(f"{page}/secret/rotate", seen=seen).status_code == 200
    hook.call("POST", "/test")
    hook.events()
    assert receiver.received[0].is_signed_with(old)
    again = re.findall(r'name="seen" value="([^"]*)"', visitor.open(page).text)[0]
    before = hook.secret()
    visitor.submit(f"{page}/secret/rotate", seen=again)
    assert hook.secret() != before


def test_a_slow_server_holds_up_no_payment(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, hook: Hook, receiver: Receiver
) -> None:
    hook.save(receiver.url)
    receiver.hold.clear()
    buy(sandbox, merchant_app, phone)
    while not receiver.received:
        assert sandbox.platform.get_public_app(merchant_app.public_token).enabled
    buy(sandbox, merchant_app, phone)
    receiver.hold.set()
    assert [event["state"] for event in hook.events()] == ["delivered", "delivered"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        *(
            (bad, "INVALID_INPUT")
            for bad in ("", "   ", "ftp://127.0.0.1/", "javascript:alert(1)", "/hooks", "http://")
        ),
        *((bad, "INVALID_INPUT") for bad in ("http://user:pass@127.0.0.1/", "http://127.0.0.1:99999/", "h" * 501)),
        *(
            (bad, "ADDRESS_NOT_ALLOWED")
            for bad in ("http://169.254.169.254/latest", "https://8.8.8.8/", "http://0.0.0.0/")
        ),
    ],
)
def test_an_address_that_may_not_be_called_is_not_saved(hook: Hook, url: str, code: str) -> None:
    answer = hook.save(url)
    assert (answer.status_code >= 400, answer.json()["error"]["code"], answer.json()["error"]["field"]) == (
        True,
        code,
        "url",
    )
    assert hook.call("GET").json()["error"]["code"] == "WEBHOOK_NOT_SET"
    assert hook.call("POST", "/test").json()["error"]["code"] == "WEBHOOK_NOT_SET"


def test_the_page_sets_it_up_and_shows_each_try(
    merchant_app: MerchantApp, visitor: Visitor, hook: Hook, receiver: Receiver
) -> None:
    visitor.log_in(merchant_app.email, merchant_app.password)
    page = f"/apps/{hook.app_id}/webhook"
    refused = visitor.submit(page, url="http://169.254.1.1/<b>")
    assert refused.status_code == 422
    assert "http://169.254.1.1/&lt;b&gt;" in refused.text
    assert visitor.submit(page, url=receiver.url).status_code == 302
    assert PREFIX not in visitor.open(page).text
    revealed = visitor.submit(f"{page}/secret")
    assert hook.secret() in revealed.text
    assert revealed.headers["Cache-Control"] == "no-store"
    sent = visitor.submit(f"{page}/test")
    hook.events()
    shown = visitor.open(sent.headers["Location"]).text
    assert "webhook.test" in shown
    assert "x-merchant: shop" in shown
    assert visitor.submit(f"{sent.headers['Location']}/resend").status_code == 302
    assert visitor.submit(f"{page}/off").status_code == 302
    assert "payment" in visitor.open(page).text
    expired = visitor.http.post(page, data={"url": "http://127.0.0.1/kept", "csrf_token": "old"})
    assert expired.status_code == 400
    assert "http://127.0.0.1/kept" in expired.text


def test_the_specifications_own_library_takes_what_arrives_and_nothing_else(hook: Hook, receiver: Receiver) -> None:
    hook.save(receiver.url)
    hook.call("POST", "/test")
    hook.events()
    (received,) = receiver.received
    assert Webhook(hook.secret()).verify(received.body, received.headers)["type"] == "webhook.test"
    for forged in (received.headers | {"webhook-id": "evt_another"}, received.headers | {"webhook-timestamp": "1"}):
        with pytest.raises(WebhookVerificationError):
            Webhook(hook.secret()).verify(received.body, forged)
    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secret()).verify(received.body + b" ", received.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(make_secret("another")).verify(received.body, received.headers)
