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
_MOST_OUTPUT = 20_000


@dataclass(frozen=True)
class Failure:
    """``file`` and ``line`` of the pack's code, ``source`` that line with those around it, ``text`` the whole traceback.

    ``phase`` is "setup" where a fixture failed before the scenario began, "teardown" after it, and "call" otherwise.
    """

    file: str
    line: int
    source: list[tuple[int, str]]
    kind: str
    message: str
    text: str
    phase: str = "call"

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
    output: list[tuple[str, str]] = field(default_factory=list)
    has_ended: bool = False

    @property
    def name(self) -> str:
        """What ``--scenario`` takes."""
        return name_of(self.id)

    @property
    def printed(self) -> str:
        """What it wrote to its output and its log, each under a title."""
        return "\n".join(f"--- {title} ---\n{text.rstrip()}" for title, text in self.output)


@dataclass
class Results:
    """All of a run. ``collection_errors`` are packs that could not be read; ``began`` is a real time."""

    scenarios: dict[str, Scenario] = field(default_factory=dict)
    collection_errors: list[str] = field(default_factory=list)
    began: str = ""
    playing: dict[str, str] = field(default_factory=dict)
    """What has begun and not ended, by title."""
    stopped: str = ""
    """Why not all was played, as a sentence."""
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
        scenario.output = [
            (title, text[-_MOST_OUTPUT:]) for title, text in report.sections if title.startswith("Captured")
        ]
        if report.skipped:
            scenario.reason = _reason(report)
        scenario.outcome = min(scenario.outcome, report.outcome, key=_OUTCOMES.index)
        return scenario

    def take_dead(self, node_id: str, file: Path, failure: Failure) -> Scenario:
        """A scenario whose process died while it was played."""
        fresh = Scenario(node_id, pack_of(file).name, title_of(node_id), str(file), failure.line)
        scenario = self.scenarios.setdefault(node_id, fresh)
        scenario.failures.append(failure)
        scenario.outcome, scenario.has_ended = "failed", True
        return scenario

    def stop(self) -> None:
        """What was being played when the run was stopped has neither passed nor failed."""
        self.scenarios = {name: each for name, each in self.scenarios.items() if each.has_ended}
        while_played = f", while this was played: {'; '.join(self.playing.values())}" if self.playing else ""
        self.stopped = f"Stopped before the end{while_played}. What had not been played is not in it."

    def by_pack(self) -> dict[str, list[Scenario]]:
        names: dict[str, list[Scenario]] = {}
        for scenario in sorted(self.scenarios.values(), key=lambda each: (each.pack, each.file, each.line, each.id)):
            names.setdefault(scenario.pack, []).append(scenario)
        return names


def describe(item: pytest.Item, told: dict[str, Any]) -> dict[str, Any]:
    """What is said of a scenario in any case, and ``told``."""
    return {
        "pack": pack_of(item.path).name,
        "title": title_of_item(item),
        "file": str(item.path),
        "line": (item.location[1] or 0) + 1,
        **told,
    }


def pack_of(file: Path) -> Path:
    """The folder of the pack that a file of scenarios belongs to; packs may have folders of their own."""
    return next((folder for folder in file.parents if (folder / FILE).is_file()), file.parent)


def name_of(node_id: str) -> str:
    """``TestTill::test_it_pays[1::2]``: what follows the file, in which a case may hold anything."""
    return node_id.partition(".py::")[2]


def title_of(node_id: str, doc: str = "") -> str:
    """A sentence: the first line of what the function says of itself, or its name without ``test_`` and underscores."""
    name, _, case = name_of(node_id).partition("[")
    name = name.rpartition("::")[2]
    sentence = doc.strip().partition("\n")[0].removesuffix(".") or name.removeprefix("test_").replace("_", " ")
    return f"{sentence[:1].upper()}{sentence[1:]}{f' [{case}' if case else ''}"


def title_of_item(item: pytest.Item) -> str:
    return title_of(item.nodeid, inspect.getdoc(getattr(item, "function", None)) or "")


def _reason(report: Any) -> str:
    told = report.longrepr
    if isinstance(told, tuple | list):
        return str(told[-1]).removeprefix("Skipped: ")
    expected = str(getattr(report, "wasxfail", "")).removeprefix("reason: ")
    return f"It fails, as expected{f': {expected}' if expected else ''}"
