"""Money goes back once: whatever is repeated, raced, lost on the way or refused."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from sandbox.contracts.errors import (
    AlreadyRefunded,
    InsufficientFunds,
    NotRefundable,
    OrderNotFound,
    RefundChanged,
    RefundTooLarge,
)
from sandbox.kit.errors import IdempotencyMismatch, SandboxError
from sandbox.platform.orders.models import orders
from tests.platform.refunds.conftest import AMOUNT, Shop
from tests.racing import race

RACERS = 6


def test_all_of_an_order_goes_back_when_no_amount_is_named(shop: Shop) -> None:
    shop.sell()
    done = shop.refund(reason="Broken")
    assert (done.amount, done.state, done.reason, done.error) == (AMOUNT, "succeeded", "Broken", None)
    assert shop.order() == ("REFUNDED", AMOUNT)
    assert shop.given_back() == AMOUNT
    assert shop.audited() == ["order.refunded"]


def test_parts_go_back_until_nothing_is_left(shop: Shop) -> None:
    shop.sell()
    shop.refund(5_000, key="a")
    assert shop.order() == ("PARTLY_REFUNDED", 5_000)
    with pytest.raises(RefundTooLarge) as refused:
        shop.refund(7_501, key="b")
    assert (refused.value.field, refused.value.details["refundable"]) == ("amount", 7_500)
    shop.refund(key="c")
    assert shop.order() == ("REFUNDED", AMOUNT)
    with pytest.raises(AlreadyRefunded):
        shop.refund(1, key="d")
    assert shop.given_back() == AMOUNT


def test_the_same_key_gets_the_first_outcome_and_another_body_is_refused(shop: Shop) -> None:
    shop.sell()
    first = shop.refund(5_000)
    assert shop.refund(5_000).id == first.id
    for amount, reason in ((5_001, None), (None, None), (5_000, "why")):
        with pytest.raises(IdempotencyMismatch):
            shop.refund(amount, reason=reason)
    assert (shop.given_back(), shop.line.calls) == (5_000, 1)


@pytest.mark.parametrize(
    "status", ["OPENED", "SCANNED", "PREPARED", "VERIFIED", "ATTEMPT_FAILED", "REFUSED", "EXPIRED"]
)
def test_what_was_not_paid_is_not_given_back(shop: Shop, status: str) -> None:
    shop.add_order("order-1", status=status)
    with pytest.raises(NotRefundable):
        shop.refund()
    assert shop.states() == []


def test_what_went_back_elsewhere_is_not_given_back_again(shop: Shop) -> None:
    """A refund that the platform was only told of has no row of its own."""
    shop.sell("order-2")
    told = update(orders).where(orders.c.id == "order-2").values(status="PARTLY_REFUNDED", refunded_amount=5_000)
    with shop.database.write() as connection:
        connection.execute(told)
    assert shop.refund(order_id="order-2").amount == AMOUNT - 5_000


def test_somebody_elses_order_is_unknown(shop: Shop) -> None:
    shop.sell()
    for developer, order_id in (("developer-2", "order-1"), ("developer-1", "order-9")):
        with pytest.raises(OrderNotFound):
            shop.refund(developer=developer, order_id=order_id)
    assert shop.given_back() == 0


def test_who_decided_on_other_figures_is_told_so(shop: Shop) -> None:
    shop.sell()
    shop.refund(5_000, key="a", committed=0)
    with pytest.raises(RefundChanged) as refused:
        shop.refund(5_000, key="b", committed=0)
    assert refused.value.details == {"refunded_amount": 5_000, "refundable": 7_500}
    shop.refund(5_000, key="b", committed=5_000)
    assert shop.given_back() == 10_000


def test_of_two_clicks_at_once_one_refunds_and_both_are_told_of_it(shop: Shop) -> None:
    shop.sell()
    done = race([lambda: shop.refund(5_000, committed=0)] * RACERS)
    assert {refund.id for refund in done} == {done[0].id}
    assert shop.states() == [(5_000, "succeeded")]
    assert shop.given_back() == 5_000
    assert shop.audited() == ["order.refunded"]


def test_of_several_people_who_saw_the_same_page_one_refunds(shop: Shop) -> None:
    shop.sell()
    done = race([lambda key=key: shop.refund(2_000, key=str(key), committed=0) for key in range(RACERS)])
    assert sum(isinstance(each, RefundChanged) for each in done) == RACERS - 1
    assert shop.given_back() == 2_000


def test_programs_that_race_never_give_back_more_than_was_paid(shop: Shop) -> None:
    shop.sell()
    done = race([lambda key=key: shop.refund(5_000, key=str(key)) for key in range(RACERS)])
    assert sum(not isinstance(each, SandboxError) for each in done) == 2
    assert all(isinstance(each, RefundTooLarge) for each in done if isinstance(each, SandboxError))
    assert (shop.given_back(), shop.order()) == (10_000, ("PARTLY_REFUNDED", 10_000))


def test_a_lost_answer_is_asked_for_again_and_nothing_moves_twice(shop: Shop) -> None:
    shop.sell()
    shop.line.cut_after = True
    assert shop.refund(5_000).state == "pending"
    assert shop.order() == ("PAID", 0)
    assert shop.service.finish_pending() == 0
    shop.line.cut_after = False
    assert shop.service.finish_pending() == 1
    assert shop.service.finish_pending() == 0
    assert shop.states() == [(5_000, "succeeded")]
    assert (shop.given_back(), shop.order()) == (5_000, ("PARTLY_REFUNDED", 5_000))
    assert shop.refund(5_000).state == "succeeded"


def test_while_the_payments_api_is_away_a_refund_waits_and_counts(shop: Shop) -> None:
    shop.sell()
    shop.line.cut_before = True
    assert shop.refund(10_000, key="a").state == "pending"
    with pytest.raises(RefundTooLarge) as refused:
        shop.refund(5_000, key="b")
    assert refused.value.details["refundable"] == 2_500
    with pytest.raises(RefundChanged):
        shop.refund(1_000, key="c", committed=0)
    shop.line.cut_before = False
    assert shop.refund(10_000, key="a").state == "succeeded"
    assert shop.given_back() == 10_000


def test_a_job_and_a_second_click_finish_the_same_refund_together(shop: Shop) -> None:
    shop.sell()
    shop.line.cut_after = True
    shop.refund(5_000)
    shop.line.cut_after = False
    race([shop.service.finish_pending, lambda: shop.refund(5_000), shop.service.finish_pending])
    assert (shop.given_back(), shop.order()) == (5_000, ("PARTLY_REFUNDED", 5_000))
    assert shop.audited() == ["order.refunded"]


def test_a_merchant_without_money_changes_nothing_and_may_try_again(shop: Shop) -> None:
    shop.sell()
    elsewhere = shop.services.open_shop()
    spent = shop.services.prepare(shop.wallet, elsewhere, amount=10_000, session="spent")
    for key in ("a", "a"):
        with pytest.raises(InsufficientFunds) as refused:
            shop.refund(5_000, key=key)
        assert refused.value.field == "amount"
        assert "merchant" in refused.value.message
    assert (shop.order(), shop.states()) == (("PAID", 0), [(5_000, "failed")])
    assert shop.audited() == ["order.refund_failed"]
    shop.services.payments.cancel(spent.id)
    assert shop.refund(5_000, key="b", committed=0).state == "succeeded"
    assert shop.given_back() == 5_000


def test_an_order_paid_by_a_test_code_is_refunded_on_the_platform_only(shop: Shop) -> None:
    shop.sell()
    shop.add_order("order-2", is_test=True, payment_id="P", payer_name="TEST CODE")
    done = race([lambda key=key: shop.refund(5_000, key=str(key), order_id="order-2") for key in range(RACERS)])
    assert sum(not isinstance(each, SandboxError) for each in done) == 2
    assert shop.order("order-2") == ("PARTLY_REFUNDED", 10_000)
    shop.refund(key="rest", order_id="order-2")
    assert shop.order("order-2") == ("REFUNDED", AMOUNT)
    assert (shop.given_back(), shop.line.calls) == (0, 0)


def test_the_event_of_a_refund_that_is_known_already_changes_nothing(shop: Shop) -> None:
    payment = shop.sell()
    shop.refund(5_000)
    shop.services.worker.drain()
    told = [event for event in shop.services.platform.received if event.type == "payment.refunded"]
    assert [event.payment.id for event in told] == [payment.id]
    shop.orders.receive(told)
    assert shop.order() == ("PARTLY_REFUNDED", 5_000)
