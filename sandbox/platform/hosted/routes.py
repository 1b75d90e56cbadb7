"""The hosted payment page, and what the phone calls of it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, send_file, url_for

from sandbox.contracts.hosted import ScanPage, SettlePage
from sandbox.contracts.qr_payload import HostedCode, to_text
from sandbox.kit.web import Page, read_body, service_only
from sandbox.platform.hosted.redirects import shop_address
from sandbox.platform.orders.states import ENDED
from sandbox.platform.quirks.table import of_app

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.hosted.schemas import HostedPage
    from sandbox.platform.hosted.service import HostedPages
    from sandbox.platform.quirks.service import QuirkService
    from sandbox.platform.quirks.table import Quirks


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

    def of(page: HostedPage) -> Quirks:
        return of_app(quirks.sandbox, page.chosen_quirks)

    def draw(page: HostedPage, template: str, **values: Any) -> Response:
        """Seen: the checkout cannot be framed."""
        made = Response(render_template(template, page=page, **values))
        if of(page).is_on("frame_options", "deny"):
            made.headers["X-Frame-Options"] = "deny"
        return made

    @routes.get("/checkout/<merchant>/<page_id>")
    def show_with_name(merchant: str, page_id: str) -> Page:
        """The link style of today."""
        del merchant
        return redirect(url_for("hosted.show", page_id=page_id))

    @routes.get("/pay/<page_id>")
    def show(page_id: str) -> Page:
        page = service.get(page_id)
        if page.status in ENDED | {"PREAUTHORISED"}:
            return redirect(shop_address(page, of(page)), 303)
        return draw(page, "hosted/page.html", link=to_text(HostedCode(page.id)))

    @routes.get("/pay/<page_id>/qr.png")
    def draw_code(page_id: str) -> Response:
        import qrcode

        text = to_text(HostedCode(service.get(page_id).id))
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=4)
        code.add_data(text)
        picture = BytesIO()
        code.make_image().save(picture, "PNG")
        picture.seek(0)
        return send_file(picture, mimetype="image/png")

    @routes.post("/pay/<page_id>/cancel")
    def cancel(page_id: str) -> Page:
        access.check_form()
        page = service.cancel(page_id)
        if page.status not in ENDED:
            return redirect(f"/pay/{page.id}", 303)
        # Not a redirect: a browser follows those of a form to our own pages only (CSP form-action).
        return draw(page, "hosted/leaving.html", address=shop_address(page, of(page)))

    return routes
