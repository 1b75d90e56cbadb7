"""Stands before a service and lets its HTTP go wrong as planned. Without a plan it costs one look at a flag."""

from __future__ import annotations

from contextvars import ContextVar
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sandbox.control.faults.fitting import Seen, story_of
from sandbox.control.faults.http import HttpExchange
from sandbox.kit.clock import skewed
from sandbox.kit.tracing import BACKGROUND, OWN_AFFAIR, current_trace, join_trace
from sandbox.kit.web.app import REQUEST_ID
from sandbox.kit.web.refusing import refuse_from_outside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse
    from flask import Flask

    from sandbox.control.faults.board import Fault, FaultBoard

    Step = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_around: ContextVar[Seen | None] = ContextVar("sandbox_faults_around", default=None)
"""The call in whose course the next one is made."""


class FaultMiddleware:
    def __init__(self, app: Flask, service: str, board: FaultBoard) -> None:
        app.before_request(refuse_from_outside)
        self._app = app
        self._service = service
        self._board = board

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if not self._board.is_planned or current_trace() == OWN_AFFAIR:
            return self._app(environ, start_response)
        with skewed(0):  # whoever calls may have a wrong clock; this service has its own
            return self._with_faults(environ, start_response)

    def _with_faults(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        seen = self._look_at(environ)
        token = _around.set(seen)
        try:
            return self._take(seen, environ, start_response)
        finally:
            _around.reset(token)

    def _take(self, seen: Seen, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        taken = self._board.take(seen)
        if not taken:
            return self._app(environ, start_response)
        if seen.story() in {"", BACKGROUND}:
            join_trace(
                story_of(seen, self._board.stories)
            )  # the service may not come to say it; and what is hit is kept

        def begin(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            return start_response(status, [*headers, ("Sandbox-Fault", ", ".join(each.id for each in taken))], error)

        receipts: list[dict[str, Any]] = []
        step: Step = self._app
        for fault in reversed(taken):
            step = partial(self._happen, fault, seen, receipts, step)
        try:
            return step(environ, begin)
        finally:
            for receipt in receipts:
                receipt["trace"] = current_trace() or None

    def _happen(
        self,
        fault: Fault,
        seen: Seen,
        receipts: list[dict[str, Any]],
        proceed: Step,
        environ: dict[str, Any],
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        receipts.append(self._board.receipt(fault, seen, environ.get(REQUEST_ID)))
        act = fault.read.kind.act
        if act is None:
            return proceed(environ, start_response)
        return act(fault.read.parameters, HttpExchange(environ, start_response, proceed))

    def _look_at(self, environ: dict[str, Any]) -> Seen:
        path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
        text, method = partial(_text_of, environ), environ["REQUEST_METHOD"]
        return Seen("http", self._service, method, path, text, current_trace, _around.get())


def _text_of(environ: dict[str, Any]) -> str:
    """Address, what proves who calls, and a text body that the journal has read."""
    body = environ.get("wsgi.input")
    read = body.getvalue().decode("utf-8", "replace") if isinstance(body, BytesIO) else ""
    names = ("PATH_INFO", "QUERY_STRING", "HTTP_AUTHORIZATION", "HTTP_APPPUBLIC")
    return "\n".join([*(str(environ.get(name, "")) for name in names), read])
