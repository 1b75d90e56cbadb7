"""Playwright's traces of scenarios that failed, kept where the report does not hold them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from sandbox.testing.packs.results import Scenario

WITHOUT_REPORT = Path("test-results") / "traces"


def keep_traces(folder: Path, scenarios: Iterable[Scenario], embedded: Container[str] = ()) -> dict[str, Path]:
    """Copy into ``folder`` what is not ``embedded``; tell where each is now, by where it was."""
    kept: dict[str, Path] = {}
    for trace in (Path(scenario.trace) for scenario in scenarios if scenario.trace):
        if str(trace) not in embedded and trace.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            kept[str(trace)] = folder / f"{trace.parent.name}.zip"
            shutil.copyfile(trace, kept[str(trace)])
    return kept
