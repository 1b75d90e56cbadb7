"""A merchant's server that listens for webhooks during a test, and tells why what came is not what was expected."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.testing.awaiting import HasAio

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAIT_SECONDS = 15.0
_OK = 200


@dataclass(frozen=True)
class Delivery:
    """One request that came. ``values`` are those of the query and of a JSON body, texts such as "True" made booleans."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    values: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """``delivery.payment_id``. A copy that is being made has no values yet."""
        try:
            return self.__dict__["values"][name]
        except KeyError:
            if name.startswith("__") or "values" not in self.__dict__:
                raise AttributeError(name) from None
            raise AttributeError(f"this webhook has no {name}: {self.values}") from None

    def differences(self, wanted: dict[str, Any]) -> list[str]:
        """Nothing when it is what was wanted."""
        return [
            f"{name} is {self.values.get(name)!r}, not {value!r}"
            for name, value in wanted.items()
            if self.values.get(name) != value
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.values}"


class WebhookReceiver(HasAio):
    """``.url`` is what to give the sandbox; ``expect`` waits for what it sends there."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self._came = threading.Condition()
        self._answers: deque[int] = deque()
        self.received: list[Delivery] = []

    @property
    def url(self) -> str:
        """What to give the sandbox as the address of a webhook."""
        return f"http://127.0.0.1:{self._server.server_port}/webhook"

    def answer_with(self, status: int, *, times: int = 1) -> None:
        """The next ``times`` webhooks are refused with this status; those after them are taken with 200."""
        self._answers.extend([status] * times)

    def expect(self, *, times: int = 1, seconds: float = _WAIT_SECONDS, **wanted: Any) -> Delivery:
        """Wait until a webhook with these values has come ``times`` times; the last of them.

        Raises AssertionError, which tells what came instead and how it differs. ``seconds`` are real ones.
        """
        until = time.monotonic() + seconds
        with self._came:
            while True:
                found = self._matching(wanted)
                left = until - time.monotonic()
                if len(found) >= times:
                    return found[-1]
                if left <= 0:
                    raise AssertionError(self._explain(wanted, times, len(found)))
                self._came.wait(left)

    def never(self, **unwanted: Any) -> None:
        """Nothing with these values has come. Let the sandbox do all its work first: ``clock.advance(seconds=0)``."""
        with self._came:
            found = self._matching(unwanted)
        if found:
            raise AssertionError(f"{len(found)} webhook(s) came that should not have: {found[0]}")

    def clear(self) -> None:
        """Forget what has come."""
        with self._came:
            self.received.clear()

    def take(self, delivery: Delivery) -> int:
        """Called for each request; the status to answer."""
        with self._came:
            self.received.append(delivery)
            self._came.notify_all()
            return self._answers.popleft() if self._answers else _OK

    def _matching(self, wanted: dict[str, Any]) -> list[Delivery]:
        return [each for each in self.received if not each.differences(wanted)]

    def _explain(self, wanted: dict[str, Any], times: int, found: int) -> str:
        asked = f"a webhook with {wanted}" if wanted else "a webhook"
        head = f"{asked} was expected {times} time(s) and came {found} time(s)"
        if not self.received:
            return f"{head}; none came at all to {self.url}"
        came = [f"- {each}: {'; '.join(each.differences(wanted)) or 'as expected'}" for each in self.received]
        return "\n".join([f"{head}; what came:", *came])


@contextmanager
def listen_for_webhooks() -> Iterator[WebhookReceiver]:
    """A receiver on a free port, closed at the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(Delivery(self.command, self.path, headers, body, _values(self.path, body)))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = do_POST  # noqa: N815  the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Quiet: the test tells what it expected."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = WebhookReceiver(server)
        thread = threading.Thread(target=server.serve_forever, name="webhooks of a test", daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def _values(path: str, body: bytes) -> dict[str, Any]:
    # The provider appends "?payment_id=…" to an address that has a query already: a second "?" parts values too.
    query = urlsplit(path).query.replace("?", "&")
    values = {name: {"True": True, "False": False}.get(value, value) for name, value in parse_qsl(query)}
    try:
        parsed = json.loads(body)
    except ValueError:
        return values
    return values | parsed if isinstance(parsed, dict) else values
