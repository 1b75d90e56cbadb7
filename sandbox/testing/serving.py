"""Serves any WSGI app on a free port of 127.0.0.1: a shop on an origin of its own, as merchants have it."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox.http_server import HttpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication

_THREADS = 4


@contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """Yields the base URL, without a slash at the end. It stops as the sandbox does: a browser may hold its connections."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = HttpServer(app, listening, threads=_THREADS)
        server.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.stop()
