"""Serves any WSGI app on a free port of 127.0.0.1: a shop on an origin of its own, as merchants have it."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from waitress import create_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication

_STOP_SECONDS = 5


@contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """Yields the base URL, without a slash at the end."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=_run, args=(server,), name="served app", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        for channel in list(
            server.active_channels.values()
        ):  # a browser keeps its connections open, and the loop waits for them
            channel.handle_close()
        server.task_dispatcher.shutdown(timeout=_STOP_SECONDS)
        thread.join(_STOP_SECONDS)


def _run(server: Any) -> None:
    with suppress(OSError):  # a connection was closed while the loop was about to wait for it
        server.run()
