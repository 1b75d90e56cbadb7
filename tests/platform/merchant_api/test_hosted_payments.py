"""A payment page from the merchant's call to the money, over v1 and v2."""

from __future__ import annotations

import re

import pytest

from sandbox.contracts.errors import InsufficientFunds, PaymentNotFound, SessionEnded, SessionExpired
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, PhoneDriver
from tests.platform.merchant_api.shop import AMOUNT, LINKS, Shop, pay, scan
from tests.visitor import Visitor

ID = re.compile(r"[A-Za-z0-9_-]{22}")


def test_v2_answers_as_documented(shop: Shop) -> None:
    body = shop.post("generate_payment", {"amount": AMOUNT, "developer_tracking_id": "TX1", **LINKS}).json()
    payment_id = body["result"]["payment_id"]
    assert ID.fullmatch(payment_id)
    assert body == {
        "result": {
            "success": True,
            "payment_id": payment_id,
            "link": f"{shop.sandbox.base_url}/pay/{payment_id}",
            "developer_tracking_id": "TX1",
        },
        "name": "developers",
        "code": 0,
        "version": "v2",
    }
    assert shop.verify(payment_id) == {
        "success": True,
        "result": {
            "type": "NA",
            "amount": AMOUNT,
            "status": "PENDING",
            "details": {},
            "developer_tracking_id": "TX1",
            "settlement_status": "NOT_APPLICABLE",
        },
        "status_code": 200,
        "name": "developers",
        "code": 0,
        "version": "2.0.0",
    }


def test_a_page_is_paid_by_phone_and_the_money_moves_once(shop: Shop, phone: PhoneDriver) -> None:
    payment_id, before = shop.generate(), phone.balance
    pay(phone, payment_id)
    assert shop.status(payment_id) == "SUCCESS"
    result = shop.verify(payment_id)["result"]
    assert (result["type"], result["settlement_status"]) == ("wallet", "AVAILABLE")
    assert result["details"]["phone_number"] == phone.number
    assert phone.pay().payment_id == payment_id
    assert (phone.balance, shop.app.balance) == (before - AMOUNT, AMOUNT)
    with pytest.raises(SessionEnded):
        scan(phone, payment_id)


def test_v1_takes_tokens_in_the_body_and_in_headers(shop: Shop, phone: PhoneDriver) -> None:
    sent = {**shop.tokens, "amount": str(AMOUNT), **LINKS, "accept_card": "true"}
    for path in ("/api/generate_payment", "/api/generate_payment/wordpress"):
        answer = shop.http.post(path, data=sent).json()
        assert (answer["version"], answer["code"], answer["result"]["success"]) == ("v1", 0, True)
        payment_id = answer["result"]["payment_id"]
        pay(phone, payment_id)
        headers = {"apppublic": shop.app.public_token, "appsecret": shop.app.private_token}
        told = shop.http.get(f"/api/verify_payment/{payment_id}", headers=headers).json()
        assert (told["version"], told["success"], told["result"]["status"]) == ("v1", True, "SUCCESS")
        assert told["result"]["amount"] == AMOUNT


def test_the_page_leads_back_to_the_shop(shop: Shop, phone: PhoneDriver) -> None:
    paid, refused, cancelled = (shop.generate(success_link="https://shop.example/?id=7") for _ in range(3))
    pay(phone, paid)
    scan(phone, refused)
    phone.refuse()
    with Visitor(shop.sandbox.base_url) as shopper:
        shown = shopper.open(f"/pay/{cancelled}")
        assert shown.headers["X-Frame-Options"] == "deny"
        assert "12.500" in shown.text
        assert shopper.submit(f"/pay/{cancelled}/cancel").headers["Location"] == f"/pay/{cancelled}/result"
        for payment_id, back in (
            (paid, f"https://shop.example/?id=7?payment_id={paid}"),
            (refused, f"{LINKS['fail_link']}?payment_id={refused}"),
            (cancelled, f"{LINKS['fail_link']}?payment_id={cancelled}"),
        ):
            assert shopper.http.get(f"/pay/{payment_id}").headers["Location"] == back
    assert [shop.status(each) for each in (paid, refused, cancelled)] == ["SUCCESS", "FAILURE", "FAILURE"]
    with pytest.raises(SessionEnded):
        scan(phone, cancelled)


def test_a_page_expires_on_the_clock(shop: Shop, phone: PhoneDriver, clock: ClockDriver) -> None:
    short, usual = shop.generate(session_timeout_secs="60"), shop.generate()
    scan(phone, short)
    clock.advance(seconds=61)
    assert (shop.status(short), shop.status(usual)) == ("EXPIRED", "PENDING")
    with pytest.raises(SessionExpired):
        phone.pay()
    clock.advance(seconds=1140)
    assert shop.status(usual) == "EXPIRED"


def test_whoever_has_too_little_money_may_try_again(sandbox: Sandbox, shop: Shop) -> None:
    phone = sandbox.new_phone(balance=AMOUNT - 1)
    payment_id = shop.generate()
    scan(phone, payment_id)
    with pytest.raises(InsufficientFunds):
        phone.pay()
    assert shop.status(payment_id) == "PENDING"


def test_another_apps_payment_and_an_unknown_one_are_not_found(shop: Shop, phone: PhoneDriver) -> None:
    payment_id, other = shop.generate(), Shop(shop.sandbox, shop.sandbox.new_merchant())
    for answer in (other.get(f"verify_payment/{payment_id}"), shop.get("verify_payment/nothing")):
        assert (answer.status_code, answer.json()["success"], answer.json()["code"]) == (404, False, 1)
        assert answer.json()["result"] == {"status": 404, "message": "Payment not found"}
    with pytest.raises(PaymentNotFound):
        scan(phone, "nothing")


def test_shares_go_where_they_belong(shop: Shop, phone: PhoneDriver) -> None:
    partner, friend = shop.sandbox.new_merchant(), shop.sandbox.new_phone(balance=0)
    shares = [
        {"amount": 2_000, "destination": partner.public_token},
        {"amount": "500", "destination": friend.number},
    ]
    pay(phone, shop.generate(destination=shares))
    assert (shop.app.balance, partner.balance, friend.balance) == (AMOUNT - 2_500, 2_000, 500)
