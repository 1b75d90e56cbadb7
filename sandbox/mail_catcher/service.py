"""Keeping mail and finding it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.kit.db import tell_witness
from sandbox.kit.tracing import LONGEST_STORY, TRACE_HEADER, Sighting
from sandbox.kit.trouble import NO_TROUBLE
from sandbox.mail_catcher import store
from sandbox.mail_catcher.reading import ReadMail, read_mail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import Message

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.trouble import Hit, Trouble


class MailService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.trouble: Trouble = NO_TROUBLE
        """What a tester has planned for mails that come."""

    def keep(self, sender: str, recipients: Sequence[str], raw: bytes) -> None:
        with self._database.write() as connection:
            store.add(connection, sender, recipients, raw, self._clock.now())
            tell_witness(connection, _sighting(recipients, raw))

    def refused_by(self, recipients: Sequence[str], raw: bytes) -> Hit | None:
        """The fault, if one is planned, because of which a mail is not taken."""
        if not self.trouble.is_planned:
            return None
        story = _story_of(_head_of(raw))
        return self.trouble.find("mail", f"mail to {', '.join(recipients)}", recipients, story=story)

    def get(self, mail_id: int) -> ReadMail:
        with self._database.read() as connection:
            return read_mail(store.get(connection, mail_id))

    def get_raw(self, mail_id: int) -> bytes:
        with self._database.read() as connection:
            return bytes(store.get(connection, mail_id).raw)

    def list_newest(self, *, to: str | None = None, contains: str | None = None) -> list[ReadMail]:
        with self._database.read() as connection:
            rows = store.list_newest(connection, to)
        found = [read_mail(row) for row in rows]
        return [mail for mail in found if not contains or contains in mail.subject or contains in mail.text]


def _sighting(recipients: Sequence[str], raw: bytes) -> Sighting:
    head = _head_of(raw)
    subject = json.dumps({"subject": str(head["Subject"] or "")}, ensure_ascii=False).encode()
    return Sighting("mail", "MAIL", ", ".join(recipients), 250, answer=subject, trace=_story_of(head))


def _head_of(raw: bytes) -> Message:
    """Only the head is read: parsing a whole mail costs more than keeping it."""
    from email import message_from_bytes
    from email.policy import default

    return message_from_bytes(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0], policy=default)


def _story_of(head: Message) -> str | None:
    story = str(head[TRACE_HEADER] or "")
    return story if story.isascii() and len(story) <= LONGEST_STORY else None
