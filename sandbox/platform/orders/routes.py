"""HTTP of the payment form's session: called by the script, by the phone, and by the Payments API's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from sandbox.contracts.errors import AppDisabled, AppNotFound, OriginNotAllowed, SessionNotFound
from sandbox.contracts.events import PaymentEvents
from sandbox.contracts.platform import OpenSession, ScanSession
from sandbox.kit.web import read_body, service_only
from sandbox.kit.web.app import created
from sandbox.kit.web.cors import open_to_any_site
from sandbox.kit.web.operations import describes
from sandbox.platform.orders.schemas import CheckoutSession, OpenedSession

if TYPE_CHECKING:
    from sandbox.platform.orders.service import OrderService


def form_api(service: OrderService) -> Blueprint:
    """What the script calls from the merchant's page: open to any origin, without cookies."""
    routes = Blueprint("form_api", __name__, url_prefix="/api/checkout/sessions")
    open_to_any_site(routes)

    @routes.post("")
    @describes(
        "Open a payment form: what the script does when the button is clicked.",
        tag="Payment form",
        body=OpenSession,
        answer=OpenedSession,
        status=201,
        errors=(AppNotFound, AppDisabled, OriginNotAllowed),
    )
    def open_session() -> tuple[Response, int]:
        opened = service.open_session(read_body(OpenSession), request.headers.get("Origin"))
        answer, status = created(opened)
        if opened["warnings"]:
            answer.headers["Sandbox-Hint"] = opened["warnings"][0]
        return answer, status

    @routes.get("/<session>")
    @describes("Tell how a payment form stands.", tag="Payment form", answer=CheckoutSession, errors=(SessionNotFound,))
    def show(session: str) -> dict[str, Any]:
        return service.get_session(session)

    return routes


def order_api(service: OrderService) -> Blueprint:
    """What only the sandbox's own services call."""
    routes = Blueprint("order_api", __name__, url_prefix="/api")

    @routes.post("/checkout/sessions/<session>/scan")
    @service_only
    def scan(session: str) -> dict[str, Any]:
        return service.scan(session, read_body(ScanSession)).model_dump()

    @routes.post("/checkout/sessions/<session>/refuse")
    @service_only
    def refuse(session: str) -> dict[str, Any]:
        service.refuse(session)
        return {"refused": True}

    @routes.post("/events")
    @service_only
    def receive_events() -> dict[str, Any]:
        service.receive(read_body(PaymentEvents).events)
        return {"received": True}

    return routes
