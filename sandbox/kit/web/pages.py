"""What every page of the sandbox shares: the look, the language, the filters and the headers that keep a browser safe.

To add a page: extend ``base.html``, write its texts in English inside ``_('…')`` or ``{% trans %}``, import what it is made
of from ``macros.html``, and run ``tests/kit/test_pages.py``: it prints the entries that ``ui/locales/*/*.po`` still lack.
A text that is only known while running (an error's message) goes through the filter ``translated``, never through ``_()``,
which would trust it as HTML. In a view, ``flash("A text.", "success")`` is found and translated too.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, request, url_for
from werkzeug.datastructures import MultiDict

from sandbox import __version__
from sandbox.kit.web.packing import may_pack, pack_static_texts, packed
from sandbox.kit.web.ui import filters
from sandbox.kit.web.ui.languages import (
    LANGUAGES,
    asked_language,
    current_language,
    direction,
    gettext,
    ngettext,
    translate,
    translate_plural,
)

if TYPE_CHECKING:
    from jinja2 import Environment
    from werkzeug.wrappers import Response as BaseResponse

__all__ = ["add_pages", "current_language", "keep_language", "translate", "translate_plural"]

_STATIC = Path(__file__).parent / "ui" / "static"
_LAYERS = (
    "reset",
    "tokens",
    "base",
    "layout",
    "components",
    "forms",
    "code",
    "pages",
    "charts",
    "hosted",
    "console",
    "utilities",
)
_A_YEAR = 365 * 24 * 3600
_CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


class _UserInterface(Blueprint):
    """Its files may be kept for a year when asked for by the address that ``ui_url`` gives, which changes with them."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        del filename
        return _A_YEAR if request.args.get("v") == static_version() else None


def add_pages(app: Flask) -> None:
    """Give ``app`` the shared templates, static files under ``/_ui``, translations, filters and page headers."""
    interface = _UserInterface(
        "ui",
        __name__,
        url_prefix="/_ui",
        static_folder="ui/static",
        static_url_path="",
        template_folder="ui/templates",
    )
    interface.add_url_rule("/ui.css", "stylesheet", _send_stylesheet)
    app.register_blueprint(interface)
    app.context_processor(_context)
    app.after_request(_finish_page)
    pack_static_texts(app)
    _prepare(app.jinja_env)


def _prepare(environment: Environment) -> None:
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # made by the extension
    environment.filters.update(filters.ALL)


def _context() -> dict[str, Any]:
    language = current_language()
    return {
        "lang": language,
        "dir": direction(language),
        "languages": list(LANGUAGES.items()),
        "version": __version__,
        "ui_url": _ui_url,
        "language_url": _language_url,
    }


def _ui_url(filename: str) -> str:
    return url_for("ui.static", filename=filename, v=static_version())


def _language_url(language: str) -> str:
    """The same page in another language: relative, so path and query stay as they are."""
    from urllib.parse import urlencode

    query = MultiDict(request.args)
    query.setlist("lang", [language])
    return "?" + urlencode(list(query.items(multi=True)))


@lru_cache(maxsize=1)
def static_version() -> str:
    """A digest of the static files: their addresses change when they do, not only when a version is published."""
    digest = hashlib.sha256()
    for path in sorted(_STATIC.rglob("*.*")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:10]


@lru_cache(maxsize=1)
def _stylesheet() -> str:
    """All layers in one file, so a page costs one request for its looks."""
    order = f"@layer {', '.join(_LAYERS)};\n"
    return order + "\n".join((_STATIC / "css" / f"{layer}.css").read_text("utf-8") for layer in _LAYERS)


def _send_stylesheet() -> Response:
    is_packed = may_pack()
    answer = Response(packed(_stylesheet().encode()) if is_packed else _stylesheet(), mimetype="text/css")
    answer.vary.add("Accept-Encoding")
    if is_packed:
        answer.content_encoding = "gzip"
    if request.args.get("v") == static_version():
        answer.cache_control.max_age = _A_YEAR
        answer.cache_control.public = True
    answer.set_etag(static_version() + ("-gzip" if is_packed else ""))
    answer.make_conditional(request)
    return answer


def _finish_page(answer: Response) -> Response:
    if answer.mimetype != "text/html":
        return answer
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Content-Language", current_language())
    answer.vary.update(("Accept-Language", "Cookie"))
    asked = asked_language()
    if asked:
        keep_language(answer, asked)
    return answer


def may_be_framed_by_ourselves(app: Flask) -> None:
    """The console shows these pages beside others; nobody else's page may frame them."""

    @app.after_request
    def allow(answer: Response) -> Response:
        if answer.mimetype == "text/html":
            policy = _CONTENT_SECURITY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
            answer.headers.setdefault("Content-Security-Policy", policy)
        return answer


def keep_language(answer: BaseResponse, language: str) -> None:
    """Have the browser remember the reader's language."""
    answer.set_cookie("lang", language, max_age=_A_YEAR, samesite="Lax", secure=request.is_secure, path="/")
