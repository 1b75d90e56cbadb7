"""The trace id of one payment's story."""

from __future__ import annotations

import threading

import pytest

from sandbox.kit.tracing import current_trace, join_trace, trace


def test_there_is_no_trace_outside_an_exchange_and_joining_is_harmless() -> None:
    join_trace("order-1")
    assert current_trace() == ""


def test_an_exchange_joins_a_story_and_whoever_opened_it_sees_which() -> None:
    with trace() as box:
        assert current_trace() == ""
        join_trace("order-1")
        assert current_trace() == "order-1"
    assert box == ["order-1"]
    assert current_trace() == ""


def test_an_inner_exchange_does_not_change_the_story_of_the_outer() -> None:
    with trace("outer"), trace("inner"):
        join_trace("order-2")
        assert current_trace() == "order-2"
    with trace("outer") as box:
        with trace(current_trace()) as inner:
            join_trace("order-2")
        assert (box, inner) == (["outer"], ["order-2"])
        assert current_trace() == "outer"


def test_a_trace_ends_with_an_exchange_that_failed() -> None:
    with pytest.raises(RuntimeError), trace("order-1"):
        raise RuntimeError
    assert current_trace() == ""


def test_each_thread_has_its_own_story() -> None:
    seen: list[str] = []
    with trace("mine"):
        other = threading.Thread(target=lambda: seen.append(current_trace()))
        other.start()
        other.join()
    assert seen == [""]
