"""The best of a range are what adding up every row would give, remembered or not, whatever is written or sold meanwhile."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from sandbox.kit.clock import ClockState
from sandbox.kit.days import day_of
from sandbox.kit.db import Database
from sandbox.platform.metrics.days import Range
from sandbox.platform.metrics.service import rankings
from sandbox.platform.metrics.store import marks
from sandbox.platform.orders.models import orders
from tests.databases import UrlFactory
from tests.platform.metrics.selling import APP, OTHER_APP, Market, open_market

FIRST = date(2026, 3, 1)


@pytest.fixture
def market(database_url: UrlFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    """With few remembered, so that few customers are many."""
    monkeypatch.setattr(rankings, "_KEPT", 4)
    monkeypatch.setattr(rankings, "_LOOKED_UP", 3)
    with open_market(database_url) as made:
        yield made


class Shoppers:
    """Paid orders, straight into the platform's records: ``sell`` spreads them over the last days."""

    def __init__(self, market: Market) -> None:
        self.market, self.chance, self.number = market, random.Random(5), 0

    def sell(self, count: int, *, days: int = 0, customers: int = 12) -> None:
        rows = [self._order(days, customers) for _ in range(count)]
        with self.market.database.write() as connection:
            connection.execute(insert(orders), rows)
            for row in rows:
                marks.mark_changed(connection, row["app_id"], row["paid_at"])

    def sell_one(self, customer: str, amount: int) -> None:
        row = self._order(0, 1) | {"app_id": APP, "customer_key": customer, "amount": amount}
        with self.market.database.write() as connection:
            connection.execute(insert(orders), row)

    def _order(self, days: int, customers: int) -> dict[str, Any]:
        self.number += 1
        at = self.market.clock.now() - timedelta(days=self.chance.randint(0, days))
        customer = f"c{self.chance.randrange(customers)}"
        values = {"id": f"o{self.number}", "app_id": self.chance.choice((APP, OTHER_APP)), "is_test": False}
        moments = dict.fromkeys(("created_at", "expires_at", "paid_at"), at)
        who = {"customer_key": customer, "customer_name": customer.upper()}
        return values | moments | who | {"amount": self.chance.randrange(1, 9) * 1000, "status": "PAID"}

    def expected(self, app_ids: list[str], span: Range, limit: int) -> list[tuple[str, int, int]]:
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        with self.market.database.read() as connection:
            for row in connection.execute(select(orders).where(orders.c.app_id.in_(app_ids))):
                if span.first <= day_of(row.paid_at) <= span.last:
                    sums[row.customer_key][0] += 1
                    sums[row.customer_key][1] += row.amount
        best = sorted(sums.items(), key=lambda each: (-each[1][1], -each[1][0], each[0]))[:limit]
        return [(key, count, sales) for key, (count, sales) in best]

    def require_exact(self) -> None:
        today = self.market.reports.today()
        spans = [Range(today, today), Range(FIRST, today), Range(FIRST, today - timedelta(days=1))]
        for span in [*spans, Range(today - timedelta(days=20), today)]:
            for app_ids in ([APP], [APP, OTHER_APP]):
                for limit in (1, 3, 4):
                    found = self.market.reports.rank_customers(app_ids, span, limit=limit)
                    told = [(each.key, each.count, each.sales) for each in found]
                    assert told == self.expected(app_ids, span, limit), (span, app_ids, limit)
                    assert all(each.name == each.key.upper() for each in found)


def test_the_best_are_exact_while_days_go_on_are_closed_and_are_written_again(market: Market) -> None:
    shoppers = Shoppers(market)
    market.advance(days=50)
    shoppers.sell(150, days=45)
    market.close_days()
    shoppers.require_exact()
    for customers in (12, 40, 3):
        shoppers.sell(30, customers=customers)  # on the day that goes on
        shoppers.require_exact()
        shoppers.sell(10, days=40)  # told late: days are written again
        market.close_days()
        shoppers.require_exact()
        market.advance(days=1)
        market.close_days()
        shoppers.require_exact()


def test_what_is_written_is_added_up_once_until_a_sale_comes_to_it(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    shoppers = Shoppers(market)
    market.advance(days=10)
    shoppers.sell(30, days=8)
    market.close_days()
    added_up: list[Range] = []
    read = rankings.reading.read_written

    def count(connection: Any, kind: str, app_ids: Any, written: Range, **more: Any) -> Any:
        if more.get("keys") is None:
            added_up.append(written)
        return read(connection, kind, app_ids, written, **more)

    monkeypatch.setattr(rankings.reading, "read_written", count)
    span = Range(FIRST, market.reports.today())
    for turns in (3, 3):
        for _ in range(turns):
            market.reports.rank_customers([APP, OTHER_APP], span, limit=2)
            market.reports.rank_customers([OTHER_APP, APP], span, limit=1)
        shoppers.sell(1, days=0, customers=1)
    assert len(added_up) == 1
    with market.database.write() as connection:
        marks.mark_changed(connection, APP, market.clock.now() - timedelta(days=3))
    market.close_days()  # a form that expired late, say: no sale
    market.reports.rank_customers([APP, OTHER_APP], span, limit=2)
    assert len(added_up) == 1
    market.advance(days=1)
    market.close_days()
    market.reports.rank_customers([APP, OTHER_APP], span, limit=2)
    assert len(added_up) == 2


def test_nothing_is_remembered_over_a_reset(market: Market, tmp_path: Any) -> None:
    """As many sales may then be others."""
    database: Database = market.database
    if not database.is_sqlite:
        return
    database.save_to(tmp_path / "empty.db")
    noon = market.clock.now()
    for seed in (1, 2):
        shoppers = Shoppers(market)
        shoppers.chance.seed(seed)
        market.clock.restore(ClockState(frozen_at=noon))
        shoppers.sell(20)
        market.advance(days=1)
        market.close_days()
        shoppers.require_exact()
        database.load_from(tmp_path / "empty.db")


def test_who_comes_level_with_the_best_by_a_sale_of_today_is_ranked_by_number(market: Market) -> None:
    shoppers = Shoppers(market)
    for customer, amount in (("b", 6000), ("c", 5000), ("d", 5000), ("e", 5000), ("z", 5000)):
        shoppers.sell_one(customer, amount)
    market.advance(days=1)
    market.close_days()
    shoppers.sell_one("z", 1000)
    (best,) = market.reports.rank_customers([APP], Range(FIRST, FIRST + timedelta(days=1)), limit=1)
    assert (best.key, best.count, best.sales) == ("z", 2, 6000)
