"""The dashboard's pages and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from sandbox.contracts.errors import AppNotFound
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.web import Page, read_body
from sandbox.kit.web.bodies import read_query
from sandbox.kit.web.operations import describes
from sandbox.platform.dashboard.kpis import KPIS
from sandbox.platform.dashboard.schemas import (
    DashboardOut,
    DashboardQuery,
    KpiChoice,
    KpiChoiceOut,
    kpi_json,
)
from sandbox.platform.dashboard.service import move
from sandbox.platform.dashboard.views import period_rows, tiles
from sandbox.platform.metrics.schemas import shown_customer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppService
    from sandbox.platform.dashboard.service import DashboardService
    from sandbox.platform.metrics.service.reports import MetricReports

_BEST = 5


def dashboard_pages(service: DashboardService, reports: MetricReports, apps: AppService, access: Access) -> Blueprint:
    routes = Blueprint("dashboard", __name__, url_prefix="/dashboard")
    add_choice_pages(routes, service, access)

    @routes.get("")
    @access.developers_only
    def home() -> Page:
        developer, problem = access.current(), None
        try:
            query = read_query(DashboardQuery)
            span, by, name = query.chosen(reports.today())
        except InvalidInput as error:
            problem, query = error, DashboardQuery()
            span, by, name = query.chosen(reports.today())
        owned = apps.list_owned(developer.id)
        app_ids = reports.choose(developer.id, query.app)
        sales = reports.read_sales(app_ids, span, by)
        totals = reports.read_totals([*{*app_ids, *(app.id for app in owned)}])
        page = render_template(
            "dashboard/home.html",
            apps=owned,
            app_names=[(app.id, app.name) for app in owned],
            sales=sales,
            rows=period_rows(sales),
            range_name=name,
            app_id=query.app,
            form=request.args,
            problem=problem,
            tiles=tiles(service.read(developer.id, sales)),
            items=reports.rank_items(app_ids, span, limit=_BEST),
            customers=[(shown_customer(each), each) for each in reports.rank_customers(app_ids, span, limit=_BEST)],
            refusals=reports.read_refusals(app_ids, span),
            is_new=not any(each.opened for app_id, each in totals.items() if app_id in app_ids),
            has_orders=any(each.opened for each in totals.values()),
        )
        return page, problem.status if problem else 200

    return routes


def add_choice_pages(routes: Blueprint, service: DashboardService, access: Access) -> None:
    """The form on which a developer picks and orders the figures; each button sends the whole of it."""

    @routes.get("/figures")
    @access.developers_only
    def choose_figures() -> Page:
        return _draw_choice(service.list_chosen(access.current().id))

    @routes.post("/figures")
    @access.developers_only
    def save_figures() -> Page:
        chosen = [name for name in request.form.getlist("order") if name in request.form.getlist("kpi")]
        up, down = request.form.get("up"), request.form.get("down")
        if up or down:
            chosen = move(chosen, up or down or "", up=bool(up))
        try:
            access.check_form()
            service.choose(access.current().id, KpiChoice.parse({"kpis": chosen}))
        except InvalidInput as problem:
            return _draw_choice(chosen, problem), problem.status
        if up or down:
            return redirect(url_for("dashboard.choose_figures", _anchor=f"kpi-{up or down}"))
        flash("Your dashboard shows these figures now.", "success")
        return redirect(url_for("dashboard.home"))


def _draw_choice(chosen: Sequence[str], problem: SandboxError | None = None) -> str:
    names = [*chosen, *(name for name in KPIS if name not in chosen)]
    rows = [
        {"name": name, "kpi": KPIS[name], "place": chosen.index(name) if name in chosen else None} for name in names
    ]
    return render_template("dashboard/figures.html", rows=rows, count=len(chosen), problem=problem)


def dashboard_api(service: DashboardService, reports: MetricReports, access: Access) -> Blueprint:
    routes = Blueprint("dashboard_api", __name__, url_prefix="/api/dashboard")

    @routes.get("")
    @describes(
        "The figures of your dashboard, in your order, each with the period before.",
        tag="Metrics",
        query=DashboardQuery,
        answer=DashboardOut,
        errors=(AppNotFound,),
    )
    @access.developers_only
    def show() -> dict[str, Any]:
        developer, query = access.current(), read_query(DashboardQuery)
        span, by, _ = query.chosen(reports.today())
        sales = reports.read_sales(reports.choose(developer.id, query.app), span, by)
        readings = service.read(developer.id, sales)
        return {
            "from": span.first.isoformat(),
            "to": span.last.isoformat(),
            "data": [kpi_json(name, reading) for name, reading in readings.items()],
        }

    @routes.get("/kpis")
    @describes("The figures that you chose for your dashboard.", tag="Metrics", answer=KpiChoiceOut)
    @access.developers_only
    def show_choice() -> dict[str, Any]:
        return {"kpis": list(service.list_chosen(access.current().id)), "available": list(KPIS)}

    @routes.put("/kpis")
    @describes("Choose the figures of your dashboard.", tag="Metrics", body=KpiChoice, answer=KpiChoiceOut)
    @access.developers_only
    def choose() -> dict[str, Any]:
        developer = access.current()
        service.choose(developer.id, read_body(KpiChoice))
        return {"kpis": list(service.list_chosen(developer.id)), "available": list(KPIS)}

    return routes
