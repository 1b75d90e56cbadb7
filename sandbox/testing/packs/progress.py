"""Shows a run while it runs: pack, scenario, steps and times; and gathers its results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.testing.packs.failing import failure_of_the_dead
from sandbox.testing.packs.results import Results, Scenario, title_of, title_of_item
from sandbox.testing.packs.telling import printable
from sandbox.testing.plugin import STEP_LISTENERS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from sandbox.testing.steps import Step

_MARKS = {"passed": "✓", "failed": "✗", "skipped": "–"}


class Progress:
    """``write`` prints a line. Steps are shown as they begin where one process runs the scenarios, else at their end."""

    def __init__(self, write: Callable[[str], None], titles: dict[str, str], *, alone: bool) -> None:
        self.results = Results()
        self._write_line, self._titles, self._alone = write, titles, alone
        self._shown_pack = ""
        self._total = self._done = 0
        self._scenarios: dict[str, str] = {}
        self._root = Path()

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[STEP_LISTENERS] = [self._begin_step]
        self._root = config.rootpath

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._total = len(session.items)
        self._scenarios = {item.nodeid: title_of_item(item) for item in session.items}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.results.collection_errors.append(_short(report))

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._total = len(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.results.playing[nodeid] = self._scenarios.get(nodeid, title_of(nodeid))
        if self._alone:
            self._show_pack(next((each for each in reversed(nodeid.split("/")) if each in self._titles), ""))
            self._write(f"  → {self.results.playing[nodeid]}")

    def pytest_runtest_logreport(self, report: Any) -> None:
        if not hasattr(report, "scenario"):  # a worker that died under it
            file, failure = failure_of_the_dead(report.nodeid, self._root, str(report.longrepr))
            scenario = self.results.take_dead(report.nodeid, file, failure)
        else:
            scenario = self.results.take(report)
        if scenario.has_ended:
            self.results.playing.pop(report.nodeid, None)
            self._done += 1
            self._show(scenario)

    def _begin_step(self, step: Step) -> None:
        self._write(f"      {'  ' * step.depth}· {step.text}")

    def _show(self, scenario: Scenario) -> None:
        self._show_pack(scenario.pack)
        count = f"[{self._done}/{self._total}] " if self._total else ""
        why = f": {scenario.reason}" if scenario.outcome == "skipped" and scenario.reason else ""
        self._write(f"  {_MARKS[scenario.outcome]} {count}{scenario.title}{why}  {scenario.seconds:.1f} s")
        if not self._alone:
            for step in scenario.steps:
                self._write(
                    f"      {'  ' * step['depth']}{'✗' if step['failed'] else '·'} {step['text']}  {step['seconds']:.1f} s"
                )
        for failure in scenario.failures:
            self._write(f"      {failure.file}:{failure.line}")
            self._write(f"      {failure.kind}: {failure.message.splitlines()[0]}")

    def _write(self, line: str) -> None:
        self._write_line(printable(line))

    def _show_pack(self, pack: str) -> None:
        if pack and pack != self._shown_pack:
            self._shown_pack = pack
            self._write(f"{pack}: {self._titles[pack]}" if pack in self._titles else pack)


def _short(report: pytest.CollectReport) -> str:
    """The last line of an error tells what is wrong, and the one with a file in it where."""
    lines = [line.strip() for line in str(report.longrepr).splitlines() if line.strip()]
    errors = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")] or lines[-1:]
    places = [line.removeprefix("E").strip() for line in lines if ".py" in line and ("line " in line or ":" in line)]
    return f"{report.nodeid}: {errors[-1]}" + (f" ({places[-1]})" if places and places[-1] != errors[-1] else "")
