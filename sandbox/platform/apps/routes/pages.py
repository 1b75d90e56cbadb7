"""The pages of apps: the list, and the overview of one; the rest stands beside this file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from sandbox.platform.apps.routes.keys import add_key_pages
from sandbox.platform.apps.routes.linking import add_linking_pages
from sandbox.platform.apps.routes.settings import add_settings_pages
from sandbox.platform.apps.schemas import app_row, order_row
from sandbox.platform.dashboard.views import period_rows
from sandbox.platform.metrics.days import last_days

if TYPE_CHECKING:
    from sandbox.kit.web import Page
    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppServices
    from sandbox.platform.metrics.service.reports import MetricReports
    from sandbox.platform.orders.service import OrderReports
    from sandbox.platform.settings import PlatformSettings

_DAYS = 30
"""Of which the overview shows the sales."""


def app_pages(
    apps: AppServices, reports: OrderReports, metrics: MetricReports, access: Access, settings: PlatformSettings
) -> Blueprint:
    routes = Blueprint("apps", __name__, url_prefix="/apps")
    add_linking_pages(routes, apps.linking, access, settings.max_apps)
    add_key_pages(routes, apps, access, settings.base_url)
    add_settings_pages(routes, apps, access, settings)

    @routes.get("")
    @access.developers_only
    def list_apps() -> Page:
        owned = apps.linking.list_owned(access.current().id)
        totals = reports.totals([app.id for app in owned])
        rows = [app_row(app, totals.get(app.id, (0, 0))) for app in owned]
        return render_template("apps/list.html", apps=rows)

    @routes.get("/<app_id>")
    @access.developers_only
    def show_app(app_id: str) -> Page:
        developer = access.current()
        app = apps.linking.get_owned(developer.id, app_id)
        count, gross = reports.totals([app.id]).get(app.id, (0, 0))
        orders = [order_row(order) for order in reports.list_by_app(developer.id, app_id)]
        sales = metrics.read_sales([app.id], last_days(metrics.today(), _DAYS), "day")
        return render_template(
            "apps/overview.html",
            app=app,
            orders=orders,
            totals={"count": count, "gross": gross},
            sales=sales,
            rows=period_rows(sales),
        )

    return routes
