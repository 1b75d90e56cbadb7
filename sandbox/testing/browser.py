"""The browser that plays the shopper: the machine's Chromium where there is one, Playwright's own otherwise."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
_ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-quic")
HOW_TO_INSTALL = (
    "No Chromium was found: run 'apt-get install chromium-headless-shell' (or chromium),"
    " or 'python -m playwright install --only-shell chromium'."
)


class NoBrowserError(Exception):
    """The text names the command that installs one."""


def find_chromium() -> str | None:
    """The machine's own Chromium; the headless shell first, which is faster."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def browser_problem() -> str | None:
    """What to do about a missing browser, or None."""
    if find_chromium() is not None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return None if Path(playwright.chromium.executable_path).exists() else HOW_TO_INSTALL


def launch(playwright: Playwright) -> Browser:
    """A headless browser without a sandbox of its own: it runs as root in containers and only meets local pages."""
    executable = find_chromium()
    if executable is None and not Path(playwright.chromium.executable_path).exists():
        raise NoBrowserError(HOW_TO_INSTALL)
    return playwright.chromium.launch(executable_path=executable, args=list(_ARGUMENTS))


@contextmanager
def open_browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()
