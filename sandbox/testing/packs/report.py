"""A run as one HTML file that opens offline: pictures, style and script are in it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import __version__
from sandbox.testing.story import LANES

if TYPE_CHECKING:
    from sandbox.testing.packs.results import Results
    from sandbox.testing.packs.running import Run

_TEMPLATES = Path(__file__).with_name("templates")
_MOST_TRACE_BYTES = 8_000_000


def write_report(file: Path, run: Run, results: Results) -> None:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"inline": _inline, "place": _place}
    counts: dict[str, Any] = {name: results.count(name) for name in ("passed", "failed", "skipped")}
    titles = {pack.name: pack for pack in run.packs}
    page = environment.get_template("report.html").render(
        run=run, results=results, counts=counts, packs=titles, lanes=LANES, version=__version__
    )
    file.write_text(page, "utf-8")


def _place(picture: str) -> str:
    """Where in the page a picture stands: by its scenario and its number there."""
    return "/".join(Path(picture).parts[-2:])


def _inline(path: str, kind: str) -> str:
    """A file as an address that holds it; an empty one where there is none, or where it is too large."""
    file = Path(path)
    if not path or not file.is_file() or file.stat().st_size > _MOST_TRACE_BYTES:
        return ""
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"
