"""The public pages, and the checkout script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, send_file

from sandbox.contracts.personas import PERSONAS
from sandbox.platform.merchant_api.generation_1.schemas import ACCEPT_ERRORS

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppService


def site_pages(apps: AppService, access: Access, base_url: str, script: Path) -> Blueprint:
    routes = Blueprint("site", __name__)

    @routes.get("/")
    def home() -> str:
        return render_template("home.html")

    @routes.get("/docs")
    def docs() -> str:
        developer = access.find_developer()
        owned = apps.list_owned(developer.id) if developer else []
        return render_template(
            "docs.html",
            base_url=base_url,
            public_token=owned[0].public_token if owned else "YOUR-PUBLIC-TOKEN",
            private_token=owned[0].private_token if owned else "YOUR-PRIVATE-TOKEN",
            phones=PERSONAS,
            accept_errors=ACCEPT_ERRORS,
        )

    @routes.get("/static/main.js")
    def checkout_script() -> Response:
        """The one file that merchants embed; it may be kept, but must be asked for anew (CONTRACT.md section 1)."""
        answer = send_file(script, mimetype="text/javascript", conditional=True)
        answer.headers.update({"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"})
        return answer

    return routes
