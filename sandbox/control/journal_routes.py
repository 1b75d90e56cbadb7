"""The journal over HTTP: found by filters, followed while it grows, exported, and sent again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import Field

from sandbox.control.filters import JournalFilter
from sandbox.control.har import as_har
from sandbox.control.lanes import lane_of
from sandbox.control.repeating import as_curl, missing_secrets, replay
from sandbox.kit.errors import NotFound
from sandbox.kit.shapes import Shape
from sandbox.kit.waiting import poll
from sandbox.kit.web import read_body, read_query
from sandbox.kit.web.app import wants_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.control.journal import Journal
    from sandbox.control.levers import Levers

_LONGEST_WAIT = 30


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
        return {"exchanges": journal.list_newest(read_query(JournalFilter))}

    @routes.get("/stream")
    def follow() -> dict[str, Any]:
        """What came after ``after``, waited for; ``cursor`` is where to go on.

        Where it is smaller than before, the world was replaced meanwhile, and the journal with it.
        """
        wanted = read_query(Followed)
        journal.flush()
        newest = journal.newest_number()
        if wanted.after is None or wanted.after > newest:
            return {"exchanges": [], "cursor": newest}
        found = poll(_looking_when_it_grew(journal, wanted), seconds=wanted.wait)
        return {"exchanges": list(found), "cursor": found[-1]["number"] if found else wanted.after}

    @routes.get("/export.har")
    def export() -> Response:
        har = jsonify(as_har(journal.list_newest(read_query(JournalFilter)), levers.base_url))
        har.headers["Content-Disposition"] = 'attachment; filename="flouci-sandbox.har"'
        return har

    return routes


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
        faults = [each for each in levers.faults.shown()["receipts"] if each["exchange"] == request_id]
        if not wants_page():
            return found | {"curl": as_curl(found, levers.base_url), "faults": faults}
        return render_template(
            "exchange.html",
            exchange=found,
            lane=lane_of(found),
            curl=as_curl(found, levers.base_url),
            missing=missing_secrets(found),
            faults=faults,
        )

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
