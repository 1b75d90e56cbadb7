"""The hosted payment page, and what the phone calls of it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, redirect, render_template, send_file, url_for

from sandbox.contracts.errors import PaymentNotFound, SessionExpired
from sandbox.contracts.hosted import ScanPage, SettlePage
from sandbox.contracts.qr_payload import HostedCode, to_text
from sandbox.kit.web import Page, read_body, service_only
from sandbox.kit.web.app import answer_error, wants_page
from sandbox.platform.hosted.codes import draw_code_of
from sandbox.platform.hosted.front import LEFT, Front, see
from sandbox.platform.hosted.progress import OVER
from sandbox.platform.hosted.way_routes import add_codes, add_resending, add_second_thoughts, add_ways

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.hosted.service import HostedPages
    from sandbox.platform.quirks.service import QuirkService


def page_api(service: HostedPages) -> Blueprint:
    """What only the phone calls."""
    routes = Blueprint("page_api", __name__, url_prefix="/api/pages")

    @routes.post("/<page_id>/scan")
    @service_only
    def scan(page_id: str) -> dict[str, Any]:
        read_body(ScanPage)
        return service.scan(page_id).model_dump()

    @routes.post("/<page_id>/settle")
    @service_only
    def settle(page_id: str) -> dict[str, Any]:
        asked = read_body(SettlePage)
        page = service.settle(page_id, asked.payment_id, asked.code)
        return {"status": page.status, "payment_id": page.id}

    return routes


def hosted_pages(service: HostedPages, quirks: QuirkService, access: Access) -> Blueprint:
    routes = Blueprint("hosted", __name__)
    front = Front(service, quirks)
    routes.register_error_handler(PaymentNotFound, _show_unknown)
    add_views(routes, front)
    add_endings(routes, service, front, access)
    add_ways(routes, service, front, access)
    add_codes(routes, service, front, access)
    add_resending(routes, service, front, access)
    add_second_thoughts(routes, service, front, access)
    return routes


def add_views(routes: Blueprint, front: Front) -> None:
    @routes.get("/checkout/<merchant>/<page_id>")
    def show_with_name(merchant: str, page_id: str) -> Page:
        """The link style of today."""
        del merchant
        front.look(page_id)
        return redirect(url_for("hosted.show", page_id=page_id))

    @routes.get("/pay/<page_id>")
    def show(page_id: str) -> Page:
        """Once it is over, each browser is led back to the shop once, as the real page does; then it shows the result."""
        page, progress = front.look(page_id)
        if progress.state in OVER:
            if front.past() == LEFT:
                return see(page, "result")
            return front.leave(page, redirect(front.shop_address(page), 303))
        if progress.state == "paying" and front.began(page):
            return see(page, "ask_code")
        return front.draw(page, progress, "page", link=to_text(HostedCode(page.id)))

    @routes.get("/pay/<page_id>/status.json")
    def show_status(page_id: str) -> Response:
        """What the page's script asks for now and then; it goes by the state alone."""
        _page, progress = front.look(page_id)
        answer = jsonify(progress.model_dump())
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @routes.get("/pay/<page_id>/qr.png")
    def draw_code(page_id: str) -> Response:
        page, _progress = front.look(page_id)
        return send_file(BytesIO(draw_code_of(page.id)), mimetype="image/png")


def add_endings(routes: Blueprint, service: HostedPages, front: Front, access: Access) -> None:
    @routes.post("/pay/<page_id>/cancel")
    def cancel(page_id: str) -> Page:
        access.check_form()
        page = service.cancel(page_id)
        # Not straight to the shop: a browser follows redirects of a form to our own pages only (CSP form-action).
        return see(page, "result" if front.progress_of(page).state in OVER else "show")

    @routes.get("/pay/<page_id>/result")
    def result(page_id: str) -> Page:
        """How it ended and the way back to the shop, which opens by itself the first time."""
        page, progress = front.look(page_id)
        if progress.state not in OVER:
            return see(page, "show")
        status = SessionExpired.status if progress.state == "expired" else 200
        goes_on = front.past() != LEFT
        made = front.draw(page, progress, "result", status, address=front.shop_address(page), goes_on=goes_on)
        return front.leave(page, made)


def _show_unknown(error: PaymentNotFound) -> Page:
    """A page of its own for who looks at pages; programs get the error as everywhere."""
    return (render_template("hosted/unknown.html"), error.status) if wants_page() else answer_error(error)
