"""Finds the QR code that a page shows its customers, and takes a picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.testing.browser import open_browser
from sandbox.testing.purchase import PageError
from sandbox.testing.shopper import Shopper

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PATIENCE_MILLISECONDS = 15_000
_SIZE = (1280, 800)


def photograph_code(url: str) -> bytes:
    """A PNG file of the payment form's code, whose button is pressed first; of all that is shown where there is no button.

    Raises PageError or NoBrowserError.
    """
    from playwright.sync_api import Error as PlaywrightError

    width, height = _SIZE
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, ignore_https_errors=True)
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        try:
            page.goto(url)
            return _photograph(page)
        except PlaywrightError as error:
            raise PageError(f"The page did not go on: {error.message.splitlines()[0]}") from None


def _photograph(page: Page) -> bytes:
    if page.locator("[data-part=button]").count() == 0:
        return page.screenshot()
    shopper = Shopper(page)
    shopper.open_form()
    return shopper.part("qr").screenshot()
