"""A run as JUnit XML: a suite for each pack; the story of a scenario is its output."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from sandbox.testing.packs.telling import tell_scenario

if TYPE_CHECKING:
    from sandbox.testing.packs.results import Results, Scenario
    from sandbox.testing.packs.running import Run

_MOST_OUTPUT = 100_000
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(file: Path, run: Run, results: Results) -> None:
    counts = _counts(list(results.scenarios.values()))
    del counts["skipped"]  # which the common schema has in suites only
    root = ET.Element("testsuites", counts | {"name": "flouci-sandbox"})
    for pack, scenarios in results.by_pack().items():
        suite = ET.SubElement(root, "testsuite", _counts(scenarios) | {"name": pack})
        _add_properties(suite, {"seed": str(run.seed), "command": run.command(pack)})
        for scenario in scenarios:
            _add_scenario(suite, run, scenario)
    tree = ET.ElementTree(root)
    ET.indent(tree)
    tree.write(file, encoding="utf-8", xml_declaration=True)


def _counts(scenarios: list[Scenario]) -> dict[str, str]:
    outcomes = [scenario.outcome for scenario in scenarios]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failed")),
        "errors": "0",
        "skipped": str(outcomes.count("skipped")),
        "time": f"{sum(scenario.seconds for scenario in scenarios):.3f}",
    }


def _add_scenario(suite: ET.Element, run: Run, scenario: Scenario) -> None:
    values = {
        "classname": f"{scenario.pack}.{Path(scenario.file).stem}",
        "name": clean(scenario.name),
        "file": scenario.file,
        "line": str(scenario.line),
        "time": f"{scenario.seconds:.3f}",
    }
    case = ET.SubElement(suite, "testcase", values)
    _add_properties(case, {"title": scenario.title, "command": run.command(scenario.pack, scenario.name)})
    if scenario.outcome == "skipped":
        ET.SubElement(case, "skipped", {"message": clean(scenario.reason)})
    if scenario.failures:
        first = scenario.failures[0]
        told = {"message": clean(f"{first.kind}: {first.message.splitlines()[0]}"), "type": first.kind}
        failure = ET.SubElement(case, "failure", told)
        failure.text = clean("\n\n".join(f"{each.file}:{each.line}\n{each.text}" for each in scenario.failures))
    output = ET.SubElement(case, "system-out")
    output.text = _shortened(clean("\n".join(tell_scenario(scenario))))


def _add_properties(parent: ET.Element, values: dict[str, str]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", {"name": name, "value": clean(value)})


def _shortened(text: str) -> str:
    """CI systems refuse files, or cut them, whose output is very long: the end tells more than the beginning."""
    return text if len(text) <= _MOST_OUTPUT else f"…\n{text[-_MOST_OUTPUT:]}"


def clean(text: str) -> str:
    """Without what no XML file may hold, such as a terminal's colours."""
    return _NOT_XML.sub("", text)
