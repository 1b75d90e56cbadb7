"""How many calls an app made in this minute of the sandbox's clock. Kept in memory: after a restart a minute begins anew."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.kit.clock import seconds_until

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.kit.clock import Clock

_MINUTE = timedelta(minutes=1)


class Rates:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[datetime, int]] = {}

    def count(self, app_id: str, allowed: int) -> int:
        """One more call; how many seconds to wait where that is one too many, else 0. The minute begins at its first call."""
        now = self._clock.now()
        with self._lock:
            begun, calls = self._windows.get(app_id, (now, 0))
            if not begun <= now < begun + _MINUTE:
                begun, calls = now, 0
            self._windows[app_id] = (begun, calls + 1)
        return max(1, seconds_until(begun + _MINUTE, now)) if calls >= allowed else 0
