"""Cross-origin access for what the checkout script calls from merchants' pages, and for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

if TYPE_CHECKING:
    from flask import Blueprint

_PREFLIGHT_SECONDS = "600"


def open_to_any_site(routes: Blueprint) -> None:
    """Let pages of any origin call these routes. Cookies are never sent along, so nobody's login can be borrowed."""

    @routes.after_request
    def _allow(answer: Response) -> Response:
        answer.headers["Access-Control-Allow-Origin"] = "*"
        if request.method == "OPTIONS":
            answer.headers["Access-Control-Allow-Methods"] = answer.headers.get("Allow", "GET, POST")
            answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
            answer.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
        return answer
