"""The rows per day: written once after midnight, the same each time, in step with the ledger, whatever comes late."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pytest

from sandbox.contracts.payments import Payment
from sandbox.platform.metrics.days import Range
from sandbox.platform.metrics.store import marks, rows
from tests.databases import UrlFactory
from tests.platform.metrics.selling import APP, OTHER_APP, Market, open_market

FIRST = date(2026, 3, 1)
"""The day on which the clock of the tests stands, at 10:30 in Tunis."""


@pytest.fixture
def market(database_url: UrlFactory) -> Iterator[Market]:
    with open_market(database_url) as made:
        yield made


def test_each_day_agrees_with_the_ledger_whatever_day_a_refund_comes_on(market: Market) -> None:
    before: list[Payment] = []
    for number in range(5):
        kept = [market.pay(1000 * (number + 1) + each) for each in range(3)]
        market.pay(777, app=OTHER_APP)
        if number:
            market.refund(before[0], 300)
            market.refund(kept[1], 50)
        before = kept
        market.tell()
        market.advance(days=1)
        market.close_days()
    market.refund(before[2], 1)
    market.tell()
    market.advance(days=3)
    market.close_days()
    ours = market.days(), market.days(OTHER_APP)
    net = {
        day: sum(each[day].gross - each[day].refunded for each in ours if day in each)
        for day in set().union(*map(set, ours))
    }
    assert net == market.ledger_days()
    assert (ours[0][FIRST].transactions, ours[0][FIRST].gross, ours[0][FIRST].refunds) == (3, 3003, 0)
    assert (ours[0][date(2026, 3, 2)].refunds, ours[0][date(2026, 3, 2)].refunded) == (2, 350)
    assert (ours[1][FIRST].transactions, ours[1][FIRST].gross) == (1, 777)


def test_a_day_is_written_shortly_after_midnight_in_tunis_and_not_before(market: Market) -> None:
    market.pay()
    market.tell()
    market.advance(hours=13, minutes=34)  # 00:04
    market.close_days()
    assert market.days() == {}
    market.advance(minutes=1)
    assert market.close_days() > 0
    assert set(market.days()) == {FIRST}
    assert market.close_days() == 0


def test_writing_a_day_again_gives_the_same_rows(market: Market) -> None:
    market.pay(1500, items='[{"name": "Oil", "price": 1500}]')
    market.open()
    market.tell()
    market.advance(days=40)
    market.close_days()
    written = market.rows()
    with market.database.write() as connection:
        rows.write_day(connection, FIRST)
        rows.write_day(connection, FIRST, [APP])
        rows.write_month(connection, FIRST)
    assert market.rows() == written
    assert market.reports.rank_customers([APP], Range(FIRST, date(2026, 3, 31)))[0].sales == 1500


def test_a_clock_that_jumps_leaves_no_day_out_and_takes_no_time_for_empty_ones(market: Market) -> None:
    market.pay(1000)
    market.tell()
    market.advance(days=400)
    market.pay(2000)
    market.tell()
    assert market.close_days() < 10
    market.advance(days=365 * 900)
    assert market.close_days() < 10
    days = market.days()
    assert {day: row.gross for day, row in days.items()} == {FIRST: 1000, date(2027, 4, 5): 2000}


def test_a_sale_whose_event_comes_after_the_day_was_written_is_put_on_its_day(market: Market) -> None:
    market.advance(hours=13, minutes=29, seconds=59)  # 23:59:59
    market.pay(4000)
    market.advance(hours=1)
    market.close_days()
    assert market.days()[FIRST].gross == 0
    market.tell()
    market.close_days()
    assert (market.days()[FIRST].gross, market.days()[FIRST].converted) == (4000, 1)
    assert set(market.days()) == {FIRST}


def test_an_order_that_is_paid_after_midnight_sells_on_that_day_and_converts_on_the_day_it_was_opened(
    market: Market,
) -> None:
    market.advance(hours=13, minutes=25)
    session = market.open(4000)
    market.advance(minutes=15)
    market.close_days()
    market.pay_session(session, 4000)
    market.tell()
    market.advance(days=1)
    market.close_days()
    opened, sold = market.days()[FIRST], market.days()[date(2026, 3, 2)]
    assert (opened.opened, opened.converted, opened.transactions) == (1, 1, 0)
    assert (sold.opened, sold.converted, sold.transactions, sold.gross) == (0, 0, 1, 4000)


def test_a_month_that_is_over_is_added_up_again_when_something_comes_late(market: Market) -> None:
    items = '[{"name": "Oil", "price": 4000}]'
    market.pay(4000, items=items)
    market.tell()
    late = market.pay(4000, items=items)
    market.advance(days=40)
    market.close_days()
    market.tell()
    market.close_days()
    span = Range(FIRST, date(2026, 3, 31))
    assert [(each.name, each.count, each.sales) for each in market.reports.rank_items([APP], span)] == [
        ("Oil", 2, 8000)
    ]
    assert late.amount == 4000


def test_events_that_come_again_count_once(market: Market) -> None:
    payment = market.pay(4000)
    market.refund(payment, 1000)
    market.services.worker.drain()
    told = list(market.services.platform.received)
    for _ in range(2):
        market.orders.receive(told)
        market.advance(days=1)
        market.close_days()
    row = market.days()[FIRST]
    assert (row.transactions, row.gross, row.refunds, row.refunded) == (1, 4000, 1, 1000)


def test_a_job_that_is_cut_off_goes_on_where_it_stood(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        market.pay()
        market.tell()
        market.advance(days=1)
    whole = rows.set_closed_until

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    market.closing._close_next(market.clock.now())
    monkeypatch.setattr(rows, "set_closed_until", die)
    with pytest.raises(KeyboardInterrupt):
        market.close_days()
    assert len(market.days()) == 1
    monkeypatch.setattr(rows, "set_closed_until", whole)
    market.close_days()
    assert [row.transactions for row in market.days().values()] == [1, 1, 1]


def test_whoever_has_not_committed_is_waited_for_or_marked(market: Market) -> None:
    """A change that is under way while its day is closed is counted in the day, or the day is written again."""
    market.open()
    session = market.open(5000)
    made = market.services.execute(
        market.services.prepare(market.payer, market.shop, session=session, app_id=APP, amount=5000), key="k"
    )
    market.services.worker.drain()
    told = market.services.platform.received
    market.advance(days=1)
    with market.database.write() as connection:
        marks.mark_changed(connection, APP, market.clock.now())
        closer = threading.Thread(target=market.close_days)
        closer.start()
        closer.join(0.3)
        assert closer.is_alive()
    closer.join()
    market.orders.receive(told)
    market.close_days()
    assert made.amount == market.days()[FIRST].gross == 5000
