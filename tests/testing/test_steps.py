"""Steps with pictures, and the report whose steps lead to them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.testing.packs.report import write_report
from sandbox.testing.packs.results import Results, Scenario, title_of
from sandbox.testing.packs.running import Run
from sandbox.testing.steps import Steps


@dataclass
class Tab:
    """A browser's tab as far as pictures go: its picture is its name."""

    name: str
    closed: bool = False

    def is_closed(self) -> bool:
        return self.closed

    def screenshot(self, path: Path, **_: Any) -> None:
        path.write_bytes(self.name.encode())


def test_a_step_shows_the_tab_that_it_names_and_else_the_tests_own(tmp_path: Path) -> None:
    step = Steps(lambda: datetime(2026, 1, 1, tzinfo=UTC), page=lambda: Tab("first"), pictures=tmp_path)
    with step("In the page"):
        pass
    with step("In another tab", page=Tab("second")):
        pass
    with step("In a tab that is closed meanwhile", page=Tab("third", closed=True)):
        pass
    pictures = [Path(each.picture).read_text("utf-8") if each.picture else "" for each in step.steps]
    assert pictures == ["first", "second", ""]


def test_each_step_of_a_report_leads_to_its_own_picture(tmp_path: Path) -> None:
    results = Results()
    for name in ("one", "two"):
        step = Steps(
            lambda: datetime(2026, 1, 1, tzinfo=UTC), page=lambda name=name: Tab(name), pictures=tmp_path / name
        )
        for text in ("A form is opened", "A code is typed"):
            with step(text):
                pass
        told = {
            "steps": [each.to_json() for each in step.steps],
            "happenings": [asdict(each) for each in step.happenings],
        }
        results.scenarios[name] = Scenario(id=f"mine::{name}", pack="mine", title=name, file="test.py", line=1, **told)
    report = tmp_path / "report.html"
    write_report(report, Run(packs=[], seed=1), results)
    text = report.read_text("utf-8")
    places = re.findall(r'<li id="([^"]*)"', text)
    assert len(set(places)) == 4
    assert re.findall(r'<a href="#([^"]*)">', text) == places
    assert str(tmp_path) not in text


@pytest.mark.parametrize(
    ("doc", "title"),
    [
        ("", "It pays [fr]"),
        ("The shopper's phone pays.\n\nMore of it.", "The shopper's phone pays [fr]"),
    ],
)
def test_a_scenario_is_called_as_its_function_says_or_is_named(doc: str, title: str) -> None:
    assert title_of("mine/test_mine.py::test_it_pays[fr]", doc) == title
