"""What a failed test tells and keeps: its story, the journal of all services, and a screenshot of its page."""

from __future__ import annotations

import json
import re
from inspect import iscoroutinefunction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sandbox.testing.story import Story, read_story, tell_lines

if TYPE_CHECKING:
    from collections.abc import Coroutine

    import pytest

    from sandbox.testing.embedded import Sandbox

_LONGEST_NAME = 120
_MOST_LINES = 60


def tell_failure(item: pytest.Item, used: dict[str, Any], sandbox: Sandbox, last: Story | None) -> str:
    """The story as text; nothing for a test that neither named a sandbox nor did anything with the session's own.

    ``used`` are the test's fixtures; ``last`` is the story that was kept when the sandbox was put away, if it was. What is
    kept goes to ``--sandbox-artifacts``.
    """
    own = getattr(used.get("step"), "happenings", ())
    story = last.joined_by(own) if last is not None else read_story(sandbox, own)
    if "sandbox" not in used and (sandbox.is_attached or not story.happenings):
        return ""
    kept = keep_evidence(folder_of(item), pages=pages_of(used), story=story)
    lines = list(tell_lines(story))
    if len(lines) > _MOST_LINES:
        lines = [f"… {len(lines) - _MOST_LINES} lines before these; journal.json has all", *lines[-_MOST_LINES:]]
    return "\n".join([*lines, "", *(f"kept: {file}" for file in kept)])


def folder_of(item: pytest.Item) -> Path:
    """The test's own: cases that differ in what no file name may hold, or are too long for one, are told apart by a number."""
    name = re.sub(r"[^\w.-]+", "_", item.nodeid).strip("_")
    if len(name) > _LONGEST_NAME or re.search(r"\[.*[^\w.-].*\]", item.nodeid):
        name = f"{name[-_LONGEST_NAME:]}_{crc32(item.nodeid.encode()):08x}"
    return Path(item.config.getoption("--sandbox-artifacts")) / name


def pages_of(used: dict[str, Any]) -> dict[str, Any]:
    """Playwright's pages among a test's fixtures, by the names of these."""
    return {name: value for name, value in used.items() if hasattr(value, "screenshot") and hasattr(value, "is_closed")}


def keep_evidence(folder: Path, *, pages: dict[str, Any], story: Story) -> list[Path]:
    """Write what there is to the folder and tell the files."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [take_screenshot(page, folder / f"{name}.png", full_page=True) for name, page in pages.items()]
    journal = folder / "journal.json"
    journal.write_text(json.dumps(story.exchanges, indent=1, ensure_ascii=False), "utf-8")
    return [*filter(None, pictures), journal]


def take_screenshot(page: Any, file: Path, **options: Any) -> Path | None:
    """None where there is no page, or none that can be asked: closed, crashed, or of an event loop that is over."""
    if page is None or not hasattr(page, "screenshot") or page.is_closed():
        return None
    from playwright.sync_api import Error as PlaywrightError

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not iscoroutinefunction(page.screenshot):
            page.screenshot(path=file, **options)
        elif not _wait_in_its_loop(page, page.screenshot(path=file, **options)):
            return None
    except PlaywrightError:
        return None
    return file


def _wait_in_its_loop(page: Any, taking: Coroutine[Any, Any, bytes]) -> bool:
    """A page of the async API answers in the loop that it was opened in, which rests once the test has failed."""
    loop = getattr(page, "_loop", None)
    if loop is None or loop.is_closed() or loop.is_running():
        taking.close()
        return False
    loop.run_until_complete(taking)
    return True
