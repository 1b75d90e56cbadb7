"""What a failed test tells and keeps: its story, the journal of all services, and a screenshot of its page."""

from __future__ import annotations

import json
import re
from inspect import iscoroutinefunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.testing.story import Story, read_story, tell_lines

if TYPE_CHECKING:
    import pytest

_LONGEST_NAME = 120
_MOST_LINES = 60


def tell_failure(item: pytest.Item, used: dict[str, Any]) -> str:
    """The story as text. ``used`` are the test's fixtures; what is kept goes to ``--sandbox-artifacts``."""
    steps = used.get("step")
    story = read_story(used["sandbox"], steps.happenings if steps is not None else ())
    kept = keep_evidence(folder_of(item), page=used.get("page"), story=story)
    lines = list(tell_lines(story))
    if len(lines) > _MOST_LINES:
        lines = [f"… {len(lines) - _MOST_LINES} lines before these; journal.json has all", *lines[-_MOST_LINES:]]
    return "\n".join([*lines, "", *(f"kept: {file}" for file in kept)])


def folder_of(item: pytest.Item) -> Path:
    name = re.sub(r"[^\w.-]+", "_", item.nodeid).strip("_")[-_LONGEST_NAME:]
    return Path(item.config.getoption("--sandbox-artifacts")) / name


def keep_evidence(folder: Path, *, page: Any, story: Story) -> list[Path]:
    """Write what there is to the folder and tell the files."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = [folder / "journal.json"]
    kept[0].write_text(json.dumps(story.exchanges, indent=1, ensure_ascii=False), "utf-8")
    picture = take_screenshot(page, folder / "page.png", full_page=True)
    return [picture, *kept] if picture else kept


def take_screenshot(page: Any, file: Path, **options: Any) -> Path | None:
    """None where there is no page, or none that can be asked: closed, crashed, or of an event loop that is over."""
    if page is None or not hasattr(page, "screenshot") or iscoroutinefunction(page.screenshot) or page.is_closed():
        return None
    from playwright.sync_api import Error as PlaywrightError

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file, **options)
    except PlaywrightError:
        return None
    return file
