"""The pages of the documentation, its search, and the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request

from sandbox.kit.web.cors import open_to_any_site
from sandbox.kit.web.operations import describes
from sandbox.platform.docs.search import LONGEST_QUERY

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.platform.docs.library import Library, Reader
    from sandbox.platform.docs.openapi import ApiDocument


def doc_pages(library: Library, reader: Callable[[], Reader]) -> Blueprint:
    """Readable by everybody. The first page, /docs, is the site's (``site.docs``)."""
    routes = Blueprint("docs", __name__, url_prefix="/docs")

    @routes.get("/<page>")
    def show_page(page: str) -> str:
        return library.show(page, reader())

    @routes.get("/api/<tag>")
    def show_tag(tag: str) -> str:
        return library.show(f"api/{tag}", reader())

    @routes.get("/search")
    def search() -> str:
        return library.search(" ".join(request.args.get("q", "")[:LONGEST_QUERY].split()))

    return routes


def document_api(document: ApiDocument) -> Blueprint:
    routes = Blueprint("docs_api", __name__, url_prefix="/api")
    open_to_any_site(routes)

    @routes.get("/openapi.json")
    @describes("This API as an OpenAPI 3.1 document.", tag="Documentation")
    def show() -> Response:
        return jsonify(document.content)

    return routes
