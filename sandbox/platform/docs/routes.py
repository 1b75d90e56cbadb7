"""The OpenAPI document, and the pages of the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify

from sandbox.kit.web.cors import open_to_any_site
from sandbox.kit.web.operations import describes

if TYPE_CHECKING:
    from sandbox.platform.docs.openapi import ApiDocument


def document_api(document: ApiDocument) -> Blueprint:
    routes = Blueprint("docs_api", __name__, url_prefix="/api")
    open_to_any_site(routes)

    @routes.get("/openapi.json")
    @describes("This API as an OpenAPI 3.1 document.", tag="Documentation")
    def show() -> Response:
        return jsonify(document.content)

    return routes
