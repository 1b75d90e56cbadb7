"""Pages and JSON of API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from sandbox.contracts.errors import ApiKeyNotFound, NeedsLogin, Refusal, TooManyApiKeys, TooManyRequests
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.paging import PageQuery
from sandbox.kit.web import Page, read_body, read_query
from sandbox.kit.web.app import created
from sandbox.kit.web.operations import describes
from sandbox.platform.api_keys.schemas import ApiKey, MadeApiKey, NewApiKey

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.api_keys.service import ApiKeyService


def api_key_pages(service: ApiKeyService, access: Access) -> Blueprint:
    routes = Blueprint("api_keys", __name__, url_prefix="/settings/api-keys")

    @routes.get("")
    @access.developers_only
    def list_keys() -> Page:
        return _page()

    @routes.post("")
    @access.developers_only
    def make_key() -> Page:
        try:
            access.check_form()
            made = service.make(access.current().id, NewApiKey.parse(request.form))
        except (InvalidInput, Refusal) as problem:
            return _page(problem)
        return _page(made=made)

    @routes.post("/<key_id>/revoke")
    @access.developers_only
    def revoke_key(key_id: str) -> Page:
        access.check_form()
        service.revoke(access.current().id, key_id)
        flash("The key is revoked: no program can use it any more.", "success")
        return redirect(url_for("api_keys.list_keys"))

    def _page(problem: SandboxError | None = None, made: MadeApiKey | None = None) -> Page:
        page = service.list_owned(access.current().id, read_query(PageQuery))
        values = {"page": page, "problem": problem, "made": made, "form": request.form if problem else {}}
        answer = make_response(render_template("api_keys/list.html", **values), problem.status if problem else 200)
        if made is not None:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    return routes


def api_key_api(service: ApiKeyService, access: Access) -> Blueprint:
    routes = Blueprint("api_keys_api", __name__, url_prefix="/api/api-keys")

    @routes.get("")
    @describes("List your API keys, newest first.", tag="API keys", answer=ApiKey, query=PageQuery, pages=True)
    @access.developers_only
    def list_keys() -> dict[str, Any]:
        page = service.list_owned(access.current().id, read_query(PageQuery))
        return page.map(ApiKey.model_dump).to_json()

    @routes.post("")
    @describes(
        "Make an API key; the answer tells it once. A key cannot make keys.",
        tag="API keys",
        body=NewApiKey,
        answer=MadeApiKey,
        status=201,
        errors=(TooManyApiKeys, TooManyRequests, NeedsLogin),
    )
    @access.logins_only
    def make_key() -> tuple[Response, int]:
        return created(service.make(access.current().id, read_body(NewApiKey)).model_dump())

    @routes.delete("/<key_id>")
    @describes("Revoke an API key.", tag="API keys", answer=ApiKey, errors=(ApiKeyNotFound,))
    @access.developers_only
    def revoke_key(key_id: str) -> dict[str, Any]:
        return service.revoke(access.current().id, key_id).model_dump()

    return routes
