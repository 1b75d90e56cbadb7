"""The inbox: mail that was caught on its way out."""

from __future__ import annotations

import re
from typing import Any

from sandbox.contracts.transport import ServiceClient
from sandbox.kit.shapes import Shape

_SHOWN_TEXT = 200
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_CODE = re.compile(r"(?<![\w-])\d{6}(?![\w-])")


class Mail(Shape):
    """A caught mail; ``links`` and ``codes`` are pulled out of its text."""

    id: int
    sender: str
    to: list[str]
    subject: str
    text: str
    links: list[str]
    codes: list[str]
    received_at: str

    @property
    def link(self) -> str:
        """The first link of the mail."""
        return self._first(self.links, "link")

    @property
    def code(self) -> str:
        """The first code of six digits in the mail."""
        return self._first(self.codes, "code")

    def _first(self, found: list[str], what: str) -> str:
        if not found:
            raise LookupError(f'the mail "{self.subject}" has no {what}: {self.text[:_SHOWN_TEXT]}')
        return found[0]


class InboxClient(ServiceClient):
    def list_mails(
        self, *, to: str | None = None, contains: str | None = None, wait: float | None = None
    ) -> list[Mail]:
        """Newest first, at most 100; with ``wait`` (seconds) not before there is one."""
        query = {"to": to, "contains": contains, "wait": wait}
        rows: list[dict[str, Any]] = self._call("GET", "/inbox/api/mails", query=query)["mails"]
        return [Mail.parse(row) for row in rows]


def find_links(text: str) -> list[str]:
    return list(dict.fromkeys(_LINK.findall(text)))


def find_codes(text: str) -> list[str]:
    """Six-digit codes that stand alone."""
    return list(dict.fromkeys(_CODE.findall(text)))
