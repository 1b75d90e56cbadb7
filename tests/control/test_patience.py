"""Long polls leave room for other requests, and end when they are asked to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

from sandbox.kit.waiting import Patience, nobody_waits, poll

_LONG = 60.0


def ask(patience: Patience, looked: threading.Event, found: list[int] | None = None) -> None:
    def look() -> list[int]:
        looked.set()
        return found or []

    def app(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        poll(look, seconds=_LONG)
        return []

    patience.around(app)({}, lambda *_: None)  # type: ignore[arg-type, return-value]


def begin(patience: Patience) -> threading.Thread:
    looked = threading.Event()
    thread = threading.Thread(target=ask, args=(patience, looked))
    thread.start()
    assert looked.wait(_LONG)
    return thread


def until_a_place_is_taken(patience: Patience) -> None:
    while patience._places._value:
        continue


def test_who_finds_no_place_to_wait_gets_an_answer_at_once_and_the_end_ends_the_others() -> None:
    patience = Patience(at_once=1)
    waiting = begin(patience)
    until_a_place_is_taken(patience)
    started = time.monotonic()
    ask(patience, threading.Event())
    assert time.monotonic() - started < _LONG / 2
    assert waiting.is_alive()
    patience.end()
    waiting.join(_LONG / 2)
    assert not waiting.is_alive()
    begin(patience).join(_LONG / 2)


def test_a_reset_ends_the_waiting_and_later_there_is_waiting_again() -> None:
    patience = Patience(at_once=1)
    waiting = begin(patience)

    def reset(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        with nobody_waits():
            waiting.join(_LONG / 2)
        return []

    patience.around(reset)({}, lambda *_: None)  # type: ignore[arg-type, return-value]
    assert not waiting.is_alive()
    again = begin(patience)
    until_a_place_is_taken(patience)
    assert again.is_alive()
    patience.end()
    again.join(_LONG / 2)
