"""The faults that are planned, whose turn it is, and the receipts of those that happened. In memory: a restart has none."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import count
from typing import TYPE_CHECKING, Any

from sandbox.control.faults.fitting import NoStories, Seen, what_differs
from sandbox.control.faults.plan import ReadPlan, read_plan
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import InvalidInput, NotFound
from sandbox.kit.ids import Ids
from sandbox.kit.trouble import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sandbox.control.faults.fitting import Stories
    from sandbox.kit.clock import Clock

KEPT_RECEIPTS = 1_000
MOST_PLANS = 100
_PARTS = 1_000_000
_KEPT_MISSES, _SHOWN_MISSES = 50, 3


@dataclass
class Fault:
    """A plan and what has become of it: ``calls`` fitted it, of which it hit ``hits``."""

    id: str
    read: ReadPlan
    chance: Ids
    calls: int = 0
    hits: int = 0
    misses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Calls that did not fit, and which fields differed; the newest last."""

    def misses_by(self, what: str, differs: tuple[str, ...]) -> None:
        self.misses.pop(what, None)
        self.misses[what] = differs
        if len(self.misses) > _KEPT_MISSES:
            self.misses.pop(next(iter(self.misses)))

    def takes(self) -> bool:
        """Whether it is this fault's turn; counts the call."""
        self.calls += 1
        plan = self.read.plan
        if plan.nth is not None:
            is_turn = self.calls == plan.nth
        elif plan.every is not None:
            is_turn = self.calls % plan.every == 0
        elif plan.share is not None:
            is_turn = self.chance.number(_PARTS) < plan.share * _PARTS
        else:
            is_turn = self.hits < (plan.next or 1)
        self.hits += is_turn
        return is_turn

    def shown(self) -> dict[str, Any]:
        told = {"id": self.id, **self.read.shown(), "calls": self.calls, "hits": self.hits}
        return told if self.calls else told | {"nearest": self._nearest()}

    def _nearest(self) -> list[dict[str, Any]]:
        """Calls that nearly fitted, the nearest first: by how many fields differed, then by their path."""
        wanted = f"{self.read.plan.method or ''} {self.read.plan.route or ''}".strip()

        def distance(miss: tuple[str, tuple[str, ...]]) -> tuple[int, float]:
            return len(miss[1]), -SequenceMatcher(None, wanted, miss[0]).ratio()

        nearest = sorted(self.misses.items(), key=distance)[:_SHOWN_MISSES]
        return [{"what": what, "differs": list(differs)} for what, differs in nearest]


@dataclass
class FaultBoard:
    """A :class:`sandbox.kit.trouble.Trouble`. ``routes`` tells those of each service, for plans that name one; ``stories`` what
    the journal knows of them, for plans that name an app, a phone or a payment.
    """

    seed: int
    clock: Clock
    routes: Callable[[], Mapping[str, Sequence[str]]]
    stories: Stories = field(default_factory=NoStories)
    is_planned: bool = False
    _faults: list[Fault] = field(default_factory=list)
    _receipts: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_RECEIPTS))
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Raises InvalidInput."""
        read = read_plan(body, self.routes)
        with self._lock:
            if len(self._faults) >= MOST_PLANS:
                raise InvalidInput(
                    f"There are {MOST_PLANS} faults already.",
                    field="kind",
                    hint="Remove some: DELETE /_sandbox/faults/<id>.",
                )
            fault_id = f"fault-{next(self._numbers)}"
            seed = self.seed if read.plan.seed is None else read.plan.seed
            fault = Fault(fault_id, read, Ids(seed, f"share of {fault_id}" if read.plan.seed is None else "share"))
            self._faults.append(fault)
            self.is_planned = True
            return fault.shown()

    def remove(self, fault_id: str) -> dict[str, Any]:
        """Its receipts stay. Raises NotFound."""
        with self._lock:
            fault = next((each for each in self._faults if each.id == fault_id), None)
            if fault is None:
                raise NotFound(f"There is no fault {fault_id[:40]}.", hint="List them with GET /_sandbox/faults.")
            self._faults.remove(fault)
            self.is_planned = bool(self._faults)
            return fault.shown()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nothing goes wrong inside, and no plan's turn comes: what is done there is the sandbox's own affair."""
        self.is_planned = False
        try:
            yield
        finally:
            self.is_planned = bool(self._faults)

    def clear(self) -> int:
        """All faults and receipts; returns how many faults there were. Numbers begin anew."""
        with self._lock:
            removed = len(self._faults)
            self._faults.clear()
            self._receipts.clear()
            self._numbers = count(1)
            self.is_planned = False
            return removed

    def shown(self) -> dict[str, Any]:
        with self._lock:
            faults = [fault.shown() for fault in self._faults]
            return {"faults": faults, "receipts": [dict(receipt) for receipt in self._receipts]}

    def take(self, seen: Seen) -> list[Fault]:
        """Those whose turn it is."""
        with self._lock:
            asked = [fault for fault in self._faults if fault.read.kind.channel == seen.channel]
        differing = [(fault, what_differs(seen, fault.read, self.stories)) for fault in asked]
        with self._lock:
            for fault, differs in differing:
                if differs:
                    fault.misses_by(seen.what, differs)
            return [fault for fault, differs in differing if not differs and fault.takes()]

    def receipt(self, fault: Fault, seen: Seen, exchange: str | None = None) -> dict[str, Any]:
        """``exchange`` is its id in the journal. The receipt may be added to while the exchange lasts."""
        told: dict[str, Any] = {
            "fault": fault.id,
            "kind": fault.read.kind.name,
            "call": fault.calls,
            "at": to_iso(self.clock.now()),
            "service": seen.service,
            "what": seen.what,
            "exchange": exchange,
            "trace": seen.story() or None,
        }
        self._receipts.append(told)
        return told

    def find(self, channel: str, what: str, texts: Sequence[str], *, story: str | None = None) -> Hit | None:
        """Of several whose turn it is, the first happens; a receipt is kept of it alone."""
        if not self.is_planned:
            return None
        seen = Seen(channel, channel, "", what, lambda: "\n".join(texts), lambda: story or "")
        taken = self.take(seen)
        for fault in taken[1:]:
            fault.hits -= 1
        if not taken:
            return None
        self.receipt(taken[0], seen)
        return Hit(taken[0].id, taken[0].read.kind.name, taken[0].read.parameters)
