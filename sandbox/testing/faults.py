"""Faults in a test's hand: what shall go wrong, and the receipts of what did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.contracts.faults import near_misses, plan_of
from sandbox.kit.errors import NotFound
from sandbox.testing.awaiting import HasAio

if TYPE_CHECKING:
    from sandbox.testing.drivers import ControlClient


@dataclass(frozen=True)
class PlannedFault(HasAio):
    """A fault that was added: ``calls`` fitted it so far, of which it hit ``hits``."""

    id: str
    is_optional: bool
    control: ControlClient

    @property
    def calls(self) -> int:
        """How many fitted it so far."""
        return int(self.shown()["calls"])

    @property
    def hits(self) -> int:
        """How many of them it hit."""
        return int(self.shown()["hits"])

    @property
    def receipts(self) -> list[dict[str, Any]]:
        """Oldest first; ``exchange`` and ``trace`` lead to the journal."""
        return [receipt for receipt in self.control.show_faults()["receipts"] if receipt["fault"] == self.id]

    def shown(self) -> dict[str, Any]:
        """As it stands now. Raises LookupError when it was removed."""
        for fault in self.control.show_faults()["faults"]:
            if fault["id"] == self.id:
                return dict(fault)
        raise LookupError(f"{self.id} was removed")

    def remove(self) -> None:
        """It hits nothing any more."""
        self.control.remove_fault(self.id)


class FaultDriver(HasAio):
    """``faults.add("latency", seconds=2, service="payments", nth=2)``; /docs/faults lists the kinds and their fields."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control
        self._added: list[PlannedFault] = []

    def add(self, kind: str, *, optional: bool = False, **plan: Any) -> PlannedFault:
        """Raises InvalidInput that names what is wrong, with the nearest value that is known.

        Without ``nth``, ``next``, ``every`` or ``share`` it hits the next call that fits.
        """
        fault = self._control.add_fault({"kind": kind, **plan})
        added = PlannedFault(fault["id"], optional, self._control)
        self._added.append(added)
        return added

    @property
    def receipts(self) -> list[dict[str, Any]]:
        """Of the faults added here, oldest first: ``fault``, ``kind``, ``call``, ``what``, ``exchange``, ``trace``, ``at``."""
        own = {fault.id for fault in self._added}
        return [receipt for receipt in self._control.show_faults()["receipts"] if receipt["fault"] in own]

    def clear(self) -> None:
        """The faults added here go, those of others stay."""
        for fault in self._added:
            try:
                fault.remove()
            except NotFound:  # removed by hand, or by a reset
                continue
        self._added.clear()

    def require_hits(self) -> None:
        """Raises AssertionError that tells which fault was never hit, and how many calls it was near."""
        there = {fault["id"]: fault for fault in self._control.show_faults()["faults"]} if self._added else {}
        missed = [there[each.id] for each in self._added if not each.is_optional and each.id in there]
        told = [_told(fault) for fault in missed if not fault["hits"]]
        if told:
            raise AssertionError("never hit, so this test proves less than it says:\n" + "\n".join(told))


def _told(fault: dict[str, Any]) -> str:
    calls = fault["calls"]
    why = f"{calls} call{'s' if calls != 1 else ''} fitted, none was its turn" if calls else "no call fitted it"
    head = f"  {fault['id']} {fault['kind']} {plan_of(fault)}: {why}. Mend the plan, or add it with optional=True."
    return "\n".join([head, *near_misses(fault)])
