"""The one clock: all expiry, retries, sessions and jobs ask it, so a test moves time instead of waiting for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""The calendar ends with the year 9999, and whatever is stored expires some time after now."""


class ClockLimitError(ValueError):
    """The text says where the clock cannot be moved to."""


@dataclass(frozen=True)
class ClockState:
    """What must be kept to find the clock again after a restart: ``frozen_at`` is None while it runs."""

    offset_seconds: float = 0.0
    frozen_at: datetime | None = None


class Clock:
    """Virtual time in UTC: real time plus an offset, or standing still."""

    def __init__(self, state: ClockState | None = None) -> None:
        self._lock = threading.Lock()
        self._state = state or ClockState()

    def now(self) -> datetime:
        with self._lock:
            return self._read()

    @property
    def state(self) -> ClockState:
        with self._lock:
            return self._state

    def restore(self, state: ClockState) -> None:
        with self._lock:
            self._state = state

    def freeze(self) -> datetime:
        """Stop the clock where it stands; freezing a frozen clock changes nothing."""
        with self._lock:
            now = self._read()
            self._state = ClockState(self._state.offset_seconds, now)
            return now

    def resume(self) -> datetime:
        """Let the clock run on from where it stands, so no time is lost or skipped."""
        with self._lock:
            now = self._read()
            self._state = ClockState((now - real_now()).total_seconds(), None)
            return now

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward by ``seconds`` (never back: what has expired stays expired). Raises ClockLimitError."""
        if seconds < 0:
            raise ClockLimitError("The clock cannot be moved back: what has expired stays expired.")
        with self._lock:
            state = self._state
            if seconds > (LATEST - self._read()).total_seconds():
                raise ClockLimitError(f"The clock cannot be moved beyond the year {LATEST.year}.")
            frozen = state.frozen_at and state.frozen_at + timedelta(seconds=seconds)
            self._state = ClockState(state.offset_seconds + (0 if frozen else seconds), frozen)
            return self._read()

    def _read(self) -> datetime:
        if self._state.frozen_at is not None:
            return self._state.frozen_at
        return real_now() + timedelta(seconds=self._state.offset_seconds)


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
