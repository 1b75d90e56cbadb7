"""Waiting for something to appear, for callers that ask with ``?wait=SECONDS`` of real time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
_STEP_SECONDS = 0.05


def poll(look: Callable[[], Sequence[T]], *, seconds: float) -> Sequence[T]:
    """What ``look`` finds, as soon as it finds something, or nothing after ``seconds``."""
    until = time.monotonic() + seconds
    pause = threading.Event()
    found = look()
    while not found and time.monotonic() < until:
        pause.wait(_STEP_SECONDS)
        found = look()
    return found
