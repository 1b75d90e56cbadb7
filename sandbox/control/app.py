"""Puts the levers together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.control.clock_routes import clock_routes
from sandbox.control.console_routes import console_levers, console_pages
from sandbox.control.fault_pages import fault_pages
from sandbox.control.faults.routes import fault_routes
from sandbox.control.inbox_pages import inbox_pages
from sandbox.control.journal_routes import exchange_levers, exchange_routes, journal_routes
from sandbox.control.middleware import RequestIdMiddleware
from sandbox.control.routes import health_routes, lever_routes
from sandbox.control.same_origin import refuse_foreign_pages
from sandbox.control.seed_routes import seed_routes
from sandbox.control.snapshot_pages import snapshot_pages
from sandbox.control.snapshots.routes import snapshot_routes, travel_routes
from sandbox.kit.ids import Ids
from sandbox.kit.web import ServiceApp, create_service_app

if TYPE_CHECKING:
    from sandbox.control.levers import Levers


def create_control(levers: Levers, *, service_key: str) -> ServiceApp:
    app = create_service_app("sandbox.control", service_key=service_key, pages=True)
    app.before_request(refuse_foreign_pages)
    for routes in (
        health_routes(levers),
        lever_routes(levers),
        seed_routes(levers),
        clock_routes(levers),
        snapshot_routes(levers),
        travel_routes(levers),
        fault_routes(levers.faults),
        journal_routes(levers),
        exchange_routes(levers),
        exchange_levers(levers),
        console_pages(levers),
        console_levers(levers),
        fault_pages(levers),
        snapshot_pages(levers),
        inbox_pages(levers),
    ):
        app.register_blueprint(routes)
    app.wsgi_app = RequestIdMiddleware(app.wsgi_app, Ids(levers.seed, "requests.control"))  # type: ignore[method-assign]  # as Flask's own documentation does
    return app
