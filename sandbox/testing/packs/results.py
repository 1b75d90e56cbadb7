"""What a run of scenarios found out, put together from what its processes told."""

from __future__ import annotations

import inspect
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.testing.packs.pack import FILE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_OUTCOMES = ("failed", "skipped", "passed")


@dataclass(frozen=True)
class Failure:
    """``file`` and ``line`` of the pack's code, ``source`` that line with those around it, ``text`` the whole traceback."""

    file: str
    line: int
    source: list[tuple[int, str]]
    kind: str
    message: str
    text: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Scenario:
    """One scenario and what became of it: ``passed``, ``failed`` or ``skipped``."""

    id: str
    pack: str
    title: str
    file: str
    line: int
    outcome: str = "passed"
    seconds: float = 0.0
    failures: list[Failure] = field(default_factory=list)
    reason: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    happenings: list[dict[str, Any]] = field(default_factory=list)
    movements: list[str] = field(default_factory=list)
    problem: str = ""
    trace: str = ""
    has_ended: bool = False

    @property
    def name(self) -> str:
        """What ``--scenario`` takes."""
        return self.id.rpartition("::")[2]


@dataclass
class Results:
    """All of a run. ``collection_errors`` are packs that could not be read."""

    scenarios: dict[str, Scenario] = field(default_factory=dict)
    collection_errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def count(self, outcome: str) -> int:
        return sum(scenario.outcome == outcome for scenario in self.scenarios.values())

    def take(self, report: Any) -> Scenario:
        """One phase of a scenario: setup, call or teardown."""
        told: dict[str, Any] = report.scenario
        fresh = Scenario(id=report.nodeid, **{name: told[name] for name in ("pack", "title", "file", "line")})
        scenario = self.scenarios.setdefault(report.nodeid, fresh)
        scenario.seconds = round(scenario.seconds + report.duration, 3)
        if "failure" in told:
            scenario.failures.append(Failure(**told["failure"]))
        for name in ("steps", "happenings", "movements", "problem", "trace"):
            setattr(scenario, name, told.get(name) or getattr(scenario, name))
        scenario.has_ended = report.when == "teardown"
        if report.skipped:
            scenario.reason = _reason(report)
        scenario.outcome = min(scenario.outcome, report.outcome, key=_OUTCOMES.index)
        return scenario

    def forget_unfinished(self) -> None:
        """What was being played when the run was stopped has neither passed nor failed."""
        self.scenarios = {name: each for name, each in self.scenarios.items() if each.has_ended}

    def by_pack(self) -> dict[str, list[Scenario]]:
        names: dict[str, list[Scenario]] = {}
        for scenario in sorted(self.scenarios.values(), key=lambda each: (each.pack, each.file, each.line, each.id)):
            names.setdefault(scenario.pack, []).append(scenario)
        return names


def describe(item: pytest.Item, told: dict[str, Any]) -> dict[str, Any]:
    """What is said of a scenario in any case, and ``told``."""
    return {
        "pack": pack_of(item.path).name,
        "title": title_of(item.nodeid, inspect.getdoc(getattr(item, "function", None)) or ""),
        "file": str(item.path),
        "line": (item.location[1] or 0) + 1,
        **told,
    }


def pack_of(file: Path) -> Path:
    """The folder of the pack that a file of scenarios belongs to; packs may have folders of their own."""
    return next((folder for folder in file.parents if (folder / FILE).is_file()), file.parent)


def title_of(node_id: str, doc: str = "") -> str:
    """A sentence: the first line of what the function says of itself, or its name without ``test_`` and underscores."""
    name, _, case = node_id.rpartition("::")[2].partition("[")
    sentence = doc.strip().partition("\n")[0].removesuffix(".") or name.removeprefix("test_").replace("_", " ")
    return f"{sentence[:1].upper()}{sentence[1:]}{f' [{case}' if case else ''}"


def _reason(report: Any) -> str:
    told = report.longrepr
    if isinstance(told, tuple | list):
        return str(told[-1]).removeprefix("Skipped: ")
    return str(getattr(report, "wasxfail", "") or "")
