"""The clock moves forward, within what a calendar holds; a request that asks for more leaves it where it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sandbox.kit.clock import LATEST, ClockState
from sandbox.testing import Sandbox
from tests.bad_input.errors import JSON, dump, require_error
from tests.stage import Stage

TEN_YEARS = 10 * 366 * 24 * 3600


@pytest.fixture
def own_stage() -> Iterator[Stage]:
    with Sandbox.start(seed=8) as running:
        stage = Stage(running)
        yield stage
        stage.close()


@pytest.mark.parametrize(
    "seconds", [-1, -0.001, float("nan"), float("inf"), 1e400, "soon", None, True, [], TEN_YEARS + 1]
)
def test_a_span_that_is_none_does_not_move_the_clock(stage: Stage, seconds: object) -> None:
    stage.sandbox.clock.freeze()
    before = stage.sandbox.clock.now
    answer = stage.http.post("/_sandbox/clock/advance", content=dump({"seconds": seconds}), headers=JSON)
    assert require_error(answer, statuses=(400,))["field"] == "seconds"
    assert stage.sandbox.clock.now == before
    stage.sandbox.clock.resume()


@pytest.mark.parametrize("action", ["stop", "", "FREEZE", None, 1, [], "freeze\x00"])
def test_an_action_that_the_clock_does_not_know_is_refused(stage: Stage, action: object) -> None:
    answer = stage.http.post("/_sandbox/clock", content=dump({"action": action}), headers=JSON)
    assert require_error(answer, statuses=(400,))["field"] == "action"


def test_the_clock_stops_near_the_end_of_the_calendar_and_the_sandbox_still_works(own_stage: Stage) -> None:
    clock = own_stage.world.clock
    for state in (ClockState(frozen_at=LATEST - timedelta(days=2)), ClockState(7e10 * 3), ClockState(2.19e11)):
        clock.restore(state)
        for seconds in (TEN_YEARS, 24 * 3600):
            answer = own_stage.http.post("/_sandbox/clock/advance", json={"seconds": seconds})
            assert answer.status_code == 200 or require_error(answer, statuses=(400,))["field"] == "seconds"
        own_stage.renew()
        paid = own_stage.sandbox.accept(own_stage.owner, own_stage._payment_id(), own_stage.code)
        assert paid["status"] == "SUCCESS"
        assert own_stage.facts()
    clock.restore(ClockState(frozen_at=LATEST))
    refused = own_stage.http.post("/_sandbox/clock/advance", json={"seconds": 1})
    assert require_error(refused, statuses=(400,))["field"] == "seconds"
    assert own_stage.http.get("/_sandbox/", headers={"Accept": "text/html"}).status_code == 200
