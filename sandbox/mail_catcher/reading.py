"""A raw mail made readable: subject, bodies, and the links and codes in it."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from sandbox.contracts.mail import Mail, find_codes, find_links
from sandbox.kit.clock import to_iso

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row


@dataclass(frozen=True)
class ReadMail:
    id: int
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str | None
    links: list[str]
    codes: list[str]
    received_at: datetime

    def to_shape(self) -> Mail:
        shown = {name: getattr(self, name) for name in ("id", "sender", "to", "subject", "text", "links", "codes")}
        return Mail(**shown, received_at=to_iso(self.received_at))


def read_mail(row: Row[Any]) -> ReadMail:
    """Whatever arrived is shown as well as it can be; a mail that is not well formed is no error."""
    message = message_from_bytes(row.raw, _class=EmailMessage, policy=policy.default)
    text = _clean(_body(message, "plain") or "")
    return ReadMail(
        id=row.id,
        sender=row.sender,
        to=row.recipients.split("\n"),
        subject=_clean(str(message.get("Subject", ""))),
        text=text,
        html=_body(message, "html"),
        links=find_links(text),
        codes=find_codes(text),
        received_at=row.received_at,
    )


def _clean(text: str) -> str:
    """Without what no JSON or page can carry: NUL and halves of characters."""
    return text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an unknown charset or a broken encoding
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(part.get_payload())
