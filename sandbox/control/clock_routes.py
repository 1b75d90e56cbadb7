"""The clock's levers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from flask import Blueprint
from pydantic import BeforeValidator, model_validator

from sandbox.control import moving
from sandbox.kit.clock import ClockLimitError, to_iso
from sandbox.kit.days import parse_moment
from sandbox.kit.errors import InvalidInput
from sandbox.kit.shapes import NotBoolean, Shape
from sandbox.kit.spans import parse_span
from sandbox.kit.web import read_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.control.levers import Levers

_TEN_YEARS = 10 * 366 * 24 * 3600
_NEEDS = {"speed": "rate", "set": "to"}
_HINT_SPAN = (
    "Send how many seconds to move forward. To begin at an earlier moment, start another sandbox or reset this one."
)


def _read_span(value: object) -> float:
    """Raises ValueError, whose text says what to send."""
    try:
        seconds = parse_span(value) if isinstance(value, str) else float(value)  # type: ignore[arg-type]  # or TypeError
    except (TypeError, OverflowError):
        raise ValueError("This is no span of time: send seconds, or 20m, 1h30m, 7d.") from None
    if not seconds <= _TEN_YEARS:
        raise ValueError(f"The clock moves on by at most ten years at a time: {_TEN_YEARS} seconds.")
    return seconds


class Advance(Shape):
    """A number of seconds, or a span as people write it: ``20m``."""

    seconds: Annotated[float, BeforeValidator(_read_span), NotBoolean]


class SetClock(Shape):
    """``rate`` belongs to ``speed``, ``to`` to ``set``."""

    action: Literal["freeze", "resume", "speed", "set"]
    rate: Annotated[float | None, NotBoolean] = None
    to: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for action, needed in _NEEDS.items():
            if (getattr(self, needed) is not None) != (self.action == action):
                raise InvalidInput(
                    f"'{needed}' goes with the action '{action}', and only with it.",
                    field=needed,
                    hint='Send {"action": "speed", "rate": 60} or {"action": "set", "to": "2026-03-01T09:30:00Z"}.',
                )
        return self


def clock_routes(levers: Levers) -> Blueprint:
    routes = Blueprint("clock", __name__, url_prefix="/clock")
    clock = levers.clock

    def shown() -> dict[str, Any]:
        return {"now": to_iso(clock.now()), "frozen": clock.is_frozen, "rate": clock.rate}

    @routes.get("")
    def show() -> dict[str, Any]:
        return shown()

    @routes.post("")
    def change() -> dict[str, Any]:
        """Moved to an instant, it answers like ``advance`` when all due work is done."""
        wanted = read_body(SetClock)
        if wanted.action == "set":
            return move(lambda: clock.seconds_to(_moment(wanted.to or "")), field="to")
        try:
            if wanted.action == "speed":
                clock.speed(wanted.rate or 0)
            else:
                getattr(clock, wanted.action)()
        except ClockLimitError as error:
            raise InvalidInput(str(error), field="rate", hint="Send a rate such as 60: a minute in a second.") from None
        levers.save_clock()
        return shown()

    @routes.post("/advance")
    def advance() -> dict[str, Any]:
        seconds = read_body(Advance).seconds
        return move(lambda: seconds, field="seconds")

    def move(span: Callable[[], float], *, field: str) -> dict[str, Any]:
        try:
            done = moving.advance(levers, span())
        except ClockLimitError as error:
            raise InvalidInput(str(error), field=field, hint=_HINT_SPAN if field == "seconds" else _HINT_SET) from None
        return {"work_done": done, **shown()}

    return routes


_HINT_SET = "Send a later moment. To begin at an earlier one, start another sandbox or reset this one."


def _moment(text: str) -> datetime:
    try:
        return parse_moment(text)
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"'{text[:40]}' is no moment.",
            field="to",
            hint="Write it like 2026-03-01T09:30:00Z, or 2026-03-01T10:30 for Tunisia's time.",
        ) from None
