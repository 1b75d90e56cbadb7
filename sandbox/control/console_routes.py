"""The console's pages: stories as they happen, one story in lanes, the phone beside the shop, and the clock's levers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from flask import Blueprint, redirect, render_template, request, url_for
from pydantic import Field

from sandbox import __version__
from sandbox.control import moving
from sandbox.control.filters import JournalFilter
from sandbox.control.journal_routes import read_filter
from sandbox.control.lanes import LANES
from sandbox.control.refusals import refusal_of
from sandbox.control.routes import check_services
from sandbox.control.stories import tell
from sandbox.kit.clock import FASTEST, ClockLimitError
from sandbox.kit.errors import InvalidInput, NotFound
from sandbox.kit.shapes import Shape
from sandbox.kit.web import read_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.wrappers import Response

    from sandbox.control.levers import Levers
    from sandbox.kit.web.app import Page

_STORIES, _EXCHANGES, _LINES = 20, 50, 500
SPANS = (60, 300, 1_200, 3_600, 86_400)


class MoveClock(Shape):
    """What the form of the clock sends."""

    action: Literal["freeze", "resume", "advance", "speed"]
    seconds: Annotated[int, Field(ge=0, le=SPANS[-1])] = 0
    rate: Annotated[int, Field(ge=1, le=int(FASTEST))] = 1


def console_pages(levers: Levers) -> Blueprint:
    routes = Blueprint("console", __name__)
    journal = levers.journal

    @routes.get("/")
    def console() -> str:
        stories = [tell(**story) for story in journal.list_stories(_STORIES)]
        return render_template(
            "console.html",
            stories=stories,
            cursor=journal.newest_number(),
            services=[{"name": name, **state} for name, state in check_services(levers).items()],
            clock={
                "now": levers.clock.now(),
                "frozen": levers.clock.state.frozen_at is not None,
                "rate": levers.clock.state.rate,
            },
            spans=SPANS,
            seed=levers.seed,
            version=__version__,
            data_dir=levers.data_dir,
            done=request.args.get("done"),
        )

    @routes.get("/stories/<trace>")
    def story(trace: str) -> str:
        found = journal.read_story(trace, _LINES)
        if not found:
            raise NotFound("The journal has no such story, or not any more.")
        told = tell(trace, found)
        receipts = levers.faults.shown()["receipts"]
        lanes = [lane for lane in LANES if any(line["lane"] == lane for line in told.lines)]
        return render_template(
            "story.html",
            story=told,
            lanes=lanes,
            refused={line["id"]: refusal for line in told.lines if (refusal := refusal_of(line))},
            faulted=_kinds_by_exchange(receipts),
            missing=[each for each in receipts if each["trace"] == trace and each["exchange"] is None],
            cursor=journal.newest_number(),
        )

    @routes.get("/console/exchanges")
    def exchanges() -> Page:
        """A filter that cannot be is shown again, with what is wrong with it."""
        try:
            wanted, problem = read_filter(JournalFilter), None
        except InvalidInput as refused:
            wanted, problem = JournalFilter(), refused
        found = journal.list_newest(wanted.model_copy(update={"limit": _EXCHANGES}))
        page = render_template(
            "exchanges.html",
            exchanges=found if problem is None else [],
            asked=request.args,
            problem=problem,
            cursor=journal.newest_number(),
        )
        return page if problem is None else (page, problem.status)

    @routes.get("/console/side-by-side")
    def side_by_side() -> str:
        return render_template("side_by_side.html")

    return routes


def _kinds_by_exchange(receipts: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """More than one fault may have hit the same."""
    kinds: dict[str, list[str]] = {}
    for each in receipts:
        if each["exchange"] is not None:
            kinds.setdefault(each["exchange"], []).append(each["kind"])
    return kinds


def console_levers(levers: Levers) -> Blueprint:
    """Forms, which lead back to the page that they stand on."""
    routes = Blueprint("console_levers", __name__, url_prefix="/console")

    @routes.post("/clock")
    def move_clock() -> Response:
        wanted = read_body(MoveClock)
        try:
            _move(levers, wanted)
        except ClockLimitError as error:
            raise InvalidInput(str(error), field="seconds") from None
        return redirect(url_for("console.console", done="clock"), 303)

    return routes


def _move(levers: Levers, wanted: MoveClock) -> None:
    """Raises ClockLimitError."""
    clock = levers.clock
    if wanted.action == "advance":
        moving.advance(levers, wanted.seconds)
        return
    levers.drain()
    if wanted.action == "speed":
        clock.speed(wanted.rate)
    else:
        getattr(clock, wanted.action)()
    levers.save_clock()
    levers.drain()
