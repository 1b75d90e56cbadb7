"""The SMTP server: takes every mail, delivers none."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from sandbox.kit.errors import StorageFailed

if TYPE_CHECKING:
    import asyncio
    import socket

    from sandbox.mail_catcher.service import MailService

_MAX_MAIL_BYTES = 10_000_000
_START_SECONDS = 10


class SmtpServer:
    """Serves on a socket that listens already, so that a taken port is known before anything else starts."""

    def __init__(self, listening: socket.socket, service: MailService) -> None:
        self._socket = listening
        self._service = service
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="smtp", daemon=True)

    def start(self) -> None:
        """Returns at once: whoever connects meanwhile waits in the socket's queue. Starting twice changes nothing."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive() and self._ready.wait(_START_SECONDS) and self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_START_SECONDS)
        self._socket.close()

    def _run(self) -> None:
        import asyncio

        from aiosmtpd.smtp import SMTP

        self._loop = loop = asyncio.new_event_loop()
        handler = _Handler(self._service)

        def protocol() -> Any:
            return SMTP(
                handler, data_size_limit=_MAX_MAIL_BYTES, loop=loop, hostname="flouci-sandbox", enable_SMTPUTF8=True
            )

        server = loop.run_until_complete(loop.create_server(protocol, sock=self._socket))
        loop.call_soon(self._ready.set)
        try:
            loop.run_forever()
        finally:
            server.close()
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()


class _Handler:
    def __init__(self, service: MailService) -> None:
        self._service = service

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        hit = self._service.refused_by(envelope.rcpt_tos, envelope.original_content or b"")
        if hit is not None:
            return f"{hit.parameters.code} refused on purpose: {hit.fault}"
        try:
            self._service.keep(envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b"")
        except StorageFailed as failure:
            return f"452 {failure.message}"  # try again later
        return "250 OK: kept in the sandbox's inbox"
