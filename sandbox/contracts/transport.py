"""Two ways to reach a service, which its client cannot tell apart: a WSGI call in this process, or HTTP.

The in-process way is our own 40 lines rather than httpx.WSGITransport: measured here, httpx costs 0.15 s of start-up
and about 0.25 ms a call, and a payment makes eight calls between services.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, unquote_to_bytes, urlencode, urlsplit

from sandbox.kit.errors import ServiceUnavailable, error_from_json
from sandbox.kit.tracing import TRACE_HEADER, current_trace
from sandbox.kit.trouble import ConnectionDropped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed.wsgi import WSGIApplication

_TIMEOUT_SECONDS = 15


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        try:
            return json.loads(self.content)
        except ValueError:
            return None


class Transport(Protocol):
    def send(self, method: str, path: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """``path`` is absolute and percent-encoded, with its query. Raises ServiceUnavailable when nobody answers."""


class InProcessTransport:
    """Calls the WSGI app of this process; ``app`` is set once the apps, which need their clients first, are made."""

    def __init__(self, base_url: str = "http://127.0.0.1") -> None:
        self.app: WSGIApplication | None = None
        self._base = urlsplit(base_url)

    def send(self, method: str, path: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        if self.app is None:
            raise ServiceUnavailable("The sandbox is still starting.")
        status: list[str] = []
        answered: dict[str, str] = {}

        def start_response(line: str, fields: list[tuple[str, str]], _error: object = None) -> Any:
            status.append(line)
            answered.update({name.lower(): value for name, value in fields})

        chunks: Iterable[bytes] = self.app(self._environ(method, path, content, headers), start_response)
        try:
            body = b"".join(chunks)
        except ConnectionDropped:
            raise ServiceUnavailable(f"{path.partition('?')[0]} did not answer: the connection was lost.") from None
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()
        return Answer(int(status[0][:3]), body, answered)

    def _environ(self, method: str, path: str, content: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        base = self._base
        plain, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(plain).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": base.hostname,
            "SERVER_PORT": str(base.port or 80),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": base.netloc,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": base.scheme,
            "wsgi.input": BytesIO(content),
            "wsgi.errors": None,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return environ


class HttpTransport:
    """Calls a service in another process. ``ca_file`` is the authority to trust, where it is not one of the system's."""

    def __init__(self, base_url: str, ca_file: str | None = None, *, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        import ssl

        import httpx

        self.base_url = base_url.rstrip("/")
        trusted = ssl.create_default_context(cafile=ca_file) if ca_file else True
        self._client = httpx.Client(base_url=self.base_url, timeout=timeout_seconds, trust_env=False, verify=trusted)

    def send(self, method: str, path: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        import httpx

        if self._client.is_closed:
            raise ServiceUnavailable(f"{self.base_url} was let go: it was stopped, or left.", hint="Call it before.")
        try:
            answer = self._client.request(method, path, content=content, headers=dict(headers))
        except httpx.HTTPError as error:
            raise ServiceUnavailable(f"{self.base_url} does not answer: {error}.") from error
        return Answer(answer.status_code, answer.content, {k.lower(): v for k, v in answer.headers.items()})

    def close(self) -> None:
        self._client.close()


class ServiceClient:
    """The base of every typed client: JSON out, JSON in, errors raised as what they were on the other side."""

    def __init__(self, transport: Transport, *, service_key: str = "") -> None:
        self._transport = transport
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if service_key:
            self._headers["Sandbox-Service-Key"] = service_key

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        answer = self._send(method, path, b"" if body is None else _dump(body), query=query, headers=headers)
        parsed = answer.json()
        if answer.status >= 400:
            raise error_from_json(answer.status, parsed)
        if not isinstance(parsed, dict):  # a proxy's page, or an answer that was cut off
            raise ServiceUnavailable(f"A service answered {answer.status} with something that is no JSON object.")
        return parsed

    def _send(
        self,
        method: str,
        path: str,
        content: bytes,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        wanted = {name: value for name, value in (query or {}).items() if value is not None}
        address = f"{path}?{urlencode(wanted)}" if wanted else path
        all_headers = {**self._headers, **(headers or {})}
        story = current_trace()
        if story:
            all_headers[TRACE_HEADER] = story
        return self._transport.send(method, address, content, all_headers)


def _dump(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def path_part(value: str) -> str:
    """A value as one segment of a path: slashes, dots and blanks in it stay data."""
    return quote(value, safe="").replace(".", "%2E")
