"""Racing: calls that start together, with threads switched so often that they really meet."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sandbox.kit.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SWITCH_SECONDS = 1e-5
_PATIENCE_SECONDS = 60


def race(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call returned, or the refusal that it raised, in the order of the calls; other errors are raised."""
    start = threading.Barrier(len(calls), timeout=_PATIENCE_SECONDS)

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except SandboxError as refusal:
            return refusal

    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        with ThreadPoolExecutor(len(calls)) as threads:
            return [running.result() for running in [threads.submit(run, call) for call in calls]]
    finally:
        sys.setswitchinterval(usual)


def codes_of(outcomes: Sequence[Any]) -> list[str]:
    """The refusals' codes, sorted; an outcome that is none counts as ``ok``."""
    return sorted(outcome.code if isinstance(outcome, SandboxError) else "ok" for outcome in outcomes)
