"""Health, reset, and the ledger's proof."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, redirect, url_for

from sandbox import __version__
from sandbox.contracts.ledger import LedgerFormat
from sandbox.control.movements import list_movements
from sandbox.kit.clock import to_iso
from sandbox.kit.shapes import Moment, Shape
from sandbox.kit.web import read_query
from sandbox.kit.web.app import wants_page

if TYPE_CHECKING:
    from sandbox.control.levers import Levers


class ExportFilter(Shape):
    format: LedgerFormat = "csv"


class MovementFilter(Shape):
    since: Moment


class Drain(Shape):
    alone: bool = False


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
    def reset() -> Any:
        """The console's button leads back to the console."""
        levers.reset()
        if wants_page():
            return redirect(url_for("console.console", done="reset"), 303)
        return {"reset": True, "seed": levers.seed}

    @routes.post("/drain")
    def drain() -> dict[str, Any]:
        """``alone`` is what one process of several asks another."""
        return {"work_done": levers.drain_own() if read_query(Drain).alone else levers.drain()}

    @routes.get("/ledger/verify")
    def verify_ledger() -> dict[str, Any]:
        return levers.payments.verify_ledger().model_dump()

    @routes.get("/ledger/movements")
    def movements() -> dict[str, Any]:
        since = to_iso(datetime.fromisoformat(read_query(MovementFilter).since))
        return {"movements": list_movements(levers.payments.export_ledger("csv"), since, levers.owner_of)}

    @routes.get("/ledger/export")
    def export_ledger() -> Response:
        """Sent while it is read; what is wrong with the call is said before the first byte."""
        pieces = levers.payments.export_ledger(read_query(ExportFilter).format)
        first = next(pieces)
        return Response(chain((first,), pieces), mimetype="text/plain; charset=utf-8")

    return routes


def check_services(levers: Levers) -> dict[str, dict[str, Any]]:
    return {name: _check(check) for name, check in levers.checks.items()}


def _check(check: Any) -> dict[str, Any]:
    try:
        check()
    except Exception as error:  # noqa: BLE001  whatever is wrong with a service is what health tells
        return {"ok": False, "problem": str(error)[:200]}
    return {"ok": True}
