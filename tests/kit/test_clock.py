"""Virtual time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.kit.clock import (
    FASTEST,
    LATEST,
    Clock,
    ClockLimitError,
    ClockState,
    from_milliseconds,
    real_now,
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


def test_a_clock_at_another_speed_gains_on_real_time_until_it_is_resumed() -> None:
    hour_ago = real_now() - timedelta(hours=1)
    clock = Clock(ClockState(offset_seconds=100, rate=61, fast_since=hour_ago))
    gained = timedelta(hours=60, seconds=100)
    assert gained <= clock.now() - real_now() < gained + timedelta(hours=1)
    clock.resume()
    assert clock.state.rate == 1
    assert gained <= clock.now() - real_now() < gained + timedelta(hours=1)


def test_changing_the_speed_skips_and_repeats_no_time() -> None:
    clock = Clock(ClockState(frozen_at=NOON))
    assert clock.speed(0.001) == NOON
    assert timedelta() <= clock.now() - NOON < timedelta(seconds=1)
    assert clock.speed(1) < NOON + timedelta(seconds=1)
    assert clock.state.fast_since is None
    assert clock.freeze() == clock.now()


@pytest.mark.parametrize("rate", [0, -60, float("nan"), float("inf"), FASTEST + 1])
def test_a_speed_that_is_none_leaves_the_clock_alone(rate: float) -> None:
    clock = Clock(ClockState(frozen_at=NOON))
    with pytest.raises(ClockLimitError, match="times the speed of real time"):
        clock.speed(rate)
    assert clock.state == ClockState(frozen_at=NOON)


def test_a_fast_clock_ends_with_the_calendar() -> None:
    clock = Clock(ClockState(rate=FASTEST, fast_since=datetime(1980, 1, 1, tzinfo=UTC)))
    assert LATEST - timedelta(seconds=1) < clock.now() <= LATEST


def test_a_clock_goes_to_a_later_instant_only() -> None:
    clock = Clock(ClockState(frozen_at=NOON))
    assert clock.advance(clock.seconds_to(NOON + timedelta(days=3))) == clock.now() == NOON + timedelta(days=3)
    with pytest.raises(ClockLimitError, match="it shows 2026-03-04T12:00:00"):
        clock.seconds_to(NOON)
    for seconds, told in ((-1, "back"), (float("nan"), "back"), (1e12, "beyond the year"), (float("inf"), "beyond")):
        with pytest.raises(ClockLimitError, match=told):
            clock.advance(seconds)
    assert clock.now() == NOON + timedelta(days=3)


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
