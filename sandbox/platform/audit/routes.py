"""Pages and JSON of the audit: each developer's own activity, and everything for admins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, render_template, request, url_for

from sandbox.kit.errors import InvalidInput
from sandbox.kit.paging import Page as PageOfRows
from sandbox.kit.paging import PageQuery
from sandbox.kit.sheets import to_csv
from sandbox.kit.web import Page, read_query
from sandbox.kit.web.operations import describes
from sandbox.platform.audit.actions import ACTIONS
from sandbox.platform.audit.actor import Authority
from sandbox.platform.audit.filters import AdminAuditFilter, AuditFilter
from sandbox.platform.audit.schemas import AdminAuditQuery, AuditEvent, AuditQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sandbox.platform.access import Access
    from sandbox.platform.audit.history import AuditHistory

_COLUMNS = tuple(AuditEvent.model_fields)
_FOR_ADMINS = {"account": ("admin.show_user", "user_id")}
_FOR_OWNERS = {
    "account": ("settings.profile", ""),
    "api_key": ("api_keys.list_keys", ""),
    "app": ("apps.show_app", "app_id"),
    "order": ("order_details.show_order", "order_id"),
    "webhook": ("webhooks.show_webhook", "app_id"),
}
"""Which page shows a target of this kind: endpoint, and what its address calls the target's id."""


def activity_pages(history: AuditHistory, access: Access) -> Blueprint:
    routes = Blueprint("activity", __name__, url_prefix="/settings/activity")

    @routes.get("")
    @access.developers_only
    def list_events() -> Page:
        developer_id = access.current().id

        def find(page: PageQuery) -> PageOfRows[AuditEvent]:
            return history.list_events(read_query(AuditFilter), page, developer_id=developer_id)

        return _page("audit/activity.html", find, lambda event: _address(event, _FOR_OWNERS))

    @routes.get("/export.csv")
    @access.developers_only
    def export_events() -> Response:
        return _download(history.export(read_query(AuditFilter), developer_id=access.current().id), "activity.csv")

    return routes


def admin_audit_pages(history: AuditHistory, access: Access) -> Blueprint:
    routes = Blueprint("admin_audit", __name__, url_prefix="/admin/audit")

    @routes.get("")
    @access.admins_only
    def list_events() -> Page:
        def find(page: PageQuery) -> PageOfRows[AuditEvent]:
            return history.list_events(read_query(AdminAuditFilter), page)

        return _page("audit/all.html", find, lambda event: _address(event, _FOR_ADMINS))

    @routes.get("/export.csv")
    @access.admins_only
    def export_events() -> Response:
        return _download(history.export(read_query(AdminAuditFilter)), "audit.csv")

    return routes


def audit_api(history: AuditHistory, access: Access) -> Blueprint:
    routes = Blueprint("audit_api", __name__, url_prefix="/api")

    @routes.get("/audit")
    @describes(
        "List what happened on your account and apps, newest first.",
        tag="Audit",
        query=AuditQuery,
        answer=AuditEvent,
        pages=True,
        errors=(InvalidInput,),
    )
    @access.developers_only
    def list_own_events() -> dict[str, Any]:
        wanted, page, developer_id = read_query(AuditFilter), read_query(PageQuery), access.current().id
        return history.list_events(wanted, page, developer_id=developer_id).map(_to_json).to_json()

    @routes.get("/admin/audit")
    @describes(
        "List what anybody did, newest first.",
        tag="Admin",
        query=AdminAuditQuery,
        answer=AuditEvent,
        pages=True,
        errors=(InvalidInput,),
    )
    @access.admins_only
    def list_all_events() -> dict[str, Any]:
        found = history.list_events(read_query(AdminAuditFilter), read_query(PageQuery))
        return found.map(_to_json).to_json()

    return routes


def _page(
    template: str, find: Callable[[PageQuery], PageOfRows[AuditEvent]], address_of: Callable[[AuditEvent], str | None]
) -> tuple[str, int]:
    """The list; a filter that is none is said at its field, and lists nothing."""
    problem: InvalidInput | None = None
    page: PageOfRows[AuditEvent] = PageOfRows([])
    try:
        page = find(read_query(PageQuery))
    except InvalidInput as wrong:
        problem = wrong
    filters = {name: value for name, value in request.args.items() if name not in {"after", "limit", "lang"} and value}
    values = {
        "page": page,
        "problem": problem,
        "filters": filters,
        "actions": ACTIONS,
        "authorities": [authority.value for authority in Authority],
        "address_of": address_of,
    }
    return render_template(template, **values), problem.status if problem else 200


def _address(event: AuditEvent, endpoints: dict[str, tuple[str, str]]) -> str | None:
    """The page of what was acted on, where there is one that the reader may open."""
    endpoint, name = endpoints.get(event.target_kind or "", ("", ""))
    if endpoint not in current_app.view_functions:
        return None
    values: dict[str, Any] = {name: event.target_id} if name else {}
    return url_for(endpoint, **values)


def _download(parts: Iterable[Sequence[AuditEvent]], name: str) -> Response:
    rows = ([_cells(event) for event in part] for part in parts)
    answer = Response(to_csv(_COLUMNS, rows, for_spreadsheet=True), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _cells(event: AuditEvent) -> list[object]:
    details = json.dumps(event.details, ensure_ascii=False) if event.details else ""
    return list((event.model_dump(mode="json") | {"details": details}).values())


def _to_json(event: AuditEvent) -> dict[str, Any]:
    return event.model_dump(mode="json")
