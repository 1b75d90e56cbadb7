"""Fixtures for tests with a real browser; a conftest imports those it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.testing.serving import serve
from sandbox.testing.shopper import Shopper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from sandbox.testing.drivers import MerchantApp
    from sandbox.testing.embedded import Sandbox

_PATIENCE_MILLISECONDS = 15_000


@pytest.fixture(scope="session")
def browser(sandbox_browser: Browser) -> Browser:
    """One Chromium for the test session, whichever conftest asks for it."""
    return sandbox_browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with cookies and storage of its own, 1280×800. An error in the page's scripts fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(_PATIENCE_MILLISECONDS)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"the page's scripts failed: {errors}"  # noqa: S101  a verdict on the test


@pytest.fixture
def shopper(page: Page) -> Shopper:
    return Shopper(page)


@pytest.fixture
def shop_url(sandbox: Sandbox, merchant_app: MerchantApp) -> Iterator[str]:
    """A demo shop of the test's own merchant, on an origin of its own."""
    from sandbox.shop_mount import create_shop

    with serve(create_shop(sandbox.base_url, merchant_app.public_token, merchant_app.private_token)) as url:
        yield f"{url}/"
