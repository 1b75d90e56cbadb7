"""The figures to choose from, as data, and what each of them is (report, perspectives: "a personalized set of KPI's")."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from sandbox.platform.metrics.days import Range
from sandbox.platform.metrics.schemas import shown_customer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from sandbox.platform.metrics.figures import Figures, Sales
    from sandbox.platform.metrics.service.reports import MetricReports

_ = str  # marks a text for the catalogs; it is translated where it is shown
Unit = Literal["money", "number", "percent"]
Value = int | float | None


@dataclass(frozen=True)
class Reading:
    """A figure now and in the period before; ``name`` is whose it is (an item's, a customer's)."""

    value: Value
    before: Value
    name: str | None = None

    @property
    def change(self) -> float | None:
        """By which part it grew: 0.5 is half as much again; None where there was nothing to grow from."""
        if self.value is None or not self.before:
            return None
        return (self.value - self.before) / self.before


class Subject:
    """Whose figures are read, and for when; each is read only when a figure asks for it."""

    def __init__(self, reports: MetricReports, sales: Sales, today: date) -> None:
        self._reports = reports
        self.sales = sales
        self._today = today

    def of_figures(self, read: Callable[[Figures], Value]) -> Reading:
        return Reading(read(self.sales.total), read(self.sales.before))

    @cached_property
    def refusals(self) -> Reading:
        app_ids, span = self.sales.app_ids, self.sales.span
        now, before = (sum(self._reports.read_refusals(app_ids, each).values()) for each in (span, span.before))
        return Reading(now, before)

    @cached_property
    def today(self) -> Reading:
        today = Range(self._today, self._today)
        sales = self._reports.read_sales(self.sales.app_ids, today, "day")
        return Reading(sales.total.gross, sales.before.gross)

    @cached_property
    def best_item(self) -> Reading:
        app_ids, span = self.sales.app_ids, self.sales.span
        best = self._reports.rank_items(app_ids, span, limit=1)
        if not best:
            return Reading(None, None)
        before = self._reports.find_item(app_ids, span.before, best[0].key)
        return Reading(best[0].sales, before.sales if before else None, best[0].name)

    @cached_property
    def best_customer(self) -> Reading:
        app_ids, span = self.sales.app_ids, self.sales.span
        best = self._reports.rank_customers(app_ids, span, limit=1)
        if not best:
            return Reading(None, None)
        before = self._reports.find_customer(app_ids, span.before, best[0].key)
        return Reading(best[0].sales, before.sales if before else None, shown_customer(best[0]))


@dataclass(frozen=True)
class Kpi:
    """``rise_is`` says whether more of it is welcome; ``help`` says what is counted."""

    label: str
    help: str
    unit: Unit
    read: Callable[[Subject], Reading]
    rise_is: Literal["good", "bad"] = "good"


KPIS: Mapping[str, Kpi] = {
    "today_sales": Kpi(
        _("Today's sales"), _("Gross sales since midnight, compared to all of yesterday."), "money", lambda it: it.today
    ),
    "gross_sales": Kpi(
        _("Gross sales"),
        _("What shoppers paid, before refunds."),
        "money",
        lambda it: it.of_figures(lambda each: each.gross),
    ),
    "net_sales": Kpi(
        _("Net sales"),
        _("Gross sales less the refunds of the same days."),
        "money",
        lambda it: it.of_figures(lambda each: each.net),
    ),
    "transactions": Kpi(
        _("Transactions"),
        _("Orders that were paid."),
        "number",
        lambda it: it.of_figures(lambda each: each.transactions),
    ),
    "average_basket": Kpi(
        _("Average basket"),
        _("Gross sales divided by transactions."),
        "money",
        lambda it: it.of_figures(lambda each: each.average_basket),
    ),
    "conversion": Kpi(
        _("Conversion"),
        _("Of the payment forms opened, the part that was paid."),
        "percent",
        lambda it: it.of_figures(lambda each: each.conversion),
    ),
    "refunds": Kpi(
        _("Refunds"),
        _("Money that went back to shoppers."),
        "money",
        lambda it: it.of_figures(lambda each: each.refunded),
        rise_is="bad",
    ),
    "refusals": Kpi(
        _("Refusals"),
        _("Attempts to pay that failed, and shoppers who said no."),
        "number",
        lambda it: it.refusals,
        rise_is="bad",
    ),
    "best_item": Kpi(
        _("Best-selling item"),
        _("The item that brought most, where checkouts tell items."),
        "money",
        lambda it: it.best_item,
    ),
    "best_customer": Kpi(
        _("Most active customer"),
        _("Who paid most, by what the checkout says or by phone."),
        "money",
        lambda it: it.best_customer,
    ),
}
USUAL = ("today_sales", "gross_sales", "transactions", "average_basket", "conversion", "refunds")
"""Shown until the developer chooses."""
