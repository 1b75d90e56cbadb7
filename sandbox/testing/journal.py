"""What a test expects of the exchanges: called once, never, so often, in this order; a failure shows what did happen."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from time import monotonic
from typing import TYPE_CHECKING, Any

from sandbox.contracts.transport import ServiceClient
from sandbox.testing.awaiting import HasAio

if TYPE_CHECKING:
    from collections.abc import Sequence

_PATIENCE_SECONDS = 10.0
_LONGEST_WAIT = 10.0
_MOST = 1000
_SHOWN = 40


class JournalDriver(ServiceClient, HasAio):
    """The exchanges since the test began, or since :meth:`restart`."""

    start = 0
    """Exchanges up to this number are not looked at."""
    _world: int | None = None
    """In which it counts: after a reset, or in a snapshot, all since then is looked at."""

    def restart(self) -> None:
        """What has happened until now is not looked at any more."""
        answer = self._call("GET", "/_sandbox/journal/stream")
        self.start, self._world = int(answer["cursor"]), int(answer["world"])

    def newest(self) -> int:
        """The number of the exchange that was written last."""
        return int(self._call("GET", "/_sandbox/journal/stream")["cursor"])

    def read(self, **filters: Any) -> list[dict[str, Any]]:
        """Oldest first. ``filters`` are those of ``GET /_sandbox/journal``: trace, service, method, path, status, payment, …"""
        query = {"after": self.start, "limit": _MOST, **filters}
        return self._ask("/_sandbox/journal", query)

    def wait(self, after: int, seconds: float, **filters: Any) -> list[dict[str, Any]]:
        """What comes after the exchange ``after``, as soon as something does; nothing after ``seconds``."""
        query = {"limit": _MOST, **filters, "after": after, "wait": min(seconds, _LONGEST_WAIT)}
        return self._ask("/_sandbox/journal/stream", query)

    def _ask(self, path: str, query: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self._call("GET", path, query={**query, "world": self._world})
        if answer["world"] != self._world:
            if self._world is not None:
                self.start = int(answer["began"])
            self._world = answer["world"]
        rows: list[dict[str, Any]] = answer["exchanges"]
        return rows

    def expect(self, call: str = "", **filters: Any) -> Expectation:
        """``call`` is such as ``POST /api/accept``, ``GET https://shop.example/*`` (a webhook) or ``SMS 21000001``."""
        method, _, path = call.partition(" ")
        named = {"method": method or None, "path": path or None}
        wanted = {name: value for name, value in {**named, **filters}.items() if value is not None}
        return Expectation(self, wanted)


@dataclass(frozen=True)
class Expectation:
    """Each verdict returns the exchanges that fit, or raises AssertionError with the story."""

    journal: JournalDriver
    wanted: dict[str, Any]

    def __str__(self) -> str:
        named = " ".join(str(self.wanted[name]) for name in ("method", "path") if name in self.wanted)
        others = (f"{name}={value}" for name, value in self.wanted.items() if name not in {"method", "path"})
        return " ".join(filter(None, (named, *others))) or "anything"

    def called_once(self, *, seconds: float = _PATIENCE_SECONDS) -> dict[str, Any]:
        """Waits for the first; a second one that comes later is seen by who looks later."""
        return self.times(1, seconds=seconds)[0]

    def never_called(self) -> None:
        self.times(0)

    def times(self, count: int, *, seconds: float = _PATIENCE_SECONDS) -> list[dict[str, Any]]:
        """Exactly ``count``; waits for the last of them, no longer than ``seconds`` of real time."""
        found = self.find(count, seconds)
        if len(found) != count:
            raise AssertionError(
                f"{self} was expected {_so_often(count)}, and came {_so_often(len(found))}.{self._story(found)}"
            )
        return found

    def in_order(self, *later: Expectation | str, seconds: float = _PATIENCE_SECONDS) -> list[dict[str, Any]]:
        """It comes first, and then each of ``later``; what comes in between does not matter."""
        chain = [self, *(each if isinstance(each, Expectation) else self.journal.expect(each) for each in later)]
        found: list[dict[str, Any]] = []
        for expected in chain:
            after = found[-1]["number"] if found else 0
            fitting = [row for row in expected.find(1, seconds, after=after) if row["number"] > after]
            if not fitting:
                before = f" after {chain[len(found) - 1]}" if found else ""
                raise AssertionError(f"{expected} did not come{before}.{self._story(found)}")
            found.append(fitting[0])
        return found

    def find(self, count: int, seconds: float, *, after: int = 0) -> list[dict[str, Any]]:
        """At least ``count`` where so many come in time."""
        until, journal = monotonic() + seconds, self.journal
        found = journal.read(**self.wanted, after=max(after, journal.start))
        while len(found) < count and (left := until - monotonic()) > 0:
            last = found[-1]["number"] if found else max(after, journal.start)
            found += journal.wait(last, left, **self.wanted)
        return found

    def _story(self, found: Sequence[dict[str, Any]]) -> str:
        """What happened lately, with a mark at what was ``found``, however long ago; or else at what came nearest."""
        rows, marked = self.journal.read(), {row["number"] for row in found}
        if not rows:
            return "\nNothing happened."
        near = marked or self._nearest(rows)
        shown = [row for row in rows if row["number"] in near or row in rows[-_SHOWN:]]
        mark = "> " if marked else "~ "
        lines = (f"{mark if row['number'] in near else '  '}{_line(row)}" for row in shown)
        title = "What happened" if marked or not near else "What happened (~ is near)"
        return f"\n{title}:\n" + "\n".join(lines)

    def _nearest(self, rows: Sequence[dict[str, Any]]) -> set[int]:
        """The numbers of the calls whose method and path are nearest to those that are wanted, if any are near."""
        wanted = f"{self.wanted.get('method', '')} {self.wanted.get('path', '')}".strip()
        close = get_close_matches(wanted, {_call_of(row) for row in rows}, n=1, cutoff=0.75)
        return {row["number"] for row in rows if _call_of(row) in close}


def _call_of(row: dict[str, Any]) -> str:
    return f"{row['method']} {row['path'].partition('?')[0]}"


def _line(row: dict[str, Any]) -> str:
    return f"{row['at'][11:23]}  {row['service']:<8}  {row['method']} {row['path']} → {row['status'] or 'no answer'}"


def _so_often(count: int) -> str:
    words: Sequence[str] = ("never", "once", "twice")
    return words[count] if count < len(words) else f"{count} times"
