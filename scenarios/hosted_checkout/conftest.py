"""A shop that knows v2 alone, and its shopper in front of the payment page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import MerchantApp
    from sandbox.testing.embedded import Sandbox

AMOUNT = 12_500


@dataclass
class Till:
    """What a merchant's server does: ask for a payment, and look how it stands when the shopper comes back."""

    sandbox: Sandbox
    app: MerchantApp

    def ask(self, **more: Any) -> str:
        """The id of a new payment; its links lead to two pages of the demo shop."""
        base = self.sandbox.base_url
        links = {"success_link": f"{base}/shop/?paid=1", "fail_link": f"{base}/shop/?failed=1"}
        answer = self._call("POST", "generate_payment", {"amount": AMOUNT, "accept_card": True, **links, **more})
        return str(answer["result"]["payment_id"])

    def status(self, payment_id: str) -> str:
        """What verify_payment says once everything that is due has been done."""
        self.sandbox.control.drain()
        return str(self._call("GET", f"verify_payment/{payment_id}")["result"]["status"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        tokens = f"{self.app.public_token}:{self.app.private_token}"
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {tokens}"}
        content = b"" if body is None else json.dumps(body).encode()
        answer: dict[str, Any] = self.sandbox.transport.send(method, f"/api/v2/{path}", content, headers).json()
        return answer


@dataclass
class Visit:
    """A shopper's browser on the page of one payment."""

    page: Page
    till: Till
    payment_id: str

    @property
    def address(self) -> str:
        return f"{self.till.sandbox.base_url}/pay/{self.payment_id}"

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
    expect.set_options(timeout=20_000)


@pytest.fixture
def till(sandbox: Sandbox, merchant_app: MerchantApp) -> object:
    """After each story the ledger is right."""
    yield Till(sandbox, merchant_app)
    assert sandbox.control.verify_ledger()["ok"]


@pytest.fixture
def visit(till: Till, page: Page) -> Visit:
    found = Visit(page, till, till.ask())
    found.open()
    return found
