"""The public pages, and the checkout script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, send_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def site_pages(quick_start: Callable[[], str], script: Path) -> Blueprint:
    """``quick_start`` renders the first page of the documentation."""
    routes = Blueprint("site", __name__)

    @routes.get("/")
    def home() -> str:
        return render_template("home.html")

    @routes.get("/docs")
    def docs() -> str:
        return quick_start()

    @routes.get("/static/main.js")
    def checkout_script() -> Response:
        """The one file that merchants embed; it may be kept, but must be asked for anew (CONTRACT.md section 1)."""
        answer = send_file(script, mimetype="text/javascript", conditional=True)
        answer.headers.update({"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"})
        return answer

    return routes
