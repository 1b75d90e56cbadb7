"""The clock's levers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from flask import Blueprint
from pydantic import Field

from sandbox.kit.clock import ClockLimitError, to_iso
from sandbox.kit.errors import InvalidInput
from sandbox.kit.shapes import NotBoolean, Shape
from sandbox.kit.web import read_body

if TYPE_CHECKING:
    from sandbox.control.levers import Levers

_TEN_YEARS = 10 * 366 * 24 * 3600


class Advance(Shape):
    seconds: Annotated[float, NotBoolean, Field(ge=0, le=_TEN_YEARS)]


class SetClock(Shape):
    action: Literal["freeze", "resume"]


def clock_routes(levers: Levers) -> Blueprint:
    routes = Blueprint("clock", __name__, url_prefix="/clock")

    def shown() -> dict[str, Any]:
        return {"now": to_iso(levers.clock.now()), "frozen": levers.clock.state.frozen_at is not None}

    @routes.get("")
    def show() -> dict[str, Any]:
        return shown()

    @routes.post("")
    def change() -> dict[str, Any]:
        action = read_body(SetClock).action
        if action == "freeze":
            levers.clock.freeze()
        else:
            levers.clock.resume()
        levers.save_clock()
        return shown()

    @routes.post("/advance")
    def advance() -> dict[str, Any]:
        """All due work is done when this answers. What is under way ends first, at the time at which it began:
        a webhook that was just refused would else count its pause from the new time.
        """
        seconds = read_body(Advance).seconds
        done = levers.drain()
        try:
            levers.clock.advance(seconds)
        except ClockLimitError as error:
            raise InvalidInput(str(error), field="seconds") from None
        levers.save_clock()
        return {"work_done": done + levers.drain(), **shown()}

    return routes
