"""Ranges of days in Tunis, and the days, weeks and months they are made of: rules without I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from sandbox.kit.days import end_of_day, start_of_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

By = Literal["day", "week", "month"]
ONE_DAY = timedelta(days=1)
_MOST_DAYS_BY_DAY, _MOST_DAYS_BY_WEEK = 62, 371


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first of the month after the one that ``day`` is in."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def period_of(day: date, by: By) -> date:
    """The first day of the period that ``day`` is in; weeks begin on Monday (ISO 8601)."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return first_of_month(day) if by == "month" else day


def next_period(first: date, by: By) -> date:
    if by == "month":
        return next_month(first)
    return first + (ONE_DAY * 7 if by == "week" else ONE_DAY)


@dataclass(frozen=True)
class Range:
    """Whole days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """In days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Range:
        """The period before, of the same length: what figures are compared to."""
        return Range(self.first - ONE_DAY * self.length, self.first - ONE_DAY)

    @property
    def start(self) -> datetime:
        return start_of_day(self.first)

    @property
    def end(self) -> datetime:
        """The moment at which the last day is over."""
        return end_of_day(self.last)

    @property
    def usual_period(self) -> By:
        """How finely a range of this length is drawn, when nobody says."""
        if self.length <= _MOST_DAYS_BY_DAY:
            return "day"
        return "week" if self.length <= _MOST_DAYS_BY_WEEK else "month"

    def periods(self, by: By) -> Iterator[Range]:
        """The range cut into days, weeks or months; the first and the last may be parts of one."""
        first = self.first
        while first <= self.last:
            following = next_period(period_of(first, by), by)
            yield Range(first, min(self.last, following - ONE_DAY))
            first = following

    def whole_months(self, until: date) -> Range | None:
        """The part of the range that is made of whole months, all over by ``until``; None where there is none."""
        first = self.first if self.first.day == 1 else next_month(self.first)
        last = first_of_month(min(self.last + ONE_DAY, until)) - ONE_DAY
        return Range(first, last) if first < last else None

    def without(self, inner: Range | None) -> list[Range]:
        """What lies before and after ``inner``."""
        if inner is None:
            return [self]
        parts = (Range(self.first, inner.first - ONE_DAY), Range(inner.last + ONE_DAY, self.last))
        return [part for part in parts if part.first <= part.last]


def last_days(today: date, count: int) -> Range:
    return Range(today - ONE_DAY * (count - 1), today)


def last_weeks(today: date, count: int) -> Range:
    return Range(period_of(today, "week") - ONE_DAY * 7 * (count - 1), today)


def last_months(today: date, count: int) -> Range:
    first = first_of_month(today)
    for _ in range(count - 1):
        first = first_of_month(first - ONE_DAY)
    return Range(first, today)
