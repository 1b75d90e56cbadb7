"""A day in Tunis begins an hour before it begins in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.kit.days import day_of, end_of_day, offsets_in_milliseconds, parse_day, start_of_day


def test_a_day_in_tunis_begins_at_23_utc_of_the_day_before() -> None:
    assert start_of_day(date(2026, 3, 1)) == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert end_of_day(date(2026, 3, 1)) == datetime(2026, 3, 1, 23, tzinfo=UTC)


def test_in_the_summers_in_which_tunisia_moved_its_clocks_a_day_is_as_long_as_it_was() -> None:
    day = date(2008, 3, 30)
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=23)


def test_a_moment_belongs_to_the_day_that_it_is_in_tunis() -> None:
    assert day_of(datetime(2026, 2, 28, 22, 59, 59, tzinfo=UTC)) == date(2026, 2, 28)
    assert day_of(datetime(2026, 2, 28, 23, tzinfo=UTC)) == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["2026-03-01", " 2026-03-01 "])
def test_a_day_is_read_from_year_month_and_day(text: str) -> None:
    assert parse_day(text) == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "01/03/2026", "9999-12-31", "0001-01-01", None, 5])
def test_what_is_no_day_is_refused_with_what_to_send(text: object) -> None:
    with pytest.raises(ValueError, match="2026-03-01"):
        parse_day(text)


def test_the_days_that_databases_count_are_those_of_tunisia() -> None:
    """At every hour of the years in which clocks were put forward, and around midnight since."""
    newest, *_ = offsets = offsets_in_milliseconds()
    assert newest[1] == 3_600_000
    moments = [
        datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        for year in (1977, 2005, 2008, 2026)
        for hour in range(8784)
    ]
    for moment in moments:
        at = int(moment.timestamp()) * 1000
        offset = next(offset for since, offset in offsets if at >= since)
        assert date(1970, 1, 1) + timedelta(days=(at + offset) // 86_400_000) == day_of(moment)
