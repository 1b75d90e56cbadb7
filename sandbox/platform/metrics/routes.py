"""The JSON of metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from sandbox.contracts.errors import AppNotFound
from sandbox.kit.web.bodies import read_query
from sandbox.kit.web.operations import describes
from sandbox.platform.metrics.schemas import (
    CustomersOut,
    ItemsOut,
    RangeQuery,
    RankingQuery,
    RefusalsOut,
    SalesOut,
    SalesQuery,
    customer_json,
    item_json,
    sales_json,
)

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.metrics.days import Range
    from sandbox.platform.metrics.service.reports import MetricReports


def metric_api(reports: MetricReports, access: Access) -> Blueprint:
    routes = Blueprint("metrics_api", __name__, url_prefix="/api/metrics")

    def scope(query: RangeQuery) -> tuple[list[str], Range]:
        return reports.choose(access.current().id, query.app), query.span(reports.today())

    @routes.get("")
    @describes(
        "Sales per day, week or month of one app or of all, with the period before.",
        tag="Metrics",
        query=SalesQuery,
        answer=SalesOut,
        errors=(AppNotFound,),
    )
    @access.developers_only
    def show_sales() -> dict[str, Any]:
        query = read_query(SalesQuery)
        app_ids, span = scope(query)
        return sales_json(reports.read_sales(app_ids, span, query.period(span)))

    @routes.get("/items")
    @describes("Best-selling items.", tag="Metrics", query=RankingQuery, answer=ItemsOut, errors=(AppNotFound,))
    @access.developers_only
    def list_items() -> dict[str, Any]:
        query = read_query(RankingQuery)
        return {"data": [item_json(item) for item in reports.rank_items(*scope(query), limit=query.limit)]}

    @routes.get("/customers")
    @describes("Most active customers.", tag="Metrics", query=RankingQuery, answer=CustomersOut, errors=(AppNotFound,))
    @access.developers_only
    def list_customers() -> dict[str, Any]:
        query = read_query(RankingQuery)
        return {"data": [customer_json(each) for each in reports.rank_customers(*scope(query), limit=query.limit)]}

    @routes.get("/refusals")
    @describes("Refusals by reason.", tag="Metrics", query=RangeQuery, answer=RefusalsOut, errors=(AppNotFound,))
    @access.developers_only
    def list_refusals() -> dict[str, Any]:
        found = reports.read_refusals(*scope(read_query(RangeQuery)))
        return {"data": [{"reason": reason, "count": count} for reason, count in found.items()]}

    return routes
