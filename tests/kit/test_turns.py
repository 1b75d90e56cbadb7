"""Requests take turns, and none waits for ever behind another."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.kit.turns import Turns, step_aside

_PATIENCE_SECONDS = 20
_NEVER = 1_000.0


class App:
    """A WSGI app whose requests do what stands under their path, and that knows how many run at once."""

    def __init__(self, **acts: Callable[[], Any]) -> None:
        self._acts = acts
        self._guard = threading.Lock()
        self._running = 0
        self.most = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._guard:
            self._running += 1
            self.most = max(self.most, self._running)
        try:
            self._acts[environ["PATH_INFO"]]()
        finally:
            with self._guard:
                self._running -= 1
        return [b"answered"]


def call(app: Any, path: str) -> Any:
    return app({"PATH_INFO": path}, None)


def yield_often() -> None:
    """Lets the interpreter go, as each statement of a database does."""
    for _ in range(20):
        threading.Event().wait(0)


def compute() -> None:
    """Takes some milliseconds without the interpreter."""
    hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 10_000)


def test_quick_requests_run_one_at_a_time() -> None:
    app = App(quick=yield_often)
    turned = Turns(quick=_NEVER, longest_wait=_NEVER).around(app)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: call(turned, "quick"), range(200)))
    assert answers == [[b"answered"]] * 200
    assert app.most == 1


@pytest.mark.parametrize("slow_ones", [1, 5])
def test_requests_that_never_end_hold_nobody_back(slow_ones: int) -> None:
    """A former way to take turns let a request wait for ever behind a slow one: its wake-up was lost."""
    may_end = threading.Event()
    app = App(slow=lambda: may_end.wait(_PATIENCE_SECONDS), quick=yield_often)
    turned = Turns(quick=0.001).around(app)
    with ThreadPoolExecutor(16) as threads:
        slow = [threads.submit(call, turned, "slow") for _ in range(slow_ones)]
        quick = [threads.submit(call, turned, "quick") for _ in range(100)]
        assert [one.result(_PATIENCE_SECONDS) for one in quick] == [[b"answered"]] * 100
        assert not any(one.done() for one in slow)
        may_end.set()
        assert [one.result(_PATIENCE_SECONDS) for one in slow] == [[b"answered"]] * slow_ones


def test_one_request_waits_no_longer_than_told_though_the_turns_go_on_without_it() -> None:
    may_end = threading.Event()
    turns = Turns(quick=_NEVER, longest_wait=0.0)
    turned = turns.around(App(slow=lambda: may_end.wait(_PATIENCE_SECONDS), quick=yield_often))
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(call, turned, "slow")
        assert threads.submit(call, turned, "quick").result(_PATIENCE_SECONDS) == [b"answered"]
        may_end.set()
        assert slow.result(_PATIENCE_SECONDS) == [b"answered"]


def test_a_request_that_steps_aside_lets_the_next_one_in_at_once() -> None:
    may_end, is_aside = threading.Event(), threading.Event()

    def wait_aside() -> None:
        step_aside()
        step_aside()
        is_aside.set()
        may_end.wait(_PATIENCE_SECONDS)

    app = App(aside=wait_aside, quick=yield_often)
    turned = Turns(quick=_NEVER, longest_wait=_NEVER).around(app)
    with ThreadPoolExecutor(4) as threads:
        aside = threads.submit(call, turned, "aside")
        assert is_aside.wait(_PATIENCE_SECONDS)
        quick = [threads.submit(call, turned, "quick") for _ in range(20)]
        assert [one.result(_PATIENCE_SECONDS) for one in quick] == [[b"answered"]] * 20
        assert app.most == 2  # its end gave nobody else's turn away
        may_end.set()
        assert aside.result(_PATIENCE_SECONDS) == [b"answered"]


def test_a_request_that_crashes_gives_its_turn_back() -> None:
    def crash() -> None:
        raise RuntimeError("of the app")

    turned = Turns(quick=_NEVER, longest_wait=_NEVER).around(App(crash=crash, quick=yield_often))
    with pytest.raises(RuntimeError, match="of the app"):
        call(turned, "crash")
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(call, turned, "quick").result(_PATIENCE_SECONDS) == [b"answered"]


def test_stepping_aside_outside_a_request_does_nothing() -> None:
    step_aside()


def test_a_storm_of_quick_and_slow_requests_ends() -> None:
    """Slow ones come and go all the time, so that turns are replaced while others wait for them and give them back."""
    app = App(slow=compute, quick=yield_often)
    turned = Turns(quick=0.001, longest_wait=0.05).around(app)
    until = time.monotonic() + _PATIENCE_SECONDS
    with ThreadPoolExecutor(16) as threads:
        asked = [threads.submit(call, turned, "slow" if number % 7 == 0 else "quick") for number in range(1_000)]
        for one in asked:
            assert one.result(max(0.1, until - time.monotonic())) == [b"answered"]
