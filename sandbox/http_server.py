"""The web server: waitress, whose own refusals have the sandbox's shape of an error, and which stops in good order."""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from waitress import create_server, wasyncore
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from sandbox.kit.errors import BodyTooLarge, InvalidInput, SandboxError
from sandbox.kit.trouble import ConnectionDropped

if TYPE_CHECKING:
    import socket

    from _typeshed.wsgi import WSGIApplication

_BACKLOG = 512
_MOST_CONNECTIONS = 1000
_MAX_BODY_BYTES = 64_000_000
_FINISH_SECONDS = 5
_FLUSH_SECONDS = 2
_STEP_SECONDS = 0.01


class HttpServer:
    """Answers on a socket that listens already, with ``threads`` requests at the same time.

    ``scheme`` is what callers use: ``https`` where something in front of this server speaks TLS.
    """

    def __init__(self, app: WSGIApplication, listening: socket.socket, *, threads: int, scheme: str = "http") -> None:
        logging.getLogger("waitress").setLevel(logging.ERROR)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        dispatcher = _Dispatcher()
        dispatcher.set_thread_count(threads)
        self._server: Any = create_server(
            app,
            _dispatcher=dispatcher,
            sockets=[listening],
            threads=threads,
            backlog=_BACKLOG,
            connection_limit=_MOST_CONNECTIONS,
            max_request_body_size=_MAX_BODY_BYTES,
            ident=None,
            url_scheme=scheme,
            asyncore_use_poll=True,  # select() ends at file 1024, and each TLS connection takes three
            clear_untrusted_proxy_headers=True,
        )
        self._server.channel_class = _Channel
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no new connection, finish what is under way, send it, and only then close the rest.

        The order matters: a thread that ends its request writes a byte to the server's wake-up pipe. Were the pipe closed
        before, that byte would go to whichever file has got the pipe's number since, which may be a database.
        """
        server = self._server
        server.trigger.pull_trigger(lambda: wasyncore.dispatcher.close(server))
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=_FINISH_SECONDS)
        server.trigger.pull_trigger(self._close_when_sent)
        until, pause = time.monotonic() + _FLUSH_SECONDS, threading.Event()
        while server.active_channels and time.monotonic() < until:
            pause.wait(_STEP_SECONDS)
        pipe = server.trigger
        pipe.pull_trigger(self._end_loop)
        self._thread.join(_FLUSH_SECONDS)
        if not self._thread.is_alive():
            pipe.close()

    def _close_when_sent(self) -> None:
        for channel in list(self._server.active_channels.values()):
            channel.close_when_flushed = True

    def _end_loop(self) -> None:
        """The loop runs until nothing is left to watch; a request that hangs on finds a pipe that goes nowhere."""
        pipe, self._server.trigger = self._server.trigger, _ClosedPipe()
        pipe.del_channel()
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()


class _ClosedPipe:
    def pull_trigger(self) -> None:
        """Nobody is there to be woken."""


class _JsonErrorTask(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What the server refuses itself, before any app sees it: a head or body that is too large or not HTTP."""

    def execute(self) -> None:
        refused = self.request.error
        kind = BodyTooLarge if refused.code == 413 else InvalidInput if refused.code < 500 else SandboxError
        problem = kind() if kind is not InvalidInput else InvalidInput(f"This is not a valid request: {refused.body}.")
        body = json.dumps(problem.to_json()).encode()
        self.status = f"{refused.code} {refused.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """Gives a request to the thread that became idle last, which the processor still knows: a third less work in all."""

    def __init__(self) -> None:
        super().__init__()
        self.queue_cv = _NewestFirst(self.lock)


class _NewestFirst:
    """What the dispatcher uses of a condition; all is called with its lock held."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self._waiting: list[threading.Lock] = []

    def wait(self) -> None:
        turn = threading.Lock()
        turn.acquire()
        self._waiting.append(turn)
        self._lock.release()
        try:
            turn.acquire()
        finally:
            self._lock.acquire()

    def notify(self) -> None:
        if self._waiting:
            self._waiting.pop().release()

    def notify_all(self) -> None:
        while self._waiting:
            self.notify()


class _Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    def execute(self) -> None:
        try:
            super().execute()
        except ConnectionDropped:  # on purpose: waitress closes the connection of a client that has gone
            raise ClientDisconnected from None


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    error_task_class = _JsonErrorTask
    task_class = _Task
