"""Pages and JSON of login, logout and the sessions of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, request, url_for

from sandbox.contracts.errors import AccountSuspended, BadLogin, LoginSessionNotFound, NotActivated, TooManyRequests
from sandbox.contracts.platform import Login
from sandbox.kit.clock import to_iso
from sandbox.kit.paging import PageQuery
from sandbox.kit.web import Page, read_body, read_query
from sandbox.kit.web.operations import describes
from sandbox.kit.web.pages import keep_language
from sandbox.platform.forms import PROBLEMS, is_local, next_page, show_form, typed_fields
from sandbox.platform.sessions.schemas import OpenSession, SessionsEnded, SessionToken

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.sessions.service import SessionService


def add_login_pages(routes: Blueprint, service: SessionService, access: Access) -> None:
    def show_login(problem: Any = None) -> Page:
        wanted = request.form.get("next") or request.args.get("next") or ""
        return show_form("sessions/login.html", problem, next=wanted if is_local(wanted) else "")

    @routes.get("/login")
    def login() -> Page:
        if access.find_developer() is not None:
            return redirect(next_page())
        return show_login()

    @routes.post("/login")
    def send_login() -> Page:
        try:
            access.check_form()
            wanted = Login.parse(typed_fields() | {"remember": "remember" in request.form})
            opened = service.login(wanted, request.user_agent.string, replaces=access.token)
        except PROBLEMS as problem:
            return show_login(problem)
        access.remember(opened.token, keep=wanted.remember)
        answer = redirect(next_page())
        if "lang" not in request.cookies:
            keep_language(answer, opened.language)
        return answer

    @routes.post("/logout")
    def logout() -> Page:
        access.check_form()
        access.forget()
        return redirect(url_for("site.home"))


def add_session_pages(routes: Blueprint, service: SessionService, access: Access) -> None:
    @routes.get("/sessions")
    @access.developers_only
    def sessions() -> Page:
        wanted = read_query(PageQuery)
        page = service.list_open(access.current().id, access.session_id, wanted)
        return show_form("settings/sessions.html", sessions=page.rows, next_cursor=page.next_cursor, after=wanted.after)

    @routes.post("/sessions/<session_id>/revoke")
    @access.developers_only
    def revoke_session(session_id: str) -> Page:
        access.check_form()
        is_own = session_id == access.session_id
        service.revoke(access.current().id, session_id)
        if is_own:
            access.forget()
            return redirect(url_for("accounts.login"))
        flash("This session has ended.", "success")
        return redirect(url_for("settings.sessions"))

    @routes.post("/sessions/revoke-others")
    @access.developers_only
    def revoke_other_sessions() -> Page:
        access.check_form()
        service.revoke_others(access.current().id, access.session_id)
        flash("All other sessions have ended.", "success")
        return redirect(url_for("settings.sessions"))


def session_api(service: SessionService, access: Access) -> Blueprint:
    routes = Blueprint("sessions_api", __name__, url_prefix="/api")

    @routes.post("/login")
    @describes(
        "Log in; the answer is the token of a session.",
        tag="Accounts",
        body=Login,
        answer=SessionToken,
        errors=(BadLogin, NotActivated, AccountSuspended, TooManyRequests),
    )
    def login() -> dict[str, Any]:
        opened = service.login(read_body(Login), request.user_agent.string)
        return SessionToken(token=opened.token, expires_at=to_iso(opened.expires_at)).model_dump()

    @routes.post("/logout")
    @describes("End the session whose token is sent.", tag="Accounts", answer=SessionsEnded)
    @access.logins_only
    def logout() -> dict[str, Any]:
        access.end_session()
        return SessionsEnded(ended=1).model_dump()

    @routes.get("/sessions")
    @describes("List where you are logged in, newest first.", tag="Accounts", answer=OpenSession, pages=True)
    @access.logins_only
    def list_sessions() -> dict[str, Any]:
        page = service.list_open(access.current().id, access.session_id, read_query(PageQuery))
        return page.map(lambda row: row.model_dump()).to_json()

    @routes.delete("/sessions")
    @describes("End all your sessions but the one that asks.", tag="Accounts", answer=SessionsEnded)
    @access.logins_only
    def revoke_others() -> dict[str, Any]:
        return SessionsEnded(ended=service.revoke_others(access.current().id, access.session_id)).model_dump()

    @routes.delete("/sessions/<session_id>")
    @describes("End one of your sessions.", tag="Accounts", answer=SessionsEnded, errors=(LoginSessionNotFound,))
    @access.logins_only
    def revoke(session_id: str) -> dict[str, Any]:
        service.revoke(access.current().id, session_id)
        return SessionsEnded(ended=1).model_dump()

    return routes
