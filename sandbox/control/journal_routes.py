"""The journal over HTTP: found by filters, followed while it grows, exported, and sent again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from pydantic import Field

from sandbox.control.filters import MOST_EXCHANGES, JournalFilter
from sandbox.control.har import as_har
from sandbox.control.lanes import lane_of
from sandbox.control.refusals import refusal_of
from sandbox.control.repeating import as_curl, can_be_sent, missing_secrets, replay
from sandbox.kit.errors import InvalidInput, NotFound
from sandbox.kit.shapes import Shape
from sandbox.kit.waiting import poll
from sandbox.kit.web import read_body, read_query
from sandbox.kit.web.app import wants_page
from sandbox.kit.web.bodies import read_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.control.journal import Journal
    from sandbox.control.levers import Levers
    from sandbox.kit.web.app import Page

_MASKED = "secret."
"""Begins the names of fields for what the journal has not kept."""
_LONGEST_WAIT = 30
Wanted = TypeVar("Wanted", bound=JournalFilter)


class Exported(JournalFilter):
    """All that can be had at once, where no ``limit`` is named."""

    limit: Annotated[int, Field(ge=1, le=MOST_EXCHANGES)] = MOST_EXCHANGES


class Followed(JournalFilter):
    """``wait`` is in seconds of real time."""

    wait: Annotated[float, Field(ge=0, le=_LONGEST_WAIT)] = 0


class Replay(Shape):
    """What the journal masked, by its name: ``{"app_secret": "…", "authorization": "…"}``."""

    secrets: Annotated[dict[str, Annotated[str, Field(max_length=4_000)]], Field(max_length=20)] = Field(
        default_factory=dict
    )


def journal_routes(levers: Levers) -> Blueprint:
    routes = Blueprint("journal", __name__, url_prefix="/journal")
    journal = levers.journal

    @routes.get("")
    def list_exchanges() -> dict[str, Any]:
        world, began = journal.beginning()
        found = journal.list_newest(_in_world(read_filter(JournalFilter), world, began))
        return {"exchanges": found, "world": world, "began": began}

    @routes.get("/stream")
    def follow() -> dict[str, Any]:
        """What came after ``after``, waited for; ``cursor`` is where to go on, and ``world`` belongs to it.

        Where that is another one than before, the world was replaced meanwhile, and the journal with it.
        """
        journal.flush()
        newest, (world, began) = journal.newest_number(), journal.beginning()
        told = {"world": world, "began": began}
        wanted = _in_world(read_filter(Followed), world, began)
        if wanted.after is None or wanted.after > newest:
            return {"exchanges": [], "cursor": newest, **told}
        found = poll(_looking_when_it_grew(journal, wanted), seconds=wanted.wait)
        now, began = journal.beginning()
        if now != world:
            return {"exchanges": [], "cursor": began, "world": now, "began": began}
        return {"exchanges": list(found), "cursor": found[-1]["number"] if found else wanted.after, **told}

    @routes.get("/export.har")
    def export() -> Response:
        har = jsonify(as_har(journal.list_newest(read_filter(Exported)), levers.base_url))
        har.headers["Content-Disposition"] = 'attachment; filename="flouci-sandbox.har"'
        return har

    return routes


def read_filter(shape: type[Wanted]) -> Wanted:
    """A filter that is misspelled would find too much. ``lang`` comes along from the console's pages."""
    for name in request.args:
        if name not in shape.model_fields and name != "lang":
            known = ", ".join(shape.model_fields)
            raise InvalidInput(
                f"'{name[:40]}' is no filter of the journal.", field=name[:40], hint=f"There are {known}."
            )
    return read_query(shape)


def _in_world(wanted: Wanted, world: int, began: int) -> Wanted:
    """``after`` 0 means all there is, in any world."""
    if wanted.world in (None, world) or not wanted.after:
        return wanted
    return wanted.model_copy(update={"after": began})


def _looking_when_it_grew(journal: Journal, wanted: JournalFilter) -> Callable[[], list[dict[str, Any]]]:
    seen = -1

    def look() -> list[dict[str, Any]]:
        nonlocal seen
        grown = journal.growth
        if grown == seen:
            return []
        seen = grown
        return journal.list_newest(wanted)

    return look


def exchange_routes(levers: Levers) -> Blueprint:
    """Of one exchange, by its ``Sandbox-Request-Id``."""
    routes = Blueprint("exchange", __name__, url_prefix="/journal")
    routes.add_app_template_filter(indented)

    @routes.get("/<request_id>")
    def show(request_id: str) -> Any:
        """As a page for browsers, as JSON for programs."""
        found = _find(levers, request_id)
        if wants_page():
            return draw_exchange(levers, found)
        refused = refusal_of(found)
        told = {"curl": as_curl(found, levers.base_url), "faults": _faults_of(levers, found)}
        return found | told | {"refused": None if refused is None else asdict(refused)}

    @routes.get("/<request_id>/curl")
    def curl(request_id: str) -> Response:
        return Response(as_curl(_find(levers, request_id), levers.base_url) + "\n", mimetype="text/plain")

    @routes.post("/<request_id>/replay")
    def send_again(request_id: str) -> Any:
        secrets = read_body(Replay).secrets if request.content_length else {}
        answer = replay(_find(levers, request_id), levers.transport, secrets)
        new_id = answer.headers.get("sandbox-request-id", "")
        told = answer.content.decode("utf-8", "replace")
        return {"status": answer.status, "id": new_id, "body": answer.json() if answer.json() is not None else told}

    return routes


def exchange_levers(levers: Levers) -> Blueprint:
    """The form of an exchange's page, which leads to the page of its repetition."""
    routes = Blueprint("exchange_levers", __name__, url_prefix="/console/exchanges")

    @routes.post("/<request_id>")
    def send_again(request_id: str) -> Page:
        """What the journal masked comes as fields named ``secret.pin`` and so on."""
        found = _find(levers, request_id)
        typed = {name.removeprefix(_MASKED): value for name, value in read_fields().items() if name.startswith(_MASKED)}
        try:
            answer = replay(found, levers.transport, {name: value for name, value in typed.items() if value})
        except InvalidInput as problem:
            return draw_exchange(levers, found, problem), 400
        return redirect(url_for("exchange.show", request_id=answer.headers.get("sandbox-request-id", request_id)), 303)

    return routes


def draw_exchange(levers: Levers, found: Mapping[str, Any], problem: InvalidInput | None = None) -> str:
    return render_template(
        "exchange.html",
        exchange=found,
        lane=lane_of(found),
        curl=as_curl(found, levers.base_url),
        missing=missing_secrets(found),
        can_be_sent=can_be_sent(found),
        faults=_faults_of(levers, found),
        refused=refusal_of(found),
        problem=problem,
    )


def _faults_of(levers: Levers, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in levers.faults.shown()["receipts"] if each["exchange"] == found["id"]]


def indented(text: str) -> str:
    """JSON on lines of its own; what is no whole JSON stays as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _find(levers: Levers, request_id: str) -> dict[str, Any]:
    found = levers.journal.find(request_id)
    if found is None:
        raise NotFound("The journal has no such exchange, or not any more.")
    return found
