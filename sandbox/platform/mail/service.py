"""Mail goes into the outbox with the change that causes it, and out through SMTP when the server takes it."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sandbox.kit.tracing import TRACE_HEADER

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sandbox.kit.clock import Clock
    from sandbox.kit.outbox import Message, Outbox

SENDER = "Flouci Sandbox <no-reply@flouci-sandbox.invalid>"
_TIMEOUT_SECONDS, _LOOK_SECONDS = 5, 0.5
Renderer = Callable[[str, str, dict[str, Any]], tuple[str, str, str]]


class MailService:
    """``render`` turns (template, language, values) into (subject, plain text, HTML)."""

    def __init__(self, outbox: Outbox, clock: Clock, smtp_port: int, render: Renderer) -> None:
        self._outbox = outbox
        self._clock = clock
        self._smtp_port = smtp_port
        self._render = render
        outbox.handle({"mail": self._send_all})

    def add(self, connection: Connection, to: str, template: str, language: str, values: dict[str, Any]) -> None:
        """Store a mail in the caller's transaction."""
        message = {"to": to, "template": template, "language": language, "values": values}
        self._outbox.add(connection, "mail", message)

    def is_reachable(self) -> bool:
        """Whether the mail server takes connections just now."""
        try:
            with socket.create_connection(("127.0.0.1", self._smtp_port), timeout=_LOOK_SECONDS):
                return True
        except OSError:
            return False

    def _send_all(self, messages: Sequence[Message]) -> None:
        with smtplib.SMTP("127.0.0.1", self._smtp_port, timeout=_TIMEOUT_SECONDS) as smtp:
            for message in messages:
                smtp.send_message(self._compose(message))

    def _compose(self, message: Message) -> EmailMessage:
        order = message.payload
        subject, plain, html = self._render(order["template"], order["language"], order["values"])
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = SENDER, order["to"], subject
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{message.id}@flouci-sandbox.invalid>"
        if message.story:
            mail[TRACE_HEADER] = message.story
        mail.set_content(plain)
        mail.add_alternative(html, subtype="html")
        # Left to itself, the library draws the line between the parts with a randomness of its own.
        mail.set_boundary(sha256((plain + html).encode()).hexdigest())
        return mail
