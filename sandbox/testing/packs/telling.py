"""A scenario's story as lines of text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.testing.story import Happening, Story, tell_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing.packs.results import Scenario


_NOT_PRINTABLE = re.compile("[^\t\n\r\u0020-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def printable(text: str) -> str:
    """Without a terminal's colours, and without what no XML file may hold."""
    return _NOT_PRINTABLE.sub("", _COLOUR.sub("", text))


def tell_scenario(scenario: Scenario) -> Iterator[str]:
    for step in scenario.steps:
        yield f"{'✗' if step['failed'] else '·'} {'  ' * step['depth']}{step['text']} ({step['seconds']:.1f} s)"
    if scenario.steps:
        yield ""
    happenings = [Happening(**each) for each in scenario.happenings]
    yield from tell_lines(Story(happenings, scenario.movements, problem=scenario.problem))
