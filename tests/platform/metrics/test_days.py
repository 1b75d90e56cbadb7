"""Ranges of days, weeks and months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.platform.metrics.days import ONE_DAY, By, Range, last_days, last_months, last_weeks, period_of

DAYS = st.dates(date(1971, 1, 1), date(2100, 1, 1))
TODAY = date(2026, 3, 4)
"""A Wednesday."""


def test_a_range_goes_from_midnight_to_midnight_in_tunis() -> None:
    span = Range(date(2026, 3, 1), date(2026, 3, 1))
    assert (span.start, span.end) == (datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 1, 23, tzinfo=UTC))


@given(DAYS, st.integers(1, 800), st.sampled_from(["day", "week", "month"]))
def test_the_periods_of_a_range_are_the_range_without_gap_or_overlap(first: date, length: int, by: By) -> None:
    span = Range(first, first + timedelta(days=length - 1))
    periods = list(span.periods(by))
    assert (periods[0].first, periods[-1].last) == (span.first, span.last)
    for one, other in pairwise(periods):
        assert one.last + ONE_DAY == other.first == period_of(other.first, by)
    assert all(period_of(each.first, by) == period_of(each.last, by) for each in periods)
    assert span.before.length == span.length == length
    assert span.before.last + ONE_DAY == span.first


@given(DAYS, st.integers(1, 800), DAYS)
def test_whole_months_and_the_rest_are_the_range(first: date, length: int, until: date) -> None:
    span = Range(first, first + timedelta(days=length - 1))
    whole = span.whole_months(until)
    parts = span.without(whole)
    if whole:
        assert whole.first.day == 1
        assert (whole.last + ONE_DAY).day == 1
        assert whole.last < until
        assert span.first <= whole.first < whole.last <= span.last
    assert sum(part.length for part in [*parts, *([whole] if whole else [])]) == length
    assert all(part.length < 31 for part in parts[1:]) or until < span.last + ONE_DAY
    assert whole or length < 61 or until < span.last


@pytest.mark.parametrize(
    ("span", "first"),
    [
        (last_days(TODAY, 30), date(2026, 2, 3)),
        (last_weeks(TODAY, 12), date(2025, 12, 15)),
        (last_months(TODAY, 12), date(2025, 4, 1)),
    ],
)
def test_the_usual_ranges_end_today(span: Range, first: date) -> None:
    assert (span.first, span.last) == (first, TODAY)


@pytest.mark.parametrize(("length", "by"), [(1, "day"), (62, "day"), (63, "week"), (371, "week"), (372, "month")])
def test_a_longer_range_is_drawn_more_coarsely(length: int, by: By) -> None:
    assert last_days(TODAY, length).usual_period == by


def test_weeks_begin_on_monday_and_january_may_begin_in_the_week_of_another_year() -> None:
    assert period_of(date(2026, 1, 1), "week") == date(2025, 12, 29)
    assert period_of(date(2026, 1, 4), "week") == date(2025, 12, 29)
    assert period_of(date(2026, 1, 5), "week") == date(2026, 1, 5)
