"""The Flask app of one service: small limits, one error shape, one way to know a caller from the sandbox itself."""

from __future__ import annotations

import hmac
import logging
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask import Flask, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.wrappers import Response as BaseResponse

from sandbox.kit.errors import (
    BodyTooLarge,
    InvalidInput,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    SandboxError,
    translatable,
)
from sandbox.kit.shapes import is_storable
from sandbox.kit.web.operations import for_callers
from sandbox.kit.web.refusing import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

Page = str | tuple[str, int] | BaseResponse
"""What a view that draws a page may return."""
P = ParamSpec("P")
R = TypeVar("R")
SERVICE_KEY_HEADER = "Sandbox-Service-Key"
REQUEST_ID = "sandbox.request_id"
MAX_BODY_BYTES = 1_000_000
_BY_STATUS: dict[int | None, type[SandboxError]] = {404: NotFound, 405: MethodNotAllowed, 413: BodyTooLarge}
_log = logging.getLogger(__name__)


class _Rule(Rule):
    """Compiles what builds its address when one is first built: few of the 350 rules ever need it, and all would take 0.1 s."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  Werkzeug's
        compile_now = super()._compile_builder

        @cache
        def compiled() -> Callable[..., tuple[str, str]]:
            return compile_now(append_unknown)

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build


class _Number(IntegerConverter):
    """Werkzeug takes the digits of every script: one thing would have dozens of addresses."""

    regex = "[0-9]+"


class ServiceApp(Flask):
    """A Flask app that knows the key by which the sandbox's services recognise one another."""

    url_rule_class = _Rule
    service_key: str = ""


def create_service_app(name: str, *, service_key: str, pages: bool = False) -> ServiceApp:
    """``name`` is the package of the service; its ``templates`` and ``static`` folders are used where there are any."""
    app = ServiceApp(name, static_folder=None)
    app.service_key = service_key
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, HAS_PAGES=pages)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it; its base class does not say so
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = _Number
    app.before_request(_refuse_unstorable_addresses)
    app.register_error_handler(SandboxError, answer_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_crash)
    if pages:
        from sandbox.kit.web.pages import add_pages

        add_pages(app)
    return app


def service_only(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse callers that do not hold the sandbox's service key."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not comes_from_a_service():
            raise NotAllowed
        return view(*args, **kwargs)

    return for_callers("service", guarded)


def comes_from_a_service() -> bool:
    """Whether the caller holds the key by which the sandbox's services recognise one another."""
    key, sent = str(getattr(current_app, "service_key", "")), request.headers.get(SERVICE_KEY_HEADER, "")
    return bool(key) and bool(sent) and hmac.compare_digest(sent.encode(), key.encode())


def request_id() -> str:
    return str(request.environ.get(REQUEST_ID, ""))


def wants_page() -> bool:
    """Whether the client is a browser that shows a page, rather than a program that reads JSON."""
    accepted = request.accept_mimetypes
    return accepted["text/html"] > accepted["application/json"] and "/api/" not in request.path


def _refuse_unstorable_addresses() -> Response | None:
    is_plain = not request.query_string or all(map(is_storable, request.args.values()))
    if is_plain and is_storable(request.path):
        return None
    return refuse(
        InvalidInput(
            translatable("The address holds characters that are not text."),
            field="path",
            hint=translatable("Send plain Unicode text."),
        )
    )


def answer_error(error: SandboxError) -> Response:
    if current_app.config["HAS_PAGES"] and wants_page():
        page = current_app.make_response(render_template("error.html", error=error))
        page.status_code = error.status
        page.headers.update(retry_headers(error))
        return page
    answer = jsonify(error.to_json(request_id()))
    answer.status_code = error.status
    answer.headers.update(retry_headers(error))
    return answer


def retry_headers(error: SandboxError) -> dict[str, str]:
    """``Retry-After`` for an error whose details say in how many seconds it is over."""
    seconds = error.details.get("retry_after")
    return {"Retry-After": str(seconds)} if isinstance(seconds, int) else {}


def _answer_http_error(error: HTTPException) -> Response | BaseResponse:
    if error.code is not None and error.code < 400:
        return error.get_response()
    kind = _BY_STATUS.get(error.code, InvalidInput)
    answer = answer_error(kind())
    answer.status_code = error.code or kind.status
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _answer_crash(error: Exception) -> Response:
    rule = request.url_rule.rule if request.url_rule else ""  # not the path: keys of mails stand in it
    _log.error("%s %s failed", request.method, rule, exc_info=error)
    return answer_error(SandboxError())


def created(body: dict[str, Any]) -> tuple[Response, int]:
    return jsonify(body), 201
