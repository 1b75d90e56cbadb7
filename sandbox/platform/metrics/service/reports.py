"""What a developer learns of the sales of one app, or of all: figures, their course, refusals, and the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.kit.days import day_of
from sandbox.platform.apps import store as app_store
from sandbox.platform.metrics.days import Range
from sandbox.platform.metrics.figures import Figures, Sales
from sandbox.platform.metrics.service.rankings import Rankings
from sandbox.platform.metrics.store import reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.platform.metrics.days import By
    from sandbox.platform.metrics.figures import Ranked


class MetricReports:
    """Reads rows per day and what is not written yet; costs the same however many orders there are."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._rankings = Rankings(database)

    def today(self) -> date:
        """In Tunis."""
        return day_of(self._clock.now())

    def choose(self, developer_id: str, app_id: str | None = None) -> list[str]:
        """The app, which must be the developer's own, or all but the TEST APP, whose sales are play. Raises AppNotFound."""
        with self._database.read() as connection:
            if app_id is not None:
                return [app_store.get_owned(connection, developer_id, app_id).id]
            return [app.id for app in app_store.list_owned(connection, developer_id) if not app.is_test]

    def read_totals(self, app_ids: Sequence[str]) -> dict[str, Figures]:
        """By app, since the beginning (report, 5.3: the number of transactions and the gross sales)."""
        with self._database.read() as connection:
            return reading.read_totals(connection, app_ids)

    def read_sales(self, app_ids: Sequence[str], span: Range, by: By) -> Sales:
        with self._database.read() as connection:
            days = reading.read_days(connection, app_ids, Range(span.before.first, span.last))
        periods = [(period, _add_up(days, period)) for period in span.periods(by)]
        total = Figures.total(figures for _, figures in periods)
        return Sales(app_ids, span, by, total, _add_up(days, span.before), periods)

    def read_refusals(self, app_ids: Sequence[str], span: Range) -> dict[str, int]:
        """By reason, the commonest first."""
        with self._database.read() as connection:
            return reading.read_refusals(connection, app_ids, span)

    def rank_items(self, app_ids: Sequence[str], span: Range, *, limit: int = 10) -> list[Ranked]:
        """The best-selling items."""
        with self._database.read() as connection:
            return self._rankings.list_best(connection, "items", app_ids, span, limit)

    def rank_customers(self, app_ids: Sequence[str], span: Range, *, limit: int = 10) -> list[Ranked]:
        """The most active customers."""
        with self._database.read() as connection:
            return self._rankings.list_best(connection, "customers", app_ids, span, limit)

    def find_item(self, app_ids: Sequence[str], span: Range, key: str) -> Ranked | None:
        with self._database.read() as connection:
            return reading.read_one(connection, "items", app_ids, span, key)

    def find_customer(self, app_ids: Sequence[str], span: Range, key: str) -> Ranked | None:
        with self._database.read() as connection:
            return reading.read_one(connection, "customers", app_ids, span, key)


def _add_up(days: dict[date, Figures], span: Range) -> Figures:
    return Figures.total(figures for day, figures in days.items() if span.first <= day <= span.last)
