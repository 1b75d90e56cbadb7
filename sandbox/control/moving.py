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

_EXACT_STOPS, _CLOSE_STOPS, _OTHER_STOPS = 20, 40, 25
"""In one move: the first at their very moment, then a second apart at least, then so many for the rest of the way. What falls
due in between is done together: a stop costs a few milliseconds, and a thousand forms may expire.
"""
_CLOSE = timedelta(seconds=1)
_PATIENCE_SECONDS = 5.0
"""Of real time, for servers of merchants that hang: afterwards the clock goes where it shall be at once."""


def advance(levers: Levers, seconds: float) -> int:
    """Returns how much was done: what is under way ends first, at the time at which it began, and all that is due has been
    done when this returns. Raises ClockLimitError; then nothing has moved.
    """
    clock = levers.clock
    clock.check_advance(seconds)
    done = levers.drain()
    left, stops = timedelta(seconds=seconds), 0
    rest = left
    until = time.monotonic() + _PATIENCE_SECONDS
    while left and time.monotonic() < until:
        if stops == _EXACT_STOPS + _CLOSE_STOPS:
            rest = left
        step = _until_next(levers, _space(stops, rest))
        if step is None or step >= left:
            break
        done += _step(levers, step)
        left, stops = left - step, stops + 1
    return done + _step(levers, left)


def _space(stops: int, rest: timedelta) -> timedelta:
    """From one stop to the next at least, after so many."""
    if stops < _EXACT_STOPS:
        return timedelta()
    return _CLOSE if stops < _EXACT_STOPS + _CLOSE_STOPS else max(_CLOSE, rest / _OTHER_STOPS)


def _until_next(levers: Levers, least: timedelta) -> timedelta | None:
    now = levers.clock.now()
    moment = levers.next_due(now)
    return None if moment is None else max(least, moment - now)


def _step(levers: Levers, step: timedelta) -> int:
    levers.clock.advance(step.total_seconds())
    levers.save_clock()
    return levers.drain()
