"""Lists of orders as pages, as JSON, and as files to download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, Response, render_template, request

from sandbox.contracts.errors import AppNotFound
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.paging import Page as Rows
from sandbox.kit.paging import PageQuery
from sandbox.kit.web import Page, read_query
from sandbox.kit.web.operations import describes
from sandbox.platform.order_lists.export import to_csv
from sandbox.platform.order_lists.query import ListAddress
from sandbox.platform.order_lists.schemas import STATUSES, OrderFilter, PageFilter
from sandbox.platform.order_lists.store import Found
from sandbox.platform.orders.schemas import Order, order_json, order_row

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.order_lists.service import OrderLists

FilterType = TypeVar("FilterType", bound=OrderFilter)


def order_pages(service: OrderLists, access: Access) -> Blueprint:
    routes = Blueprint("orders", __name__)

    @routes.get("/orders")
    @access.developers_only
    def list_orders() -> Page:
        return draw("orders/list.html", None)

    @routes.get("/apps/<app_id>/orders")
    @access.developers_only
    def list_app_orders(app_id: str) -> Page:
        return draw("orders/of_app.html", app_id)

    @routes.get("/orders.csv")
    @access.developers_only
    def export_orders() -> Response:
        return _download(service, access, read_filter(PageFilter), None, for_spreadsheet=True)

    @routes.get("/apps/<app_id>/orders.csv")
    @access.developers_only
    def export_app_orders(app_id: str) -> Response:
        return _download(service, access, read_filter(PageFilter), app_id, for_spreadsheet=True)

    def draw(template: str, app_id: str | None) -> Page:
        developer_id = access.current().id
        apps = {app.id: app for app in service.list_apps(developer_id)}
        address, found = ListAddress(request.args), Found(Rows([]))
        problem: SandboxError | None = None
        try:
            wanted = read_filter(PageFilter)
            found = service.list_orders(developer_id, wanted, read_query(PageQuery), app_id=app_id)
        except InvalidInput as error:
            problem = error
        except AppNotFound as error:
            if error.field != "app":
                raise
            problem = error
        page = render_template(
            template,
            app=apps.get(app_id or ""),
            apps=apps,
            orders=[order_row(order) for order in found.page.rows],
            next_cursor=found.page.next_cursor,
            looked_until=found.looked_until,
            address=address,
            statuses=STATUSES,
            problem=problem,
        )
        return (page, problem.status) if problem else page

    return routes


def order_list_api(service: OrderLists, access: Access) -> Blueprint:
    routes = Blueprint("orders_api", __name__, url_prefix="/api")

    @routes.get("/orders")
    @describes(
        "List the orders of all your apps, filtered and sorted.",
        tag="Orders",
        query=OrderFilter,
        answer=Order,
        pages=True,
        errors=(InvalidInput, AppNotFound),
    )
    @access.developers_only
    def list_orders() -> dict[str, Any]:
        return answer(None)

    @routes.get("/apps/<app_id>/orders")
    @describes(
        "List the orders of an app, filtered and sorted.",
        tag="Orders",
        query=OrderFilter,
        answer=Order,
        pages=True,
        errors=(InvalidInput, AppNotFound),
    )
    @access.developers_only
    def list_app_orders(app_id: str) -> dict[str, Any]:
        return answer(app_id)

    @routes.get("/orders/export")
    @describes(
        "Download orders as comma-separated values, with the same filters.",
        tag="Orders",
        query=OrderFilter,
        media="text/csv",
        errors=(InvalidInput, AppNotFound),
    )
    @access.developers_only
    def export_orders() -> Response:
        return _download(service, access, read_filter(OrderFilter), None, for_spreadsheet=False)

    def answer(app_id: str | None) -> dict[str, Any]:
        wanted, page = read_filter(OrderFilter), read_query(PageQuery)
        return service.list_orders(access.current().id, wanted, page, app_id=app_id).page.map(order_json).to_json()

    return routes


def read_filter(shape: type[FilterType]) -> FilterType:
    """The filters of this address; ``status`` may stand in it several times."""
    fields: dict[str, Any] = request.args.to_dict()
    if "status" in fields:
        fields["status"] = request.args.getlist("status")
    return shape.parse(fields)


def _download(
    service: OrderLists, access: Access, wanted: OrderFilter, app_id: str | None, *, for_spreadsheet: bool
) -> Response:
    """Sent while it is read, so a million orders need no more memory than a thousand."""
    developer_id = access.current().id
    names = {app.id: app.name for app in service.list_apps(developer_id)}
    parts = service.export(developer_id, wanted, app_id=app_id)
    answer = Response(to_csv(parts, names, for_spreadsheet=for_spreadsheet), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="orders.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
