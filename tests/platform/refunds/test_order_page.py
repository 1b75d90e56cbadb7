"""The page of one order and giving its money back, as people and programs do it."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import pytest

from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from tests.platform.paying import AMOUNT, Paid, pay
from tests.visitor import Visitor


@pytest.fixture
def paid(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> Paid:
    made = pay(sandbox, merchant_app, phone)
    made.accept()
    sandbox.control.drain()
    return made


@pytest.fixture
def owner(visitor: Visitor, merchant_app: MerchantApp) -> Visitor:
    visitor.log_in(merchant_app.email, merchant_app.password)
    return visitor


def form_of(owner: Visitor, paid: Paid) -> dict[str, str]:
    """The fields of the page's form, as they stand in it."""
    page = owner.open(f"/orders/{paid.session}").text
    return {
        name: html.unescape(re.findall(rf'name="{name}"[^>]* value="([^"]*)"', page)[0])
        for name in ("key", "committed", "amount")
    }


def send(owner: Visitor, paid: Paid, **fields: Any) -> httpx.Response:
    return owner.submit(f"/orders/{paid.session}/refunds", **fields)


def ask(sandbox: Sandbox, token: str, paid: Paid, key: str | None = "k", **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} | ({} if key is None else {"Idempotency-Key": key})
    path = f"{sandbox.base_url}/api/orders/{paid.session}/refunds"
    return httpx.post(path, json=body, headers=headers, trust_env=False, timeout=30)


def story(sandbox: Sandbox, token: str, paid: Paid) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    answer: dict[str, Any] = httpx.get(
        f"{sandbox.base_url}/api/orders/{paid.session}", headers=headers, trust_env=False
    ).json()
    return answer


def test_an_order_tells_its_whole_story(sandbox: Sandbox, token: str, paid: Paid, owner: Visitor) -> None:
    ask(sandbox, token, paid, amount=2_000, reason="Broken")
    told = story(sandbox, token, paid)
    assert [event["kind"] for event in told["events"]] == [
        "opened",
        "scanned",
        "payment.prepared",
        "payment.executed",
        "payment.refunded",
    ]
    assert (told["status"], told["refunded_amount"], told["refundable"]) == ("PARTLY_REFUNDED", 2_000, AMOUNT - 2_000)
    (refund,) = told["refunds"]
    assert (refund["amount"], refund["reason"], refund["state"]) == (2_000, "Broken", "succeeded")
    page = owner.open(f"/orders/{paid.session}").text
    for text in ("A phone read the QR code", "Broken", paid.payment_id, f"/_sandbox/stories/{paid.session}", "2.000"):
        assert text in page


def test_the_form_offers_all_that_is_left_and_a_click_gives_it_back(
    paid: Paid, owner: Visitor, phone: PhoneDriver, sandbox: Sandbox, token: str
) -> None:
    before, form = phone.balance, form_of(owner, paid)
    assert form["amount"] == "12.500"
    answer = send(owner, paid, **form, reason="Broken")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/orders/{paid.session}")
    assert "The money went back to the payer." in owner.open(f"/orders/{paid.session}").text
    assert phone.balance == before + AMOUNT
    assert story(sandbox, token, paid)["status"] == "REFUNDED"


def test_a_second_click_and_the_back_button_refund_nothing_more(paid: Paid, owner: Visitor, phone: PhoneDriver) -> None:
    before, form = phone.balance, form_of(owner, paid) | {"amount": "5"}
    for _ in range(3):
        assert send(owner, paid, **form).status_code == 302
    assert phone.balance == before + 5_000
    again = send(owner, paid, **form | {"amount": "6"})
    assert (again.status_code, "Somebody refunded this order meanwhile." in again.text) == (409, True)
    assert phone.balance == before + 5_000


def test_of_two_tabs_the_second_is_shown_how_it_is_now(paid: Paid, owner: Visitor, phone: PhoneDriver) -> None:
    before, one, other = phone.balance, form_of(owner, paid), form_of(owner, paid)
    send(owner, paid, **one | {"amount": "5"})
    late = send(owner, paid, **other | {"amount": "5"})
    assert late.status_code == 409
    assert "Somebody refunded this order meanwhile." in late.text
    assert 'name="committed" value="5000"' in late.text
    assert phone.balance == before + 5_000


@pytest.mark.parametrize("amount", ["", "0", "abc", "-1", "1.2345", "10001"])
def test_an_amount_that_is_none_is_named_and_what_was_typed_stays(paid: Paid, owner: Visitor, amount: str) -> None:
    answer = send(owner, paid, **form_of(owner, paid) | {"amount": amount}, reason="Broken & <b>late</b>")
    assert answer.status_code == 400
    assert "Enter an amount in dinars" in answer.text
    assert "Broken &amp; &lt;b&gt;late" in answer.text


def test_more_than_is_left_is_refused_and_an_expired_form_loses_nothing(paid: Paid, owner: Visitor) -> None:
    form = form_of(owner, paid)
    too_much = send(owner, paid, **form | {"amount": "12.501"}, reason="kept")
    assert (too_much.status_code, "more than what is left" in too_much.text) == (422, True)
    expired = send(owner, paid, **form | {"amount": "3.250"}, reason="kept", csrf_token="old")
    assert (expired.status_code, "This form has expired" in expired.text) == (400, True)
    for page in (too_much.text, expired.text):
        assert 'value="kept"' in page
    assert 'value="3.250"' in expired.text


def test_a_reason_has_its_limit(paid: Paid, owner: Visitor, sandbox: Sandbox, token: str) -> None:
    answer = send(owner, paid, **form_of(owner, paid), reason="x" * 201)
    assert (answer.status_code, "at most 200" in answer.text) == (400, True)
    assert ask(sandbox, token, paid, reason="x" * 201).json()["error"]["field"] == "reason"
    assert ask(sandbox, token, paid, reason="é" * 200).status_code == 201


def test_a_program_must_send_a_key_and_gets_the_same_answer_for_it(sandbox: Sandbox, token: str, paid: Paid) -> None:
    refused = ask(sandbox, token, paid, key=None).json()["error"]
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "Idempotency-Key")
    first = ask(sandbox, token, paid, amount=1_000)
    assert first.status_code == 201
    assert ask(sandbox, token, paid, amount=1_000).json() == first.json()
    other = ask(sandbox, token, paid, amount=2_000)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "IDEMPOTENCY_MISMATCH")
    rest = ask(sandbox, token, paid, key="rest").json()
    assert rest["amount"] == AMOUNT - 1_000


def test_a_refund_that_waits_is_finished_when_the_clock_moves(
    sandbox: Sandbox, token: str, paid: Paid, clock: ClockDriver, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sandbox.contracts.payments import PaymentsClient
    from sandbox.kit.errors import ServiceUnavailable

    with monkeypatch.context() as away:

        def refuse(*_: object) -> None:
            raise ServiceUnavailable

        away.setattr(PaymentsClient, "refund", refuse)
        answer = ask(sandbox, token, paid, amount=1_000)
        assert (answer.status_code, answer.json()["state"]) == (201, "pending")
        assert "It goes on by itself." in owner.open(f"/orders/{paid.session}").text
    clock.advance(seconds=1)
    assert ask(sandbox, token, paid, amount=1_000).json()["state"] == "succeeded"
    assert story(sandbox, token, paid)["refunded_amount"] == 1_000


def test_an_order_that_was_not_paid_has_no_form_to_refund_it(
    sandbox: Sandbox, merchant_app: MerchantApp, owner: Visitor
) -> None:
    from sandbox.contracts.platform import OpenSession

    order_id = sandbox.platform.open_session(OpenSession(app=merchant_app.public_token, amount=1_000))["session"]
    assert 'name="committed"' not in owner.open(f"/orders/{order_id}").text


def test_an_order_tells_what_the_checkout_said_of_basket_and_customer(
    sandbox: Sandbox, merchant_app: MerchantApp, token: str, owner: Visitor
) -> None:
    sent = {
        "app": merchant_app.public_token,
        "amount": 9_000,
        "items": [{"name": "Fouta", "quantity": 2, "price": 4_500}],
        "customer": {"id": "c1", "name": "Inès", "email": "ines@example.com"},
    }
    opened = httpx.post(f"{sandbox.base_url}/api/checkout/sessions", json=sent, trust_env=False).json()
    path = f"/orders/{opened['session']}"
    told = httpx.get(
        f"{sandbox.base_url}/api{path}", headers={"Authorization": f"Bearer {token}"}, trust_env=False
    ).json()
    assert told["items"] == [{"id": None, "name": "Fouta", "quantity": 2, "price": 4_500, "total": 9_000}]
    assert told["customer"] == {"id": "c1", "name": "Inès", "email": "ines@example.com"}
    page = owner.open(path).text
    assert "Fouta" in page
    assert "Inès" in page
