"""Who is calling: the login session of a browser or of a program, and protection against forged forms."""

from __future__ import annotations

import hmac
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import g, redirect, request, session, url_for
from markupsafe import Markup

from sandbox.kit.errors import InvalidInput, NotAuthenticated
from sandbox.kit.web.app import wants_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.wrappers import Response

    from sandbox.kit.ids import Ids
    from sandbox.platform.accounts.schemas import Developer
    from sandbox.platform.accounts.service import AccountService

P = ParamSpec("P")
R = TypeVar("R")
_TOKEN, _CSRF = "token", "csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForgedForm(InvalidInput):
    code = "FORM_EXPIRED"
    message = "This form has expired."
    hint = "Go back, reload the page and send the form again."


class Access:
    """Knows the caller of each request; made once per app."""

    def __init__(self, app: Flask, accounts: AccountService, ids: Ids) -> None:
        self._accounts = accounts
        self._ids = ids
        app.config.update(
            SESSION_COOKIE_NAME="sandbox_session", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax"
        )
        app.context_processor(lambda: {"csrf_field": self.csrf_field, "developer": self.find_developer()})

    def find_developer(self) -> Developer | None:
        """The developer whose session came as a cookie or as ``Authorization: Bearer``; None for anybody else."""
        if "developer" not in g:
            token = _bearer_token() or (session.get(_TOKEN) if _may_use_cookie() else None)
            g.developer = self._accounts.find_developer(token) if token else None
        found: Developer | None = g.developer
        return found

    def current(self) -> Developer:
        developer = self.find_developer()
        if developer is None:
            raise NotAuthenticated
        return developer

    def remember(self, token: str) -> None:
        """A new cookie at each login, so that a session that was planted before is worth nothing."""
        session.clear()
        session[_TOKEN] = token
        session.permanent = True

    def forget(self) -> None:
        token = session.get(_TOKEN)
        if token:
            self._accounts.logout(token)
        session.clear()

    def developers_only(self, view: Callable[P, R]) -> Callable[P, R | Response]:
        """Send a browser to the login page, and tell a program to log in."""

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if self.find_developer() is None:
                if wants_page():
                    return redirect(url_for("accounts.login"))
                raise NotAuthenticated
            return view(*args, **kwargs)

        return guarded

    def csrf_field(self) -> Markup:
        """The hidden field that every form carries."""
        if _CSRF not in session:
            session[_CSRF] = self._ids.secret()
        return Markup('<input type="hidden" name="csrf_token" value="{}">').format(session[_CSRF])

    def check_form(self) -> None:
        """Refuse a form that did not come from a page of ours."""
        sent, known = request.form.get("csrf_token", ""), str(session.get(_CSRF, ""))
        if not known or not hmac.compare_digest(sent.encode(), known.encode()):
            raise ForgedForm


def _may_use_cookie() -> bool:
    """A browser sends cookies with forms of other ports of the same machine too: the API, whose bodies carry no hidden
    field to know our own pages by, changes nothing for a cookie.
    """
    return request.method in _SAFE or not request.path.startswith("/api/")


def _bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
