"""The one clock: all expiry, retries, sessions and jobs ask it, so a test moves time instead of waiting for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""The calendar ends with the year 9999, and whatever is stored expires some time after now."""


class ClockLimitError(ValueError):
    """The text says where the clock cannot be moved to."""


FASTEST = 86_400.0
"""A day in a second: faster, and what falls due could not be done in its order any more."""


@dataclass(frozen=True)
class ClockState:
    """What must be kept to find the clock again after a restart: ``frozen_at`` is None while it runs.

    At another ``rate`` than that of real time, what it has gained is counted from the real moment ``fast_since``.
    """

    offset_seconds: float = 0.0
    frozen_at: datetime | None = None
    rate: float = 1.0
    fast_since: datetime | None = None


class Clock:
    """Virtual time in UTC: real time plus an offset, faster than real time, or standing still."""

    def __init__(self, state: ClockState | None = None) -> None:
        self._lock = threading.Lock()
        self._state = state or ClockState()

    def now(self) -> datetime:
        with self._lock:
            now = self._read()
        wrong = _skew.get()
        return now + wrong if wrong else now

    @property
    def state(self) -> ClockState:
        with self._lock:
            return self._state

    @property
    def is_frozen(self) -> bool:
        return self._state.frozen_at is not None

    @property
    def rate(self) -> float:
        """Seconds of this clock in one of real time: 0 while it stands."""
        state = self._state
        return 0.0 if state.frozen_at is not None else state.rate

    def restore(self, state: ClockState) -> None:
        with self._lock:
            self._state = state

    def freeze(self) -> datetime:
        """Stop the clock where it stands; freezing a frozen clock changes nothing."""
        with self._lock:
            now = self._read()
            self._state = ClockState(self._state.offset_seconds, now)  # not at any rate: see resume
            return now

    def resume(self) -> datetime:
        """Let the clock run on from where it stands, so no time is lost or skipped; as fast as real time."""
        with self._lock:
            now = self._read()
            self._state = ClockState((now - real_now()).total_seconds(), None)
            return now

    def speed(self, rate: float) -> datetime:
        """Let the clock run ``rate`` times as fast as real time, from where it stands. Raises ClockLimitError."""
        if not 0 < rate <= FASTEST:
            raise ClockLimitError(
                f"The clock runs at more than 0 and at most {FASTEST:.0f} times the speed of real time."
            )
        with self._lock:
            now, real = self._read(), real_now()
            self._state = ClockState((now - real).total_seconds(), None, rate, None if rate == 1 else real)
            return now

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward by ``seconds`` (never back: what has expired stays expired). Raises ClockLimitError."""
        self.check_advance(seconds)
        with self._lock:
            return self._move(seconds)

    def check_advance(self, seconds: float) -> None:
        """Whether :meth:`advance` can go so far. Raises ClockLimitError."""
        if not seconds >= 0:
            raise ClockLimitError("The clock cannot be moved back: what has expired stays expired.")
        with self._lock:
            self._check_limit(seconds)

    def seconds_to(self, moment: datetime) -> float:
        """How far :meth:`advance` must go to be at ``moment``. Raises ClockLimitError.

        The millisecond that a frozen clock shows is not past.
        """
        with self._lock:
            now = self._read()
            if to_milliseconds(moment) < to_milliseconds(now):
                raise ClockLimitError(
                    f"The clock cannot be moved back: it shows {to_iso(now)}, and what has expired stays expired."
                )
            seconds = max(0.0, (moment - now).total_seconds())
            self._check_limit(seconds)
            return seconds

    def _check_limit(self, seconds: float) -> None:
        if seconds > (LATEST - self._read()).total_seconds():
            raise ClockLimitError(f"The clock cannot be moved beyond the year {LATEST.year}.")

    def _move(self, seconds: float) -> datetime:
        state = self._state
        self._check_limit(seconds)
        frozen = state.frozen_at and state.frozen_at + timedelta(seconds=seconds)
        offset = state.offset_seconds + (0 if frozen else seconds)
        self._state = replace(state, offset_seconds=offset, frozen_at=frozen)
        return self._read()

    def _read(self) -> datetime:
        state = self._state
        if state.frozen_at is not None:
            return state.frozen_at
        real = real_now()
        if state.fast_since is None:
            return real + timedelta(seconds=state.offset_seconds)
        gained = (real - state.fast_since).total_seconds() * (state.rate - 1)
        ahead = state.offset_seconds + gained
        return min(LATEST, real + timedelta(seconds=min(ahead, (LATEST - real).total_seconds())))


_skew: ContextVar[timedelta | None] = ContextVar("sandbox_clock_skew", default=None)


@contextmanager
def skewed(seconds: float) -> Iterator[None]:
    """What is asked for the time inside gets a wrong one: ahead by ``seconds``, or behind."""
    token = _skew.set(timedelta(seconds=seconds) if seconds else None)
    try:
        yield
    finally:
        _skew.reset(token)


def real_now() -> datetime:
    """What clocks outside the sandbox show: only for what is compared with them, such as the age of a signature."""
    return datetime.now(UTC)


def to_milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 in UTC: how moments are stored."""
    return (moment - _EPOCH) // _MILLISECOND  # exact: floats of seconds lose a millisecond here and there


def from_milliseconds(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND


def to_iso(moment: datetime) -> str:
    """How moments go over the wire: ``2026-03-01T09:30:00.125Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds left, rounded up, never negative: what a countdown shows."""
    left = (moment - now).total_seconds()
    return max(0, -int(-left // 1))


NextDue = Callable[[datetime], datetime | None]
"""When something is to be done after a moment, as far as is known."""


def earliest(*of: NextDue) -> NextDue:
    """What is due next of several."""

    def next_due(now: datetime) -> datetime | None:
        return min((moment for each in of if (moment := each(now)) is not None), default=None)

    return next_due
