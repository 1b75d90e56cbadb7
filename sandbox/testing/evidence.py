"""What is kept of a test that failed: a screenshot of its page and the journal of all services."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.kit.errors import SandboxError

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.embedded import Sandbox

RESULTS = Path("test-results")


def keep_evidence(test_id: str, *, page: Page | None, sandbox: Sandbox | None) -> list[Path]:
    """Write what there is to ``test-results/<test>/`` and tell the files."""
    folder = RESULTS / re.sub(r"[^\w.-]+", "_", test_id).strip("_")[-120:]
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[Path] = []
    if page is not None and not page.is_closed():
        kept.append(folder / "page.png")
        page.screenshot(path=kept[-1], full_page=True)
    if sandbox is not None:
        kept.append(folder / "journal.json")
        kept[-1].write_text(json.dumps(_journal(sandbox), indent=1, ensure_ascii=False), "utf-8")
    return kept


def _journal(sandbox: Sandbox) -> list[dict[str, Any]]:
    try:
        return sandbox.control.list_exchanges()[::-1]
    except SandboxError as error:
        return [error.to_json()]
