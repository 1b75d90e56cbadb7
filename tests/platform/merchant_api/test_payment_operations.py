"""Refunds, and pre-authorizations that are confirmed, in part or whole, cancelled, or left alone until they expire."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.contracts.errors import ScanEnded
from sandbox.testing.drivers import ClockDriver, PhoneDriver
from tests.platform.merchant_api.shop import AMOUNT, Shop, pay

HELD_DAYS = 7


def done(shop: Shop, operation: str, **fields: Any) -> dict[str, Any]:
    answer = shop.post(f"{operation}_payment", fields)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["code"]) == ("success", 0), answer.text
    found: dict[str, Any] = answer.json()["result"]
    return found


def refused(shop: Shop, operation: str, status: int = 200, **fields: Any) -> str:
    """The hint of a refusal in the documented shape."""
    answer = shop.post(f"{operation}_payment", fields)
    word = {"refund": "refunded", "confirm": "confirmed", "cancel": "cancelled"}[operation]
    code = f"{operation.upper()}_NOT_ALLOWED"
    assert answer.status_code == status, answer.text
    assert answer.json() == {"status": "error", "message": f"Payment cannot be {word}", "code": code}
    return str(answer.headers["Sandbox-Hint"])


def test_a_refund_gives_the_money_back_once(shop: Shop, phone: PhoneDriver) -> None:
    payment_id, before = shop.generate(), phone.balance
    assert "OPENED" in refused(shop, "confirm", payment_id=payment_id)
    refused(shop, "refund", payment_id=payment_id)
    pay(phone, payment_id)
    result = done(shop, "refund", payment_id=payment_id)
    assert (result["payment_id"], result["amount"], result["status"]) == (payment_id, str(AMOUNT), "success")
    assert result["refund_id"].startswith("ref_")
    assert result["refunded_at"].endswith("Z")
    assert (phone.balance, shop.app.balance) == (before, 0)
    refused(shop, "refund", payment_id=payment_id)
    assert phone.balance == before
    assert shop.status(payment_id) == "SUCCESS"
    shop.choose(refund_refusal_status=400)
    refused(shop, "refund", 400, payment_id=payment_id)


def test_a_refund_takes_a_share_back_from_who_got_it_unless_it_is_spent(shop: Shop, phone: PhoneDriver) -> None:
    partner, friend, before = shop.sandbox.new_merchant(), shop.sandbox.new_phone(balance=0), phone.balance
    shares = [{"amount": 7_500, "destination": partner.public_token}, {"amount": 3_000, "destination": friend.number}]
    payment_id = shop.generate(destination=shares)
    pay(phone, payment_id)
    friend.send(phone, 1)
    assert "not enough money" in refused(shop, "refund", payment_id=payment_id)
    assert (partner.balance, friend.balance, shop.app.balance) == (7_500, 2_999, AMOUNT - 10_500)
    phone.send(friend, 1)
    done(shop, "refund", payment_id=payment_id)
    assert (phone.balance, partner.balance, friend.balance, shop.app.balance) == (before, 0, 0, 0)


def test_a_pre_authorization_holds_the_money_until_it_is_confirmed(shop: Shop, phone: PhoneDriver) -> None:
    payment_id, before = shop.generate(pre_authorization=True), phone.balance
    pay(phone, payment_id)
    assert (phone.balance, shop.app.balance) == (before - AMOUNT, 0)
    assert shop.status(payment_id) == "PREAUTH_SUCCESS"
    assert shop.http.get(f"/pay/{payment_id}").headers["Location"].startswith("https://shop.example/paid")
    with pytest.raises(ScanEnded):
        phone.refuse()
    assert "12500 millimes are held" in refused(shop, "confirm", payment_id=payment_id, amount=AMOUNT + 1)
    result = done(shop, "confirm", payment_id=payment_id)
    assert (result["status"], result["amount"]) == ("confirmed", str(AMOUNT))
    assert (phone.balance, shop.app.balance) == (before - AMOUNT, AMOUNT)
    assert shop.status(payment_id) == "SUCCESS"
    for operation in ("confirm", "cancel"):
        refused(shop, operation, payment_id=payment_id)
    assert shop.app.balance == AMOUNT


def test_a_part_may_be_confirmed_and_the_rest_goes_back(shop: Shop, phone: PhoneDriver) -> None:
    payment_id, before = shop.generate(pre_auth="1"), phone.balance
    pay(phone, payment_id)
    assert done(shop, "confirm", payment_id=payment_id, amount="8500")["amount"] == "8500"
    assert (phone.balance, shop.app.balance) == (before - 8_500, 8_500)
    assert shop.verify(payment_id)["result"]["amount"] == 8_500
    assert done(shop, "refund", payment_id=payment_id)["amount"] == "8500"
    assert (phone.balance, shop.app.balance) == (before, 0)
    assert shop.sandbox.control.verify_ledger()["problems"] == []


def test_a_pre_authorization_may_be_cancelled(shop: Shop, phone: PhoneDriver) -> None:
    payment_id, before = shop.generate(pre_authorization=True), phone.balance
    pay(phone, payment_id)
    assert done(shop, "cancel", payment_id=payment_id)["status"] == "cancelled"
    assert (phone.balance, shop.app.balance, shop.status(payment_id)) == (before, 0, "FAILURE")
    refused(shop, "confirm", payment_id=payment_id)
    refused(shop, "cancel", payment_id=payment_id)


def test_one_that_nobody_confirms_expires(shop: Shop, phone: PhoneDriver, clock: ClockDriver) -> None:
    payment_id, before = shop.generate(pre_authorization=True), phone.balance
    pay(phone, payment_id)
    clock.advance(seconds=HELD_DAYS * 86_400 - 60)
    assert shop.status(payment_id) == "PREAUTH_SUCCESS"
    clock.advance(seconds=120)
    assert (phone.balance, shop.status(payment_id)) == (before, "EXPIRED")
    refused(shop, "confirm", payment_id=payment_id)


def test_an_open_page_may_be_cancelled_by_the_merchant(shop: Shop, phone: PhoneDriver) -> None:
    payment_id = shop.generate()
    done(shop, "cancel", payment_id=payment_id)
    assert shop.status(payment_id) == "FAILURE"


@pytest.mark.parametrize("operation", ["refund", "confirm", "cancel"])
def test_ids_that_are_missing_unknown_or_anothers(shop: Shop, phone: PhoneDriver, operation: str) -> None:
    other = Shop(shop.sandbox, shop.sandbox.new_merchant())
    payment_id = shop.generate()
    pay(phone, payment_id)
    for asking, fields in ((other, {"payment_id": payment_id}), (shop, {"payment_id": "nothing"})):
        answer = asking.post(f"{operation}_payment", fields)
        assert (answer.status_code, answer.json()["code"]) == (404, "PAYMENT_NOT_FOUND")
        assert answer.json()["result"] == {"status": 404, "message": "Payment not found"}
    for wrong in ({}, {"payment_id": None}, {"payment_id": 5}, {"payment_id": []}, {"payment_id": "a\x00"}):
        answer = shop.post(f"{operation}_payment", wrong)
        assert (answer.status_code, answer.json()["status"]) == (400, "error"), wrong
        assert "payment_id" in answer.headers["Sandbox-Hint"]
    for amount in (-1, 0, "12.5", 10**15, True, "x"):
        if operation == "confirm":
            answer = shop.post("confirm_payment", {"payment_id": payment_id, "amount": amount})
            assert answer.status_code == 400, amount
    assert (shop.app.balance, shop.status(payment_id)) == (AMOUNT, "SUCCESS")
