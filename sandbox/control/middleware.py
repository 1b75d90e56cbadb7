"""Sees every exchange of a service, gives it an id, and tells the journal; the body is only looked at when it is text."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sandbox.control.journal import BODY_BYTES, Exchange, Journal
from sandbox.kit.tracing import BACKGROUND, LONGEST_STORY, UNTOLD, trace
from sandbox.kit.web.app import REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication

    from sandbox.kit.clock import Clock
    from sandbox.kit.ids import Ids

_TEXT = ("application/json", "application/x-www-form-urlencoded")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:]{2,45}\](:[0-9]{1,5})?")
_CAPTURED_REQUEST_BYTES = 100_000
_NOTED = {"Content-Type", "Content-Length"}
_NEVER = sys.maxsize
"""The length of an answer that names none: its end is told when there is nothing more."""
_KEPT_HEADERS = tuple(
    (name if name.startswith("CONTENT") else f"HTTP_{name}", name.lower().replace("_", "-"))
    for name in (
        "CONTENT_TYPE",
        "CONTENT_LENGTH",
        "ACCEPT",
        "AUTHORIZATION",
        "APPPUBLIC",
        "APPSECRET",
        "COOKIE",
        "IDEMPOTENCY_KEY",
        "ORIGIN",
        "USER_AGENT",
        "SANDBOX_SERVICE_KEY",
    )
)
"""What a repetition of the call needs."""


class JournalMiddleware:
    def __init__(self, app: WSGIApplication, service: str, journal: Journal, clock: Clock, ids: Ids) -> None:
        self._app = app
        self._service = service
        self._journal = journal
        self._clock = clock
        self._ids = ids

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        started, at = perf_counter(), self._clock.now()
        request_id = environ[REQUEST_ID] = self._ids.token22()
        request = _read_text(environ)
        origin = _origin(environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""), environ["SERVER_PORT"])
        seen: dict[str, Any] = {}

        def begin(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            seen["status"] = int(status[:3])
            seen.update((name, value) for name, value in headers if name in _NOTED)
            own = [
                ("Sandbox-Request-Id", request_id),
                ("Sandbox-Log", f"{origin}/_sandbox/journal/{request_id}"),
            ]
            return start_response(status, [*headers, *own], error)

        with trace(BACKGROUND if _is_own_page_s(environ) else _asked_story(environ)) as story:
            chunks = self._app(environ, begin)

        def finish(captured: bytes) -> None:
            if story[0] in UNTOLD:
                return
            query, path = environ.get("QUERY_STRING", ""), _path_of(environ)
            self._journal.record(
                Exchange(
                    id=request_id,
                    trace=story[0],
                    service=self._service,
                    method=environ["REQUEST_METHOD"],
                    path=f"{path}?{query}" if query else path,
                    status=seen.get("status", 500),
                    milliseconds=round((perf_counter() - started) * 1000, 2),
                    request=request,
                    answer=captured if seen.get("Content-Type", "").startswith(_TEXT[0]) else b"",
                    at=at,
                    headers={name: environ[key] for key, name in _KEPT_HEADERS if key in environ},
                    answer_type=seen.get("Content-Type", ""),
                ),
                story,
            )

        return _Answer(chunks, int(seen.get("Content-Length", _NEVER)), finish)


class RequestIdMiddleware:
    """Gives each exchange an id, which its answer and its errors name; the journal, which these exchanges read, has none."""

    def __init__(self, app: WSGIApplication, ids: Ids) -> None:
        self._app = app
        self._ids = ids

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        request_id = environ[REQUEST_ID] = self._ids.token22()

        def begin(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            return start_response(status, [*headers, ("Sandbox-Request-Id", request_id)], error)

        return self._app(environ, begin)


class _Answer:
    """Passes an answer through, keeps its beginning, and tells once that it is whole: before its last bytes are given out,
    so that whoever has got it all finds it in the journal.
    """

    def __init__(self, chunks: Iterable[bytes], length: int, tell: Callable[[bytes], None]) -> None:
        """``length`` is in bytes, more than there will be where the answer names none."""
        self._chunks = chunks
        self._missing = length
        self._tell: Callable[[bytes], None] | None = tell
        self._captured = b""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if len(self._captured) < BODY_BYTES:
                self._captured += chunk[: BODY_BYTES - len(self._captured)]
            self._missing -= len(chunk)
            if self._missing <= 0:
                self._finish()
            yield chunk
        self._finish()

    def close(self) -> None:
        close = getattr(self._chunks, "close", None)
        if close:
            close()
        self._finish()

    def _finish(self) -> None:
        if self._tell:
            tell, self._tell = self._tell, None
            tell(self._captured)


def _read_text(environ: dict[str, Any]) -> bytes:
    """The beginning of a text body; the app still gets all of it."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if (
        not environ.get("CONTENT_TYPE", "").startswith(_TEXT)
        or not length.isdigit()
        or int(length) > _CAPTURED_REQUEST_BYTES
    ):
        return b""
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body[:BODY_BYTES]


def _path_of(environ: dict[str, Any]) -> str:
    """As it reads; WSGI hands the bytes on as if they were Latin-1."""
    path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    return path if path.isascii() else path.encode("latin-1").decode("utf-8", "replace")


@lru_cache(maxsize=100)
def _origin(scheme: str, named: str, port: str) -> str:
    """As the caller spelled it, so that the link opens where the call was made; HTTP/1.0 clients name no host."""
    host = named if _HOST.fullmatch(named) else f"127.0.0.1:{port}"
    return f"{scheme}://{host}"


def _is_own_page_s(environ: dict[str, Any]) -> bool:
    """A file of the phone's or the inbox's page: forty for each look at it, of which none says what happened.

    The checkout's script, which shops load, stands at the root and is kept.
    """
    return bool(environ.get("SCRIPT_NAME")) and environ.get("PATH_INFO", "").startswith("/static/")


def _asked_story(environ: dict[str, Any]) -> str:
    asked: str = environ.get("HTTP_SANDBOX_TRACE", "")
    return asked if asked.isascii() and len(asked) <= LONGEST_STORY else ""
