"""The shop's second way: the shopper pays on Flouci's own page, and the shop asks what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.contracts.qr_payload import HostedCode, to_text
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from shop.app import create_app
from tests.visitor import Visitor

PAID = {"result": {"status": "SUCCESS", "amount": 64_100, "developer_tracking_id": None}}


@pytest.fixture
def shopper(shop_url: str) -> Iterator[Visitor]:
    with Visitor(shop_url) as visitor:
        yield visitor


def buy(shopper: Visitor, base_url: str) -> str:
    """The id of the payment whose page a shopper is led to."""
    answer = shopper.http.post("/buy", data={"item": "olive-oil", "lang": "en"})
    assert answer.status_code == 303
    base, _, payment_id = answer.headers["Location"].rpartition("/")
    assert base == f"{base_url}/pay"
    return payment_id


def come_back(shopper: Visitor, sandbox: Sandbox, payment_id: str) -> str:
    with Visitor(sandbox.base_url) as browser:
        back = browser.open(f"/pay/{payment_id}").headers["Location"]
    return shopper.http.get(back, follow_redirects=True).text


def test_who_pays_on_the_page_has_bought(
    shopper: Visitor, sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    payment_id = buy(shopper, sandbox.base_url)
    phone.scan_text(to_text(HostedCode(payment_id)))
    phone.pay()
    assert 'data-part="payment-succeeded"' in come_back(shopper, sandbox, payment_id)
    assert merchant_app.balance == 12_500


def test_who_gives_up_has_not(shopper: Visitor, sandbox: Sandbox, phone: PhoneDriver) -> None:
    payment_id = buy(shopper, sandbox.base_url)
    phone.scan_text(to_text(HostedCode(payment_id)))
    phone.refuse()
    assert 'data-part="payment-failed"' in come_back(shopper, sandbox, payment_id)


def test_coming_back_proves_nothing(shopper: Visitor, sandbox: Sandbox) -> None:
    shown = shopper.http.get("/payment/back/en/TX0123456789?payment_id=x", follow_redirects=True)
    assert (shown.status_code, 'data-part="payment-failed"' in shown.text) == (404, True)
    assert shopper.http.post("/buy", data={"item": "nothing"}).status_code == 400
    del sandbox


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (PAID, "PAYMENT_FAILED"),
        ({"result": {"status": "PENDING"}}, "NOT_PAID_YET"),
        ({"result": {"status": "EXPIRED"}}, "PAYMENT_EXPIRED"),
        ({"result": {"status": 404}}, "PAYMENT_FAILED"),
        ({}, "NO_ANSWER"),
        (ConnectionError("away"), "NO_ANSWER"),
    ],
)
def test_only_a_success_for_this_order_and_amount_counts(answer: Any, reason: str) -> None:
    def get(_url: str, headers: dict[str, str]) -> Any:
        assert headers["Authorization"] == "Bearer public:private"
        if isinstance(answer, Exception):
            raise answer
        return answer

    def post(_url: str, body: dict[str, Any], _headers: dict[str, str]) -> Any:
        links.append(body["success_link"])
        return {"result": {"link": "http://sandbox.test/pay/p1", "payment_id": "p1"}}

    links: list[str] = []
    shop = create_app(
        sandbox_url="http://sandbox.test", public_token="public", private_token="private", post=post, get=get
    ).test_client()
    assert shop.post("/buy", data={"item": "bowl", "lang": "fr"}).location == "http://sandbox.test/pay/p1"
    number = re.findall(r"/payment/back/fr/(TX\w+)$", links[0])[0]
    shown = shop.get(f"/payment/back/fr/{number}?payment_id=p1", follow_redirects=True)
    assert f'data-reason="{reason}"' in shown.text


def test_a_link_elsewhere_is_not_followed() -> None:
    evil = {"result": {"link": "https://evil.example/pay/p1", "payment_id": "p1"}}
    shop = create_app(
        sandbox_url="http://sandbox.test", public_token="a", private_token="b", post=lambda *_: evil, get=lambda *_: {}
    ).test_client()
    assert "/payment/failed" in shop.post("/buy", data={"item": "bowl"}).location
