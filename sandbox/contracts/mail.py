"""The inbox: mail that was caught on its way out."""

from __future__ import annotations

from typing import Any

from sandbox.contracts.transport import ServiceClient
from sandbox.kit.shapes import Shape

_SHOWN_TEXT = 200


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
