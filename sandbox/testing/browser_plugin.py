"""Fixtures with a browser for whoever has no other plugin for one; pytest-playwright's go before these."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

_PATIENCE_MILLISECONDS = 15_000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    """A test without our browser may run an event loop of its own, whichever came before it."""
    if "sandbox_browser" in getattr(item, "fixturenames", ()) or "asyncio" not in sys.modules:
        return (yield)
    from sandbox.testing.browser import no_loop_of_a_browser

    with no_loop_of_a_browser():
        return (yield)


@pytest.fixture(scope="session")
def browser(sandbox_browser: Browser) -> Browser:
    """One Chromium for the test session, whoever asks for it."""
    return sandbox_browser


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """What ``browser.new_context`` is called with, as in pytest-playwright: override it to choose a size or a language."""
    return {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "ignore_https_errors": True}


@pytest.fixture
def page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A page with cookies and storage of its own."""
    from sandbox.testing.browser import show_loop_of

    show_loop_of(browser)
    context = browser.new_context(**browser_context_args)
    opened = context.new_page()
    opened.set_default_timeout(_PATIENCE_MILLISECONDS)
    yield opened
    context.close()
