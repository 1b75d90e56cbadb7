"""Speaks TLS on the sandbox's port and passes what it hears to the plain server inside, which has no TLS of its own.

An event loop in a thread of its own: clients that are slow, or that connect and say nothing, cost a socket and hold nobody up.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sandbox.kit.errors import HttpsNeeded, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIApplication

_TLS_HANDSHAKE = 0x16
_HANDSHAKE_SECONDS = 10
_REFUSE_SECONDS = 2
_SLOW_READER_SECONDS = 30
_LAST_WORDS_SECONDS = 1
_CANCEL_SECONDS = 0.1
_STOP_SECONDS = 5
_MOST_CONNECTIONS = 1000
_BLOCK = 65_536


class TlsRelay:
    """Takes connections on ``listening`` and passes them to ``inner``, the address of the plain server."""

    def __init__(self, listening: socket.socket, inner: tuple[str, int], certificate: Path, base_url: str) -> None:
        self._listening = listening
        self._inner = inner
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)
        self._tls.set_alpn_protocols(["http/1.1"])
        self._refusal = _plain_refusal(base_url)
        self._callers: dict[str, str] = {}
        """Who stands behind a connection to the plain server, by that connection's own port."""
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._accepting: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="tls", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def take_no_more(self) -> None:
        """New connections are refused from now on; those that are there go on."""
        asyncio.run_coroutine_threadsafe(self._stop_accepting(), self._loop).result(_STOP_SECONDS)

    def stop(self) -> None:
        """Called when the plain server has closed its connections: send what is left, then close."""
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result(_STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_SECONDS)

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """``app``, told who really calls; what reached the plain server past this relay is refused."""

        def with_caller(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            caller = self._callers.get(environ.get("REMOTE_PORT", ""))
            if caller is None:
                body = json.dumps(InvalidInput("Only the TLS port of the sandbox is for callers.").to_json()).encode()
                start_response("400 Bad Request", [("Content-Type", "application/json")])
                return [body]
            environ["REMOTE_ADDR"] = environ["REMOTE_HOST"] = caller
            return app(environ, start_response)

        return with_caller

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._accepting = self._loop.create_task(self._accept())
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    async def _accept(self) -> None:
        self._listening.setblocking(False)
        places = asyncio.Semaphore(_MOST_CONNECTIONS)
        while True:
            await places.acquire()
            await _readable(self._loop, self._listening)
            try:
                accepted, address = self._listening.accept()  # cancelled in a sock_accept(), a connection could be lost
            except OSError:  # the caller has gone again, or no file is left: go on with the next one
                places.release()
                await asyncio.sleep(0.01)
                continue
            task = self._loop.create_task(self._serve(accepted, address[0]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _: places.release())

    async def _serve(self, accepted: socket.socket, caller: str) -> None:
        """One connection, whatever becomes of it."""
        try:
            accepted.setblocking(False)
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(_HANDSHAKE_SECONDS):
                first = await _first_byte(self._loop, accepted)
            if first == _TLS_HANDSHAKE:
                await self._relay(accepted, caller)
            elif first is not None:
                async with asyncio.timeout(_REFUSE_SECONDS):
                    await self._refuse(accepted)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):  # ssl.SSLError is an OSError
            pass
        finally:
            accepted.close()

    async def _relay(self, accepted: socket.socket, caller: str) -> None:
        reader = asyncio.StreamReader(limit=_BLOCK)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await self._loop.connect_accepted_socket(
            lambda: protocol,
            accepted,
            ssl=self._tls,
            ssl_handshake_timeout=_HANDSHAKE_SECONDS,
            ssl_shutdown_timeout=_SLOW_READER_SECONDS,
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        try:
            inner_reader, inner_writer = await asyncio.open_connection(*self._inner, limit=_BLOCK)
        except OSError:
            transport.abort()
            raise
        port = str(inner_writer.get_extra_info("sockname")[1])
        self._callers[port] = caller
        try:
            await _pass_both_ways(reader, writer, inner_reader, inner_writer)
        finally:
            del self._callers[port]
            await _close(inner_writer)
            await _close(writer)

    async def _refuse(self, accepted: socket.socket) -> None:
        """Read the request first: a connection that is closed before would tear the answer away."""
        got = b""
        while b"\r\n\r\n" not in got and len(got) < _BLOCK:
            part = await self._loop.sock_recv(accepted, _BLOCK)
            if not part:
                break
            got += part
        await self._loop.sock_sendall(accepted, self._refusal)
        accepted.shutdown(socket.SHUT_WR)
        while await self._loop.sock_recv(accepted, _BLOCK):
            pass

    async def _stop_accepting(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.wait([self._accepting])
        self._listening.close()

    async def _finish(self) -> None:
        """The plain server has closed: what it sent is on its way; who does not take it in time is left.

        One that is cancelled says goodbye in TLS, and would wait for an answer: it is cancelled again, out of that.
        """
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_WORDS_SECONDS)
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=_CANCEL_SECONDS)


async def _first_byte(loop: asyncio.AbstractEventLoop, connected: socket.socket) -> int | None:
    """Looked at, not taken: it tells TLS from plain HTTP."""
    await _readable(loop, connected)
    seen = connected.recv(1, socket.MSG_PEEK)
    return seen[0] if seen else None


async def _readable(loop: asyncio.AbstractEventLoop, waited_for: socket.socket) -> None:
    ready = asyncio.Event()
    loop.add_reader(waited_for, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(waited_for)


async def _pass_both_ways(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    inner_reader: asyncio.StreamReader,
    inner_writer: asyncio.StreamWriter,
) -> None:
    """Until one side has ended; what the server has sent by then still reaches the client."""
    asking = asyncio.ensure_future(_pass(reader, inner_writer))
    answering = asyncio.ensure_future(_pass(inner_reader, writer))
    try:
        await asyncio.wait((asking, answering), return_when=asyncio.FIRST_COMPLETED)
    finally:
        asking.cancel()
        answering.cancel()
        await asyncio.gather(asking, answering, return_exceptions=True)


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while block := await source.read(_BLOCK):
        target.write(block)
        await target.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    """In good order, as long as the other side takes its time; at once when the task is cancelled."""
    writer.close()
    try:
        with suppress(OSError):
            await writer.wait_closed()
    finally:
        writer.transport.abort()


def _plain_refusal(base_url: str) -> bytes:
    error = HttpsNeeded(hint=f"{HttpsNeeded.hint} {base_url}/").to_json()
    body = json.dumps(error).encode()
    head = f"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close"
    return f"{head}\r\n\r\n".encode() + body
