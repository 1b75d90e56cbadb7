"""Pages and JSON of apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, render_template

from sandbox.contracts.errors import (
    AppNameTaken,
    AppNotFound,
    NotABusinessWallet,
    OtpExpired,
    OtpLocked,
    OtpUsed,
    TooManyApps,
    WrongOtp,
)
from sandbox.contracts.events import WalletEvents
from sandbox.contracts.platform import App, AppLink, ConfirmApp, NewApp, PublicApp
from sandbox.kit.errors import NotFound, ServiceUnavailable
from sandbox.kit.web import Page, read_body, service_only
from sandbox.kit.web.app import created
from sandbox.kit.web.cors import open_to_any_site
from sandbox.kit.web.operations import describes
from sandbox.platform.apps.linking import add_linking_pages
from sandbox.platform.apps.schemas import app_row, order_row

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppService
    from sandbox.platform.apps.wallets import WalletNews
    from sandbox.platform.orders.service import OrderReports


def app_pages(service: AppService, reports: OrderReports, access: Access, base_url: str) -> Blueprint:
    routes = Blueprint("apps", __name__, url_prefix="/apps")
    add_linking_pages(routes, service, access)

    @routes.get("")
    @access.developers_only
    def list_apps() -> Page:
        apps = service.list_owned(access.current().id)
        totals = reports.totals([app.id for app in apps])
        return render_template("apps/list.html", apps=[app_row(app, totals.get(app.id, (0, 0))) for app in apps])

    @routes.get("/<app_id>")
    @access.developers_only
    def show_app(app_id: str) -> Page:
        developer = access.current()
        app = service.get_owned(developer.id, app_id)
        count, gross = reports.totals([app.id]).get(app.id, (0, 0))
        return render_template(
            "apps/overview.html",
            app=app,
            orders=[order_row(order) for order in reports.list_by_app(developer.id, app_id)],
            totals={"count": count, "gross": gross},
            base_url=base_url,
            public_token=app.public_token,
        )

    return routes


def app_api(service: AppService, access: Access) -> Blueprint:
    routes = Blueprint("apps_api", __name__, url_prefix="/api/apps")

    @routes.get("")
    @describes("List your apps.", tag="Apps", answer=App, pages=True)
    @access.developers_only
    def list_apps() -> dict[str, Any]:
        return {"apps": [app.model_dump() for app in service.list_owned(access.current().id)]}

    @routes.post("")
    @describes(
        "Start to create an app; a code goes by SMS to the business wallet's phone.",
        tag="Apps",
        body=NewApp,
        answer=AppLink,
        status=201,
        errors=(AppNameTaken, NotABusinessWallet, TooManyApps, ServiceUnavailable),
    )
    @access.developers_only
    def start() -> tuple[Response, int]:
        return created(service.start(access.current().id, read_body(NewApp)).model_dump())

    @routes.post("/links/<link_id>/confirm")
    @describes(
        "Confirm the code; the app is there, with both tokens.",
        tag="Apps",
        body=ConfirmApp,
        answer=App,
        errors=(WrongOtp, OtpLocked, OtpExpired, OtpUsed, NotFound, ServiceUnavailable),
    )
    @access.developers_only
    def confirm(link_id: str) -> dict[str, Any]:
        return service.confirm(access.current().id, link_id, read_body(ConfirmApp).code).model_dump()

    @routes.post("/links/<link_id>/resend")
    @describes(
        "Send a new code; the one before is worth nothing from then on.",
        tag="Apps",
        answer=AppLink,
        errors=(OtpLocked, NotFound, ServiceUnavailable),
    )
    @access.developers_only
    def resend(link_id: str) -> dict[str, Any]:
        return service.resend(access.current().id, link_id).model_dump()

    return routes


def public_app_api(service: AppService) -> Blueprint:
    """What the payment form and the phone ask about an app, from any site."""
    routes = Blueprint("public_apps_api", __name__, url_prefix="/api/apps")
    open_to_any_site(routes)

    @routes.get("/<public_token>")
    @describes(
        "Show what anybody may know of an app, by its public token.",
        tag="Payment form",
        answer=PublicApp,
        errors=(AppNotFound,),
    )
    def show(public_token: str) -> Response:
        return jsonify(service.get_public(public_token).model_dump())

    return routes


def wallet_event_api(news: WalletNews) -> Blueprint:
    """What the Wallets API tells; only the sandbox's own services may call it."""
    routes = Blueprint("wallet_events_api", __name__, url_prefix="/api")

    @routes.post("/wallet-events")
    @service_only
    def receive() -> dict[str, Any]:
        news.receive(read_body(WalletEvents).events)
        return {"received": True}

    return routes
