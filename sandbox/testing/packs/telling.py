"""A scenario's story as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.testing.story import Happening, Story, tell_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing.packs.results import Scenario


def tell_scenario(scenario: Scenario) -> Iterator[str]:
    for step in scenario.steps:
        yield f"{'✗' if step['failed'] else '·'} {'  ' * step['depth']}{step['text']} ({step['seconds']:.1f} s)"
    if scenario.steps:
        yield ""
    happenings = [Happening(**each) for each in scenario.happenings]
    yield from tell_lines(Story(happenings, scenario.movements, problem=scenario.problem))
