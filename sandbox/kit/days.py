"""Days as the people of Tunisia count them: where they begin and end in UTC, and which one a moment lies in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9000, 1, 1)
"""Further than any moment of the sandbox (see ``clock.LATEST``)."""


@lru_cache(maxsize=1)
def tunis() -> ZoneInfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo("Africa/Tunis")


def start_of_day(day: date) -> datetime:
    """The first moment of ``day`` in Tunis, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=tunis()).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The moment at which the next day begins in Tunis, in UTC."""
    return start_of_day(day + timedelta(days=1))


def day_of(moment: datetime) -> date:
    """The day that it is in Tunis."""
    return moment.astimezone(tunis()).date()


def parse_day(value: object) -> date:
    """``2026-03-01``. Raises ValueError, whose text says what to send."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day < LAST_DAY:
        raise ValueError("This is not a day. Send year, month and day, such as 2026-03-01.")
    return day


def parse_moment(text: str) -> datetime:
    """ISO 8601; without a time zone it is Tunisia's time, as a shop there means it. Raises ValueError or OverflowError."""
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=tunis())


@lru_cache(maxsize=1)
def offsets_in_milliseconds() -> tuple[tuple[int, int], ...]:
    """Since when Tunis has been how far ahead of UTC, newest first, for sums over days that a database makes.

    Milliseconds since 1970. The newest is for ever: since 2009 the clocks of Tunisia are not put forward any more.
    """
    found: list[tuple[int, int]] = []
    day, last = datetime(1970, 1, 1, tzinfo=UTC), datetime(2011, 1, 1, tzinfo=UTC)
    while day < last:
        offset = _offset_at(day)
        if not found or found[-1][1] != offset:
            hours = (day - timedelta(hours=each) for each in range(24))
            since = min((each for each in hours if found and _offset_at(each) == offset), default=day)
            found.append((int(since.timestamp()) * 1000, offset))
        day += timedelta(days=1)
    return tuple(reversed(found))


def _offset_at(moment: datetime) -> int:
    ahead = moment.astimezone(tunis()).utcoffset() or timedelta()
    return int(ahead.total_seconds()) * 1000
