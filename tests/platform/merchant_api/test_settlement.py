"""When the money of a payment is the merchant's: told by the clock, and in the way of a refund while it is paid out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.testing import Sandbox
from tests.platform.merchant_api.shop import AMOUNT, Shop, pay
from tests.platform.merchant_api.test_counters_and_partners import start_pos

A_DAY = 86_400
STAGES = ("PROCESSING", "AVAILABLE", "IN_PAYOUT", "PAID")


@pytest.fixture(scope="module")
def slow() -> Iterator[Sandbox]:
    with Sandbox.start(settlement_seconds=A_DAY) as started:
        yield started


def settlement(shop: Shop, payment_id: str) -> str:
    return str(shop.verify(payment_id)["result"]["settlement_status"])


def test_each_stage_takes_its_time_and_a_payout_is_no_moment_for_a_refund(slow: Sandbox) -> None:
    shop, phone = Shop(slow, slow.new_merchant()), slow.new_phone()
    slow.clock.freeze()
    payment_id, unpaid = shop.generate(), shop.generate(session_timeout_secs=60)
    assert settlement(shop, payment_id) == "NOT_APPLICABLE"
    pay(phone, payment_id)
    before = phone.balance
    for stage in STAGES:
        assert settlement(shop, payment_id) == stage
        slow.clock.advance(seconds=A_DAY - 1)
        assert settlement(shop, payment_id) == stage
        if stage == "IN_PAYOUT":
            answer = shop.post("refund_payment", {"payment_id": payment_id})
            assert (answer.status_code, answer.json()["code"]) == (200, "REFUND_NOT_ALLOWED")
            assert "IN_PAYOUT" in answer.headers["Sandbox-Hint"]
            assert phone.balance == before
        slow.clock.advance(seconds=1)
    assert settlement(shop, unpaid) == "NOT_APPLICABLE"
    assert shop.post("refund_payment", {"payment_id": payment_id}).json()["status"] == "success"
    assert phone.balance == before + AMOUNT


def test_v1_and_terminals_tell_the_same(slow: Sandbox) -> None:
    shop, phone = Shop(slow, slow.new_merchant()), slow.new_phone()
    payment_id = shop.generate()
    pay(phone, payment_id)
    headers = {"apppublic": shop.app.public_token, "appsecret": shop.app.private_token}
    told = shop.http.get(f"/api/verify_payment/{payment_id}", headers=headers).json()
    assert told["result"]["settlement_status"] == "PROCESSING"
    pay(phone, start_pos(shop).headers["Sandbox-Hint"].partition("/pay/")[2][:22])
    query = {"developer_tracking_id": "POS1"}
    path = "/api/transactions/get_pos_transaction_status"
    (row,) = shop.http.get(path, params=query, headers=shop.bearer).json()["transactions"]
    assert (row["payment_status"], row["settlement_status"]) == ("PS", "PROCESSING")


def test_without_the_setting_all_is_available_at_once(shop: Shop) -> None:
    payment_id = shop.generate()
    pay(shop.sandbox.new_phone(), payment_id)
    assert settlement(shop, payment_id) == "AVAILABLE"
