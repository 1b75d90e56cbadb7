"""The browser that plays the shopper: the machine's Chromium where there is one, Playwright's own otherwise."""

from __future__ import annotations

import os
import shutil
from asyncio import _get_running_loop, _set_running_loop
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
_ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-quic")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
_SLOW_MILLISECONDS = 500
HOW_TO_INSTALL = (
    "No Chromium was found: run 'apt-get install chromium-headless-shell' (or chromium),"
    " or 'python -m playwright install --only-shell chromium'."
)


class NoBrowserError(Exception):
    """The text names the command that installs one."""


def find_chromium(*, headed: bool = False) -> str | None:
    """The machine's own Chromium; the headless shell first, which is faster, but has no window to show."""
    names = _NAMES[1:] if headed else _NAMES
    return next((found for name in names if (found := shutil.which(name))), None)


def browser_problem(*, headed: bool = False) -> str | None:
    """What to do about a missing browser, or about one that has nowhere to be shown; or None."""
    if headed and not any(os.environ.get(name) for name in _DISPLAYS):
        return "There is no display to show a browser on (DISPLAY is not set): leave --headed out."
    if find_chromium(headed=headed) is not None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return None if Path(playwright.chromium.executable_path).exists() else HOW_TO_INSTALL


def launch(playwright: Playwright, *, headed: bool = False, slow: bool = False) -> Browser:
    """A browser without a sandbox of its own: it runs as root in containers and only meets local pages.

    ``slow`` waits half a second after each action, for people who watch a ``headed`` one.
    """
    executable = find_chromium(headed=headed)
    if executable is None and not Path(playwright.chromium.executable_path).exists():
        raise NoBrowserError(HOW_TO_INSTALL)
    pause = _SLOW_MILLISECONDS if slow else 0
    return playwright.chromium.launch(
        executable_path=executable, args=list(_ARGUMENTS), headless=not headed, slow_mo=pause
    )


@contextmanager
def open_browser(*, headed: bool = False, slow: bool = False) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch(playwright, headed=headed, slow=slow)
        try:
            yield browser
        finally:
            show_loop_of(browser)
            browser.close()


@contextmanager
def no_loop_of_a_browser() -> Iterator[None]:
    """Playwright's sync API leaves its event loop running in its thread between two calls, and asyncio runs no other beside it.
    Inside, it is out of sight: a test in a loop of its own may come after one in a browser.
    """
    loop = _get_running_loop()
    _set_running_loop(None)
    try:
        yield
    finally:
        if loop is not None and loop.is_running():  # it may have been put away meanwhile
            _set_running_loop(loop)


def show_loop_of(browser: Browser) -> None:
    """For whoever uses it although it was out of sight."""
    loop = getattr(browser, "_loop", None)
    if loop is not None and loop.is_running():
        _set_running_loop(loop)
