"""A run as JUnit XML: a suite for each pack; the story of a scenario is its output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from sandbox.testing.packs.telling import printable, tell_scenario

if TYPE_CHECKING:
    from sandbox.testing.packs.results import Results, Scenario
    from sandbox.testing.packs.running import Run

_MOST_OUTPUT = 100_000


def write_junit(file: Path, run: Run, results: Results) -> None:
    counts = _counts(list(results.scenarios.values()))
    del counts["skipped"]  # which the common schema has in suites only
    root = ET.Element("testsuites", counts | {"name": "flouci-sandbox"})
    for pack, scenarios in results.by_pack().items():
        suite = ET.SubElement(root, "testsuite", _counts(scenarios) | {"name": pack, "timestamp": results.began})
        stopped = {"stopped": results.stopped} if results.stopped else {}
        _add_properties(suite, {"seed": str(run.seed), "command": run.command(pack), **stopped})
        for scenario in scenarios:
            _add_scenario(suite, run, scenario)
    tree = ET.ElementTree(root)
    ET.indent(tree)
    tree.write(file, encoding="utf-8", xml_declaration=True)


def _counts(scenarios: list[Scenario]) -> dict[str, str]:
    skipped = sum(scenario.outcome == "skipped" for scenario in scenarios)
    return {
        "tests": str(len(scenarios)),
        "failures": str(sum(_has_failed(scenario) for scenario in scenarios)),
        "errors": str(sum(scenario.outcome == "failed" and not _has_failed(scenario) for scenario in scenarios)),
        "skipped": str(skipped),
        "time": f"{sum(scenario.seconds for scenario in scenarios):.3f}",
    }


def _has_failed(scenario: Scenario) -> bool:
    """Itself, not what it stands on: a fixture that fails before or after it is an error."""
    return any(failure.phase == "call" for failure in scenario.failures)


def _add_scenario(suite: ET.Element, run: Run, scenario: Scenario) -> None:
    names, bracket, case_name = scenario.name.partition("[")
    *groups, name = names.split("::")
    values = {
        "classname": printable(".".join([scenario.pack, Path(scenario.file).stem, *groups])),
        "name": printable(f"{name}{bracket}{case_name}"),
        "file": printable(_from_here(scenario.file)),
        "line": str(scenario.line),
        "time": f"{scenario.seconds:.3f}",
    }
    case = ET.SubElement(suite, "testcase", values)
    _add_properties(case, {"title": scenario.title, "command": run.command(scenario.pack, scenario.name)})
    if scenario.outcome == "skipped":
        ET.SubElement(case, "skipped", {"message": printable(scenario.reason)})
    if scenario.failures:
        first = scenario.failures[0]
        told = {"message": printable(f"{first.kind}: {first.message.splitlines()[0]}"), "type": first.kind}
        failure = ET.SubElement(case, "failure" if _has_failed(scenario) else "error", told)
        failure.text = printable(
            "\n\n".join(f"{_from_here(each.file)}:{each.line}\n{each.text}" for each in scenario.failures)
        )
    output = ET.SubElement(case, "system-out")
    output.text = _shortened(printable("\n".join([*tell_scenario(scenario), scenario.printed])))


def _from_here(file: str) -> str:
    """CI systems link files of the repository by their paths in it."""
    here = Path.cwd()
    return str(Path(file).relative_to(here)) if here in Path(file).parents else file


def _add_properties(parent: ET.Element, values: dict[str, str]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", {"name": name, "value": printable(value)})


def _shortened(text: str) -> str:
    """CI systems refuse files, or cut them, whose output is very long: the end tells more than the beginning."""
    return text if len(text) <= _MOST_OUTPUT else f"…\n{text[-_MOST_OUTPUT:]}"
