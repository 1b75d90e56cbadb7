"""The choice of figures and of a range, as forms and programs send them, and figures as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field

from sandbox.kit.shapes import Optional, Shape
from sandbox.platform.dashboard.kpis import KPIS
from sandbox.platform.metrics.days import Range, last_days, last_months, last_weeks
from sandbox.platform.metrics.schemas import SalesQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from sandbox.platform.dashboard.kpis import Reading
    from sandbox.platform.metrics.days import By

RangeName = Literal["30d", "12w", "12m"]
RANGES: Mapping[RangeName, tuple[By, Callable[[date], Range]]] = {
    "30d": ("day", lambda today: last_days(today, 30)),
    "12w": ("week", lambda today: last_weeks(today, 12)),
    "12m": ("month", lambda today: last_months(today, 12)),
}


def _known(name: str) -> str:
    if name not in KPIS:
        raise ValueError(f"There is no such figure. Choose among {', '.join(KPIS)}.")
    return name


def _once_each(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("A figure stands here twice.")
    return names


class KpiChoice(Shape):
    """The figures of the dashboard, in order."""

    kpis: Annotated[
        list[Annotated[str, AfterValidator(_known)]], Field(min_length=1, max_length=50), AfterValidator(_once_each)
    ]


class KpiChoiceOut(Shape):
    """``available`` are all figures there are."""

    kpis: list[str]
    available: list[str]


class KpiOut(Shape):
    """``value`` in millimes, as a number, or as a part of one, as ``unit`` says; ``before`` is the period before's."""

    kpi: str
    unit: Literal["money", "number", "percent"]
    value: int | float | None
    before: int | float | None
    change: float | None
    name: str | None


class DashboardOut(Shape):
    first: str = Field(alias="from")
    last: str = Field(alias="to")
    data: list[KpiOut]


class DashboardQuery(SalesQuery):
    """A range by name (30d, 12w, 12m), or by its days."""

    range: Annotated[RangeName | None, Optional] = None

    def chosen(self, today: date) -> tuple[Range, By, RangeName | None]:
        """The range, how it is drawn, and its name if it has one. Raises InvalidInput."""
        if self.first is None and self.last is None:
            name: RangeName = self.range or "30d"
            by, make = RANGES[name]
            return make(today), self.by or by, name
        span = self.span(today)
        return span, self.period(span), None


def kpi_json(name: str, reading: Reading) -> dict[str, Any]:
    return {
        "kpi": name,
        "unit": KPIS[name].unit,
        "value": reading.value,
        "before": reading.before,
        "change": reading.change,
        "name": reading.name,
    }
