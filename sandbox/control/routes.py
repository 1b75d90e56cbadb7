"""Health, reset, the ledger's proof, and the console."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, render_template
from pydantic import AwareDatetime

from sandbox import __version__
from sandbox.contracts.ledger import LedgerFormat
from sandbox.control.filters import JournalFilter
from sandbox.control.movements import list_movements
from sandbox.kit.clock import to_iso
from sandbox.kit.shapes import Shape
from sandbox.kit.web import read_query

if TYPE_CHECKING:
    from sandbox.control.levers import Levers

_SHOWN_EXCHANGES = 50


class ExportFilter(Shape):
    format: LedgerFormat = "csv"


class MovementFilter(Shape):
    since: AwareDatetime


def health_routes(levers: Levers) -> Blueprint:
    routes = Blueprint("health", __name__)

    @routes.get("/health")
    def health() -> tuple[Response, int]:
        services = check_services(levers)
        ok = all(service["ok"] for service in services.values())
        return jsonify({"ok": ok, "version": __version__, "services": services}), 200 if ok else 503

    @routes.get("/ready")
    def ready() -> tuple[Response, int]:
        is_ready = levers.is_ready()
        return jsonify({"ready": is_ready}), 200 if is_ready else 503

    return routes


def lever_routes(levers: Levers) -> Blueprint:
    routes = Blueprint("levers", __name__)

    @routes.get("/details")
    def details() -> dict[str, Any]:
        """For whoever attaches to a sandbox that runs: its addresses, the demo developer, keys and phones."""
        return dict(levers.details())

    @routes.post("/reset")
    def reset() -> dict[str, Any]:
        levers.reset()
        return {"reset": True, "seed": levers.seed}

    @routes.post("/drain")
    def drain() -> dict[str, Any]:
        return {"work_done": levers.drain()}

    @routes.get("/ledger/verify")
    def verify_ledger() -> dict[str, Any]:
        return levers.payments.verify_ledger().model_dump()

    @routes.get("/ledger/movements")
    def movements() -> dict[str, Any]:
        since = to_iso(read_query(MovementFilter).since)
        return {"movements": list_movements(levers.payments.export_ledger("csv"), since, levers.owner_of)}

    @routes.get("/ledger/export")
    def export_ledger() -> Response:
        """Sent while it is read; what is wrong with the call is said before the first byte."""
        pieces = levers.payments.export_ledger(read_query(ExportFilter).format)
        first = next(pieces)
        return Response(chain((first,), pieces), mimetype="text/plain; charset=utf-8")

    return routes


def console_pages(levers: Levers) -> Blueprint:
    routes = Blueprint("console", __name__)

    @routes.get("/")
    def console() -> str:
        return render_template(
            "console.html",
            services=[{"name": name, **state} for name, state in check_services(levers).items()],
            clock={"now": levers.clock.now(), "frozen": levers.clock.state.frozen_at is not None},
            exchanges=levers.journal.list_newest(JournalFilter(limit=_SHOWN_EXCHANGES)),
            seed=levers.seed,
            version=__version__,
            data_dir=levers.data_dir,
        )

    return routes


def check_services(levers: Levers) -> dict[str, dict[str, Any]]:
    return {name: _check(check) for name, check in levers.checks.items()}


def _check(check: Any) -> dict[str, Any]:
    try:
        check()
    except Exception as error:  # noqa: BLE001  whatever is wrong with a service is what health tells
        return {"ok": False, "problem": str(error)[:200]}
    return {"ok": True}
