"""Who is calling: the login session of a browser or of a program, its authority, and protection against forged forms."""

from __future__ import annotations

import hmac
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask import g, redirect, request, session, url_for
from markupsafe import Markup

from sandbox.contracts.errors import AdminsOnly, ApiKeyInvalid, ApiKeyReadOnly, NeedsLogin
from sandbox.kit.errors import InvalidInput, NotAuthenticated
from sandbox.kit.web.app import comes_from_a_service, request_id, wants_page
from sandbox.kit.web.operations import for_callers
from sandbox.platform.api_keys.schemas import KEY_PREFIX
from sandbox.platform.audit.actor import SYSTEM, Actor, Authority, acting_as
from sandbox.platform.sessions.service import REMEMBERED_DAYS
from sandbox.platform.site.navigation import APP_TABS, SECTIONS, SETTINGS_TABS, links

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.wrappers import Response

    from sandbox.kit.ids import Ids
    from sandbox.platform.accounts.schemas import Developer
    from sandbox.platform.api_keys.schemas import KeyHolder
    from sandbox.platform.api_keys.service import ApiKeyService
    from sandbox.platform.sessions.service import SessionService

_ = str  # marks a text for the catalogs; it is translated where it is shown
P = ParamSpec("P")
R = TypeVar("R")
_TOKEN, _CSRF = "token", "csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForgedForm(InvalidInput):
    code = "FORM_EXPIRED"
    message = _("This form has expired.")
    hint = _("Look at what you typed and send it again.")


class Access:
    """Knows the caller of each request; made once per app."""

    def __init__(
        self, app: Flask, sessions: SessionService, keys: ApiKeyService, ids: Ids, *, secure: bool = False
    ) -> None:
        """``secure`` cookies are sent over TLS only."""
        self._sessions = sessions
        self._keys = keys
        self._ids = ids
        app.config.update(
            SESSION_COOKIE_NAME="sandbox_session",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=secure,
            PERMANENT_SESSION_LIFETIME=timedelta(days=REMEMBERED_DAYS),
        )
        app.context_processor(self._context)
        # Before whatever else refuses a request: the page that tells of a refusal asks who reads it.
        app.before_request_funcs.setdefault(None, []).insert(0, self._act)
        app.teardown_request(self._act_no_more)

    def find_developer(self) -> Developer | None:
        """The developer whose session came as a cookie or as ``Authorization: Bearer``, or whose API key did; None for
        anybody else.
        """
        if "developer" not in g:
            g.api_key, g.session_id = self._find_key(), None
            g.developer = g.api_key.developer if g.api_key is not None else self._find_logged_in()
            if g.developer is not None:
                g.acting.enter_context(acting_as(_actor_of(g.developer, g.api_key)))
        found: Developer | None = g.developer
        return found

    def _find_key(self) -> KeyHolder | None:
        """Keys open the JSON API and nothing else."""
        token = _bearer_token()
        is_key = token.startswith(KEY_PREFIX) and request.path.startswith("/api/")
        return self._keys.find_holder(token) if is_key else None

    def _find_logged_in(self) -> Developer | None:
        token = _bearer_token() or (session.get(_TOKEN) if _may_use_cookie() else None)
        found = self._sessions.find(token) if token else None
        if found is None:
            return None
        g.session_id = found.id
        return found.developer

    @property
    def session_id(self) -> str | None:
        """The public id of the session that this request came with; an API key has none."""
        self.find_developer()
        found: str | None = g.session_id
        return found

    def current(self) -> Developer:
        developer = self.find_developer()
        if developer is None:
            raise NotAuthenticated
        return developer

    @property
    def token(self) -> str | None:
        """That of the session in this browser's cookie."""
        found: str | None = session.get(_TOKEN)
        return found

    def remember(self, token: str, *, keep: bool = False) -> None:
        """A new cookie at each login, so that a session that was planted before is worth nothing.

        The browser forgets it when it is closed, unless it is told to ``keep`` it.
        """
        session.clear()
        session[_TOKEN] = token
        session.permanent = keep

    def forget(self) -> None:
        if self.token:
            self._sessions.logout(self.token)
        session.clear()

    def end_session(self) -> None:
        """Log out the program, or the browser, that sent this request."""
        token = _bearer_token() or self.token
        if token:
            self._sessions.logout(token)

    def developers_only(self, view: Callable[P, R]) -> Callable[P, R | Response]:
        """Send a browser to the login page, and tell a program to log in."""

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if self.find_developer() is None:
                if wants_page():
                    return redirect(url_for("accounts.login", next=_this_page()))
                raise ApiKeyInvalid if _bearer_token().startswith(KEY_PREFIX) else NotAuthenticated
            if g.api_key is not None and not g.api_key.may_write and request.method not in _SAFE:
                raise ApiKeyReadOnly
            return view(*args, **kwargs)

        return for_callers("developer", guarded)

    def logins_only(self, view: Callable[P, R]) -> Callable[P, R | Response]:
        """Like :meth:`developers_only`, for what no API key may do: make keys, change how one logs in, close the account."""

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if g.api_key is not None:
                raise NeedsLogin
            return view(*args, **kwargs)

        return self.developers_only(guarded)

    def admins_only(self, view: Callable[P, R]) -> Callable[P, R | Response]:
        """Like :meth:`developers_only`, for those who manage users (report, 4.1)."""

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not self.current().is_admin:
                raise AdminsOnly
            return view(*args, **kwargs)

        return for_callers("admin", self.developers_only(guarded))

    def _context(self) -> dict[str, Any]:
        """What every template of the platform may ask for."""
        developer = self.find_developer()
        is_admin = developer is not None and developer.is_admin
        return {
            "csrf_field": self.csrf_field,
            "developer": developer,
            "section_links": lambda: links(SECTIONS, is_admin=is_admin),
            "app_links": lambda app_id: links(APP_TABS, app_id=app_id),
            "settings_links": lambda: links(SETTINGS_TABS),
        }

    def _act(self) -> None:
        """What happens from here on is done by a service, or by somebody who is not known yet."""
        g.acting = ExitStack()
        actor = SYSTEM if comes_from_a_service() else _actor_of(None)
        g.acting.enter_context(acting_as(actor))

    def _act_no_more(self, _error: BaseException | None) -> None:
        acting: ExitStack | None = g.pop("acting", None)
        if acting is not None:
            acting.close()

    def csrf_field(self) -> Markup:
        """The hidden field that every form carries."""
        if _CSRF not in session:
            session[_CSRF] = self._ids.secret()
        return Markup('<input type="hidden" name="csrf_token" value="{}">').format(session[_CSRF])

    def form_key(self) -> str:
        """By which a form that is sent twice is known."""
        return self._ids.secret()

    def check_form(self) -> None:
        """Refuse a form that did not come from a page of ours."""
        sent, known = request.form.get("csrf_token", ""), str(session.get(_CSRF, ""))
        if not known or not hmac.compare_digest(sent.encode(), known.encode()):
            raise ForgedForm


def _actor_of(developer: Developer | None, key: KeyHolder | None = None) -> Actor:
    actor = Actor(Authority.ANONYMOUS, address=request.remote_addr, request_id=request_id())
    if developer is None:
        return actor
    authority = Authority.ADMIN if developer.is_admin else Authority.DEVELOPER
    named = replace(actor, authority=authority, developer_id=developer.id, name=developer.email)
    return named if key is None else replace(named, api_key=key.name)


def _this_page() -> str | None:
    """Where to go on after the login: the page that was asked for, but not one that changes something."""
    if request.method not in _SAFE:
        return None
    return request.full_path if request.query_string else request.path


def _may_use_cookie() -> bool:
    """A browser sends cookies with forms of other ports of the same machine too: the API, whose bodies carry no hidden
    field to know our own pages by, changes nothing for a cookie.
    """
    return request.method in _SAFE or not request.path.startswith("/api/")


def _bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
