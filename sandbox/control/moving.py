"""Moves the clock as time passes: it stops wherever something falls due on the way, so that each thing happens at its moment.

An order that expires in twenty minutes has expired in twenty minutes however far the clock goes, and a webhook that nobody
takes is tried at all the times at which it would have been.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.control.levers import Levers

_EXACT_STOPS, _OTHER_STOPS = 500, 100
"""In one move: afterwards what falls due close together is done together, so that no move is for ever."""
_PATIENCE_SECONDS = 5.0
"""Of real time, for servers of merchants that hang: afterwards the clock goes where it shall be at once."""


def advance(levers: Levers, seconds: float) -> int:
    """Returns how much was done: what is under way ends first, at the time at which it began, and all that is due has been
    done when this returns. Raises ClockLimitError; then nothing has moved.
    """
    clock = levers.clock
    clock.check_advance(seconds)
    done = levers.drain()
    left, least, stops = timedelta(seconds=seconds), timedelta(), 0
    until = time.monotonic() + _PATIENCE_SECONDS
    while left and time.monotonic() < until:
        least = left / _OTHER_STOPS if stops == _EXACT_STOPS else least
        step = _until_next(levers, least)
        if step is None or step >= left:
            break
        done += _step(levers, step)
        left, stops = left - step, stops + 1
    return done + _step(levers, left)


def _until_next(levers: Levers, least: timedelta) -> timedelta | None:
    now = levers.clock.now()
    moment = levers.next_due(now)
    return None if moment is None else max(least, moment - now)


def _step(levers: Levers, step: timedelta) -> int:
    levers.clock.advance(step.total_seconds())
    levers.save_clock()
    return levers.drain()
