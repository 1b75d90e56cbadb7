"""What a merchant's server asks twice at the same moment: payments are two, money moves once."""

from __future__ import annotations

from functools import partial

from sandbox.testing.drivers import PhoneDriver
from tests.platform.merchant_api.shop import AMOUNT, Shop, pay
from tests.racing import race


def test_generates_that_race_with_one_tracking_id_are_payments_of_their_own(shop: Shop, phone: PhoneDriver) -> None:
    made = race([partial(shop.generate, developer_tracking_id="ORDER-7")] * 4)
    assert len(set(made)) == 4
    pay(phone, made[2])
    assert [shop.status(each) for each in made] == ["PENDING", "PENDING", "SUCCESS", "PENDING"]
    told = {shop.verify(each)["result"]["developer_tracking_id"] for each in made}
    assert (told, shop.app.balance) == ({"ORDER-7"}, AMOUNT)


def test_refunds_that_race_give_the_money_back_once(shop: Shop, phone: PhoneDriver) -> None:
    payment_id, before = shop.generate(), phone.balance
    pay(phone, payment_id)
    answers = race([partial(shop.post, "refund_payment", {"payment_id": payment_id})] * 4)
    assert sorted(answer.json()["status"] for answer in answers) == ["error", "error", "error", "success"]
    assert (phone.balance, shop.app.balance) == (before, 0)
    assert shop.sandbox.control.verify_ledger()["problems"] == []


def test_of_confirm_and_cancel_that_race_one_wins(shop: Shop, phone: PhoneDriver) -> None:
    payment_id, before = shop.generate(pre_authorization=True), phone.balance
    pay(phone, payment_id)
    confirm, cancel = race(
        [partial(shop.post, f"{deed}_payment", {"payment_id": payment_id}) for deed in ("confirm", "cancel")]
    )
    is_confirmed = confirm.json()["status"] == "success"
    assert (cancel.json()["status"] == "success") is not is_confirmed
    taken = AMOUNT if is_confirmed else 0
    assert (phone.balance, shop.app.balance) == (before - taken, taken)
    assert shop.status(payment_id) == ("SUCCESS" if is_confirmed else "FAILURE")
    assert shop.sandbox.control.verify_ledger()["problems"] == []
