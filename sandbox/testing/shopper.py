"""A shopper in a real browser: opens the payment form, lets a phone photograph it, types the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from sandbox.contracts.mobile import PaidScan
    from sandbox.testing.drivers import PhoneDriver


class Shopper:
    """The payment form of one page. Playwright sees through the script's shadow roots."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def dialog(self) -> Locator:
        return self.page.locator("[data-part=dialog]")

    def part(self, name: str) -> Locator:
        """A part of the open form: qr, code, status, error, countdown, close, retry, amount."""
        return self.dialog.locator(f"[data-part={name}]")

    def open_form(self, index: int = 0) -> None:
        """Click a 'Pay with Flouci' button and wait until the QR code is drawn."""
        self.page.locator("[data-part=button]").nth(index).click()
        self.wait_for_state("waiting")

    def wait_for_state(self, state: str) -> None:
        self.page.locator(f"[data-part=dialog][data-state={state}]").wait_for()

    @property
    def state(self) -> str:
        return self.dialog.get_attribute("data-state") or ""

    def type_code(self, code: str) -> None:
        field = self.part("code")
        field.fill("")
        field.fill(code)

    def pay_with(self, phone: PhoneDriver) -> PaidScan:
        """The whole way: form, photograph of the page, PIN, code; returns once the shop shows its next page."""
        self.open_form()
        phone.scan(self.page)
        paid = phone.pay()
        self.wait_for_state("prepared")
        with self.page.expect_navigation():
            self.type_code(paid.code or "")
        return paid
