"""What the packs that come with the sandbox share: a page whose scripts must not fail, a developer, a merchant's server of v2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.testing.browser_fixtures import page

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.developer import Developer
    from sandbox.testing.drivers import MerchantApp
    from sandbox.testing.embedded import Sandbox

__all__ = ["page"]


@pytest.fixture
def server(sandbox: Sandbox, merchant_app: MerchantApp) -> object:
    """The server of ``merchant_app``. After each story the ledger is right."""
    from sandbox.testing.merchant_server import MerchantServer

    yield MerchantServer(sandbox, merchant_app)
    assert sandbox.control.verify_ledger()["ok"]


@pytest.fixture
def developer(sandbox: Sandbox, page: Page) -> Developer:
    """A developer in the test's browser, not yet logged in."""
    from sandbox.testing.developer import Developer

    return Developer(sandbox, page)
