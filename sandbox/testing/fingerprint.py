"""All that a sandbox has given out, as lines that two runs of one seed and scenario share, and their hash.

What belongs to a run is left out: ports, real durations, signatures of webhooks (they hold the real time), and how often and in
which order a browser or a program merely looked (GET), which goes by how fast the machine is.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.contracts.mobile import MobileClient
    from sandbox.contracts.transport import Transport
    from sandbox.testing.journal import JournalDriver

_HERE = re.compile(r"\b(127\.0\.0\.1|localhost):\d+")
_TOLD = ("at", "service", "method", "path", "status", "request", "answer", "trace")
_WEBHOOKS = "webhooks"


def tell_world(transport: Transport, mobile: MobileClient, journal: JournalDriver) -> Iterator[str]:
    """Line by line: the ledger, each phone with its SMS, the mails, the journal up to now."""
    until = journal.newest()
    for entry in transport.send("GET", "/_sandbox/ledger/export", b"", {}).content.decode().splitlines():
        yield canonical("ledger", entry)
    for phone in mobile.list_phones():
        yield canonical("phone", phone.model_dump(mode="json"))
        for message in mobile.list_messages(phone.phone_number):
            yield canonical("sms", message)
    mails = transport.send("GET", "/inbox/api/mails", b"", {}).json()
    for mail in mails["mails"] if isinstance(mails, dict) else ():
        yield canonical("mail", mail)
    yield from (canonical("journal", told) for told in _exchanges(journal, until))


def canonical(kind: str, value: Any) -> str:
    """A line that is the same wherever the same was given out."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return f"{kind} {_HERE.sub('here', text)}"


def digest(lines: Iterable[str]) -> str:
    """SHA-256 in hexadecimal digits."""
    found = hashlib.sha256()
    for line in lines:
        found.update(f"{line}\n".encode())
    return found.hexdigest()


def _exchanges(journal: JournalDriver, until: int) -> Iterator[dict[str, Any]]:
    """Oldest first. Webhooks come last: they go out beside the calls, to servers that take their time."""
    rows = [row for row in _read_all(journal) if row["number"] <= until and not row["path"].startswith("/_sandbox/")]
    changes = [row for row in rows if row["method"] != "GET" or row["service"] == _WEBHOOKS]
    numbered = {row["id"] for row in rows}
    for row in sorted(changes, key=lambda each: bool(each["service"] == _WEBHOOKS)):
        told = {name: row[name] for name in _TOLD}
        if _is_picture(row):  # no two photographs of a page are the same
            told["request"] = "a picture"
        if row["trace"] in numbered:  # no payment's story: exchanges are numbered with the looks between them
            told["trace"] = ""
        yield told


def _is_picture(row: dict[str, Any]) -> bool:
    return row["path"].endswith("/scan") and "qr_text" not in row["request"]


def _read_all(journal: JournalDriver) -> Iterator[dict[str, Any]]:
    after = 0
    while rows := journal.read(after=after):
        after = rows[-1]["number"]
        yield from rows
