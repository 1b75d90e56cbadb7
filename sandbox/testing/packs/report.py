"""A run as one HTML file that opens offline: pictures, style and script are in it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sandbox import __version__
from sandbox.testing.packs.telling import printable
from sandbox.testing.packs.traces import keep_traces
from sandbox.testing.story import LANES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.testing.packs.results import Results, Scenario
    from sandbox.testing.packs.running import Run

_TEMPLATES = Path(__file__).with_name("templates")
_TOKENS = Path(__file__).parents[2] / "kit" / "web" / "ui" / "static" / "css" / "tokens.css"
_MOST_BYTES_OF_ONE = 8_000_000
_MOST_BYTES = 30_000_000
_KINDS = {".jpeg": "image/jpeg", ".zip": "application/zip"}
_OUTCOMES = ("failed", "skipped", "passed")


def write_report(file: Path, run: Run, results: Results) -> None:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["place"] = _place
    scenarios = results.scenarios.values()
    embedded = _embed(scenarios)
    traces = keep_traces(file.with_name(f"{file.stem}-traces"), scenarios, embedded)
    counts: dict[str, Any] = {name: results.count(name) for name in _OUTCOMES}
    page = environment.get_template("report.html").render(
        run=run,
        results=results,
        counts=counts,
        packs={pack.name: pack for pack in run.packs},
        lanes=LANES,
        version=__version__,
        embedded=embedded,
        traces=traces,
        style=_TOKENS.read_text("utf-8") + (_TEMPLATES / "report.css").read_text("utf-8"),
        script=(_TEMPLATES / "report.js").read_text("utf-8"),
    )
    file.write_text(printable(page), "utf-8")


def _place(picture: str) -> str:
    """Where in the page a picture stands: by its scenario and its number there."""
    return quote("/".join(Path(picture).parts[-2:]))  # as the address shows it


def _embed(scenarios: Iterable[Scenario]) -> dict[str, str]:
    """Each file's address that holds it, by its path. What would make the report too large to open is left out, and
    last what belongs to scenarios that failed.
    """
    embedded: dict[str, str] = {}
    left = _MOST_BYTES
    for scenario in sorted(scenarios, key=lambda each: _OUTCOMES.index(each.outcome)):
        for path in (*(each["picture"] for each in scenario.happenings), scenario.trace):
            size = Path(path).stat().st_size if path and Path(path).is_file() else 0
            if 0 < size <= min(left, _MOST_BYTES_OF_ONE):
                left -= size
                embedded[path] = _inline(Path(path))
    return embedded


def _inline(file: Path) -> str:
    return f"data:{_KINDS[file.suffix]};base64,{base64.b64encode(file.read_bytes()).decode()}"
