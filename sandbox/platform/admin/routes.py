"""Pages and JSON of the users, for admins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from sandbox.contracts.errors import LastAdmin, Refusal, UserNotFound, UserStateChanged
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.paging import Page as PageOfRows
from sandbox.kit.paging import PageQuery
from sandbox.kit.web import Page, read_body, read_query
from sandbox.kit.web.operations import describes
from sandbox.platform.admin.filters import STATUSES, UserFilter
from sandbox.platform.admin.schemas import Suspension, User, UserPage, UserQuery
from sandbox.platform.audit.filters import AuditFilter

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.admin.service import UserService
    from sandbox.platform.audit.history import AuditHistory

_ = str  # marks a text for the catalogs; it is translated where it is shown
Action = Callable[[str, str], UserPage]
"""Takes the admin's id and the user's."""
_EVENTS_SHOWN = 10
_CHANGES = (UserNotFound, UserStateChanged, LastAdmin)


def admin_pages(service: UserService, history: AuditHistory, access: Access) -> Blueprint:
    routes = Blueprint("admin", __name__, url_prefix="/admin/users")

    @routes.get("")
    @access.admins_only
    def list_users() -> Page:
        problem: InvalidInput | None = None
        page: PageOfRows[User] = PageOfRows([])
        try:
            page = service.list_users(read_query(UserFilter), read_query(PageQuery))
        except InvalidInput as wrong:
            problem = wrong
        filters = {name: request.args[name] for name in ("q", "status") if request.args.get(name)}
        shown = {"page": page, "filters": filters, "problem": problem, "statuses": STATUSES}
        return render_template("admin/users.html", **shown), problem.status if problem else 200

    @routes.get("/<user_id>")
    @access.admins_only
    def show_user(user_id: str) -> Page:
        return _user_page(service, history, user_id)

    _add_actions(routes, service, history, access)
    return routes


def _add_actions(routes: Blueprint, service: UserService, history: AuditHistory, access: Access) -> None:
    """Each acts and goes back to the user's page; what went wrong is said on it, beside the user as they are now."""

    def suspend(admin_id: str, user_id: str) -> UserPage:
        return service.suspend(admin_id, user_id, Suspension.parse(request.form).reason)

    actions: dict[str, tuple[Action, str]] = {
        "activate": (service.activate, _("The account is active.")),
        "suspend": (suspend, _("The account is suspended; its user is told by mail.")),
        "reinstate": (service.reinstate, _("The account is active again; its user is told by mail.")),
        "grant-admin": (service.grant_admin, _("The user is an admin now.")),
        "withdraw-admin": (service.withdraw_admin, _("The user is no admin any more.")),
    }

    def view_of(action: Action, done: str) -> Callable[[str], Page]:
        def act(user_id: str) -> Page:
            service.get(user_id)
            try:
                access.check_form()
                action(access.current().id, user_id)
            except (InvalidInput, Refusal) as problem:
                return _user_page(service, history, user_id, problem)
            flash(done, "success")
            gave_up = user_id == access.current().id
            return redirect("/" if gave_up else url_for("admin.show_user", user_id=user_id))

        return act

    for name, (action, done) in actions.items():
        view = access.admins_only(view_of(action, done))
        routes.add_url_rule(f"/<user_id>/{name}", name.replace("-", "_"), view, methods=["POST"])


def _user_page(
    service: UserService, history: AuditHistory, user_id: str, problem: SandboxError | None = None
) -> tuple[str, int]:
    user = service.get(user_id)
    events = history.list_events(AuditFilter(), PageQuery(limit=_EVENTS_SHOWN), developer_id=user_id)
    shown = {
        "user": user,
        "events": events,
        "problem": problem,
        "form": request.form,
        "address_of": lambda _event: None,
    }
    return render_template("admin/user.html", **shown), problem.status if problem else 200


def admin_api(service: UserService, access: Access) -> Blueprint:
    routes = Blueprint("admin_api", __name__, url_prefix="/api/admin/users")

    @routes.get("")
    @describes(
        "List the users, newest first.", tag="Admin", query=UserQuery, answer=User, pages=True, errors=(InvalidInput,)
    )
    @access.admins_only
    def list_users() -> dict[str, Any]:
        return service.list_users(read_query(UserFilter), read_query(PageQuery)).map(_to_json).to_json()

    @routes.get("/<user_id>")
    @describes("Show a user with apps, sessions and keys.", tag="Admin", answer=UserPage, errors=(UserNotFound,))
    @access.admins_only
    def show_user(user_id: str) -> dict[str, Any]:
        return _to_json(service.get(user_id))

    @routes.post("/<user_id>/activate")
    @describes("Activate an account without its mail.", tag="Admin", answer=UserPage, errors=_CHANGES)
    @access.admins_only
    def activate(user_id: str) -> dict[str, Any]:
        return _to_json(service.activate(access.current().id, user_id))

    @routes.post("/<user_id>/suspend")
    @describes(
        "Suspend a user: sessions end, API keys and apps stop.",
        tag="Admin",
        body=Suspension,
        answer=UserPage,
        errors=_CHANGES,
    )
    @access.admins_only
    def suspend(user_id: str) -> dict[str, Any]:
        return _to_json(service.suspend(access.current().id, user_id, read_body(Suspension).reason))

    @routes.post("/<user_id>/reinstate")
    @describes("Let a suspended user work again.", tag="Admin", answer=UserPage, errors=_CHANGES)
    @access.admins_only
    def reinstate(user_id: str) -> dict[str, Any]:
        return _to_json(service.reinstate(access.current().id, user_id))

    @routes.post("/<user_id>/grant-admin")
    @describes("Make a user an admin.", tag="Admin", answer=UserPage, errors=_CHANGES)
    @access.admins_only
    def grant_admin(user_id: str) -> dict[str, Any]:
        return _to_json(service.grant_admin(access.current().id, user_id))

    @routes.post("/<user_id>/withdraw-admin")
    @describes("Take the authority of an admin away.", tag="Admin", answer=UserPage, errors=_CHANGES)
    @access.admins_only
    def withdraw_admin(user_id: str) -> dict[str, Any]:
        return _to_json(service.withdraw_admin(access.current().id, user_id))

    return routes


def _to_json(shape: User) -> dict[str, Any]:
    return shape.model_dump(mode="json")
