"""Virtual time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.kit.clock import (
    Clock,
    ClockState,
    from_milliseconds,
    seconds_until,
    to_iso,
    to_milliseconds,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
moments = st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone


def test_a_frozen_clock_stands_still_and_is_moved_exactly() -> None:
    clock = Clock(ClockState(frozen_at=NOON))
    assert clock.now() == clock.now() == NOON
    assert clock.advance(90.5) == NOON + timedelta(seconds=90.5)
    assert clock.now() == NOON + timedelta(seconds=90.5)


def test_a_running_clock_jumps_by_at_least_what_it_is_advanced() -> None:
    clock = Clock()
    before = clock.now()
    assert clock.advance(3600) >= before + timedelta(hours=1)
    assert clock.state.offset_seconds == 3600


def test_freezing_a_frozen_clock_changes_nothing() -> None:
    clock = Clock()
    first = clock.freeze()
    assert clock.freeze() == first == clock.now()


def test_resuming_goes_on_from_where_the_clock_stood() -> None:
    clock = Clock(ClockState(frozen_at=NOON))
    resumed = clock.resume()
    assert resumed == NOON
    assert clock.state.frozen_at is None
    assert timedelta() <= clock.now() - NOON < timedelta(hours=1)


@pytest.mark.parametrize("state", [ClockState(), ClockState(frozen_at=NOON)], ids=["running", "frozen"])
def test_a_clock_is_never_moved_back(state: ClockState) -> None:
    clock = Clock(state)
    with pytest.raises(ValueError, match="cannot be moved back"):
        clock.advance(-0.001)
    assert clock.state == state


def test_a_clock_is_found_again_by_its_state() -> None:
    clock = Clock(ClockState(frozen_at=NOON))
    clock.advance(5)
    again = Clock()
    again.restore(clock.state)
    assert again.now() == clock.now()


@given(st.integers(0, 2**42))
@example(1_078_625_331_860)
def test_a_moment_that_is_stored_is_the_same_when_it_is_stored_again(milliseconds: int) -> None:
    assert to_milliseconds(from_milliseconds(milliseconds)) == milliseconds


@given(moments)
def test_storing_a_moment_loses_less_than_a_millisecond_and_never_goes_ahead(moment: datetime) -> None:
    lost = moment - from_milliseconds(to_milliseconds(moment))
    assert timedelta() <= lost < timedelta(milliseconds=1)


@given(moments)
def test_a_moment_over_the_wire_is_the_one_that_is_stored(moment: datetime) -> None:
    text = to_iso(moment)
    assert text.endswith("Z")
    assert to_milliseconds(datetime.fromisoformat(text)) == to_milliseconds(moment)


def test_a_moment_of_another_time_zone_goes_over_the_wire_in_utc() -> None:
    tunis = timezone(timedelta(hours=1))
    assert to_iso(datetime(2026, 3, 1, 10, 30, 0, 125_999, tunis)) == "2026-03-01T09:30:00.125Z"


@given(moments, st.integers(-10_000_000, 10_000_000))
def test_a_countdown_shows_a_whole_second_until_it_is_over(moment: datetime, left_microseconds: int) -> None:
    shown = seconds_until(moment + timedelta(microseconds=left_microseconds), moment)
    assert shown == max(0, -(-left_microseconds // 1_000_000))
