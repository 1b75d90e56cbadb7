"""Time inside the loading of a file: the clock stands in the past and goes to now from step to step, in their order.

The clock's public levers never go back; this one may, behind the closed gate, where nobody sees it.
"""

from __future__ import annotations

import heapq
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from sandbox.kit.clock import ClockState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sandbox.runtime import World
    from sandbox.seeding.problems import Place

_ROUND = timedelta(hours=6)
"""All that falls due by time is done at least this often; to look for it at each step would cost more than the steps."""
_SOON = 60
"""Seconds: until after longer pauses, what a step has sent does not wait."""


class Walk:
    """Steps that go on side by side, each at its moment. What would come after ``now`` happens at ``now``.

    ``tell`` is called with the place in the file of whatever goes on, before it does.
    """

    def __init__(self, world: World, *, begin: datetime, now: datetime, tell: Callable[[Place], None]) -> None:
        self._world = world
        self._now = now
        self._tell = tell
        self._next_round = begin + _ROUND
        self._numbers = count()
        self._stand_at(begin)
        self._waiting: list[tuple[datetime, int, Place, Iterator[float]]] = []

    def add(self, at: datetime, place: Place, steps: Iterator[float]) -> None:
        heapq.heappush(self._waiting, (at, next(self._numbers), place, steps))

    def go(self) -> None:
        while self._waiting:
            at, _, place, steps = heapq.heappop(self._waiting)
            self.move_to(at)
            self._tell(place)
            pause = next(steps, None)
            if pause is not None:
                self.add(self._world.clock.now() + timedelta(seconds=pause), place, steps)
            if pause is None or pause > _SOON:
                self._world.deliver()

    def move_to(self, moment: datetime) -> None:
        """Never back, and never beyond now."""
        clock, moment = self._world.clock, min(moment, self._now)
        while moment >= self._next_round:
            self._stand_at(max(self._next_round, clock.now()))
            self._world.drain()
            self._next_round += _ROUND
        if clock.now() < moment:
            self._stand_at(moment)

    def _stand_at(self, moment: datetime) -> None:
        self._world.clock.restore(ClockState(frozen_at=moment))
