"""Which range is asked for, and figures as JSON."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from sandbox.kit.days import parse_day
from sandbox.kit.errors import InvalidInput, translatable
from sandbox.kit.phone_numbers import mask_phone_number
from sandbox.kit.shapes import Identifier, NotBoolean, Optional, Shape
from sandbox.platform.metrics.days import By, Range, last_days

if TYPE_CHECKING:
    from sandbox.platform.metrics.figures import Figures, Ranked, Sales

_USUAL_DAYS, _MOST_PERIODS = 30, 400
_MOST_DAYS = 3660


def _day(value: object) -> object:
    return None if value is None else parse_day(value)


Day = Annotated[date | None, Optional, BeforeValidator(_day)]


class RangeQuery(Shape):
    """Whole days in Africa/Tunis, both ends included; the last 30 days when none is named. All apps without ``app``."""

    app: Annotated[Identifier | None, Optional] = None
    first: Day = Field(default=None, alias="from")
    last: Day = Field(default=None, alias="to")

    def span(self, today: date) -> Range:
        """Raises InvalidInput for a range that ends before it begins, or is too long."""
        last = self.last or max(today, self.first or today)
        first = self.first or last_days(last, _USUAL_DAYS).first
        if first > last:
            raise InvalidInput(
                translatable("'to' is before 'from'."),
                field="to",
                hint=translatable("Send the first day in 'from', the last in 'to'."),
            )
        found = Range(first, last)
        if found.length > _MOST_DAYS:
            raise InvalidInput(
                translatable("The range is longer than ten years."),
                field="from",
                hint=translatable("Ask for ten years at most."),
            )
        return found


class SalesQuery(RangeQuery):
    by: Annotated[By | None, Optional] = None

    def period(self, span: Range) -> By:
        """Raises InvalidInput when that would be more than 400 rows."""
        by = self.by or span.usual_period
        if sum(1 for _ in span.periods(by)) > _MOST_PERIODS:
            raise InvalidInput(
                f"That would be more than {_MOST_PERIODS} rows.",
                field="by",
                hint=translatable("Send by=week or by=month for a long range."),
            )
        return by


class RankingQuery(RangeQuery):
    limit: Annotated[int, NotBoolean, Field(ge=1, le=100)] = 10


class FiguresOut(Shape):
    """Amounts in millimes. ``conversion`` is the part of the opened orders that was paid, 0 to 1."""

    opened: int
    transactions: int
    gross: int
    refunds: int
    refunded: int
    net: int
    average_basket: int | None
    conversion: float | None


class PeriodOut(FiguresOut):
    first: str = Field(alias="from")
    last: str = Field(alias="to")


class SalesOut(Shape):
    """``before`` is the period before of the same length."""

    first: str = Field(alias="from")
    last: str = Field(alias="to")
    by: By
    total: FiguresOut
    before: FiguresOut
    data: list[PeriodOut]


class ItemOut(Shape):
    name: str
    quantity: int
    sales: int


class CustomerOut(Shape):
    """``name`` is what the checkout called the customer, or the payer's number, masked."""

    name: str
    orders: int
    sales: int


class RefusalOut(Shape):
    reason: str
    count: int


class ItemsOut(Shape):
    data: list[ItemOut]


class CustomersOut(Shape):
    data: list[CustomerOut]


class RefusalsOut(Shape):
    data: list[RefusalOut]


def figures_json(figures: Figures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in FiguresOut.model_fields}


def sales_json(sales: Sales) -> dict[str, Any]:
    return {
        **_range_json(sales.span),
        "by": sales.by,
        "total": figures_json(sales.total),
        "before": figures_json(sales.before),
        "data": [_range_json(period) | figures_json(figures) for period, figures in sales.periods],
    }


def item_json(item: Ranked) -> dict[str, Any]:
    return {"name": item.name, "quantity": item.count, "sales": item.sales}


def customer_json(customer: Ranked) -> dict[str, Any]:
    return {"name": shown_customer(customer), "orders": customer.count, "sales": customer.sales}


def shown_customer(customer: Ranked) -> str:
    """A number that nobody gave a name is masked (report, 2.3.7 Privacy)."""
    return mask_phone_number(customer.name) if customer.key.startswith("phone:") else customer.name


def _range_json(span: Range) -> dict[str, str]:
    return {"from": span.first.isoformat(), "to": span.last.isoformat()}
