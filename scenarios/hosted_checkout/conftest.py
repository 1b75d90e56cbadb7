"""A shop that knows v2 alone, and its shopper in front of the payment page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.merchant_server import MerchantServer
    from sandbox.testing.steps import Steps


@dataclass
class Visit:
    """A shopper's browser on the page of one payment."""

    page: Page
    server: MerchantServer
    payment_id: str

    @property
    def address(self) -> str:
        return f"{self.server.sandbox.base_url}/pay/{self.payment_id}"

    def open(self, step: str = "") -> None:
        self.page.goto(f"{self.address}{step}?lang=en")

    def type_card(self, number: str = "4509211111111119", expiry: str = "12/26", cvc: str = "748") -> None:
        self.page.get_by_role("link", name="Card", exact=True).click()
        for name, value in (("card_number", number), ("expiry", expiry), ("cvc", cvc), ("holder", "Amina")):
            self.page.locator(f"#{name}").fill(value)
        self.page.keyboard.press("Enter")

    def type_bank_code(self) -> None:
        code = self.page.locator("[data-part=bank-code]").inner_text()
        self.type_code(code)

    def type_number(self, phone_number: str, pin: str = "1234") -> None:
        self.page.get_by_role("link", name="Phone number", exact=True).click()
        self.page.locator("#phone_number").fill(phone_number)
        self.page.locator("#pin").fill(pin)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#code")).to_be_visible()

    def type_code(self, code: str) -> None:
        self.page.locator("#code").fill(code)
        self.page.keyboard.press("Enter")

    def is_led_back(self, how: str) -> None:
        """``paid`` or ``failed``, with the id behind the link as the real service puts it."""
        self.page.wait_for_url(f"**/shop/?{how}=1?payment_id={self.payment_id}")


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """Busy machines take their time."""
    expect.set_options(timeout=30_000)


@pytest.fixture
def visit(server: MerchantServer, page: Page, step: Steps) -> Visit:
    with step("The shop sends the shopper to the payment page: 12.500 DT", page=page):
        found = Visit(page, server, server.generate(accept_card=True))
        found.open()
    return found
