"""A developer in a browser: registers, logs in, fills the platform's forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from sandbox.testing.drivers import MerchantApp
    from sandbox.testing.embedded import Sandbox


class Developer:
    """One page of the developer platform at a time."""

    def __init__(self, sandbox: Sandbox, page: Page) -> None:
        self.sandbox, self.page = sandbox, page

    def go(self, path: str) -> None:
        """To a page of the platform, such as ``/apps``."""
        self.page.goto(f"{self.sandbox.base_url}{path}")

    @property
    def main(self) -> Locator:
        """What the page is about, without what stands around it."""
        return self.page.locator("main")

    def fill(self, **fields: str) -> None:
        """Type into fields by their names, and choose in lists."""
        for name, value in fields.items():
            field = self.main.locator(f"[name={name}]:not([type=hidden])").first
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def send(self, **fields: str) -> None:
        """Fill a form, then send it as the enter key or its own button does; returns when the next page is there."""
        self.fill(**fields)
        first = self.main.locator(f"[name={next(iter(fields))}]:not([type=hidden])").first
        self.press(first.locator("xpath=ancestor::form").locator("button[type=submit]").last)

    def press(self, button: Locator) -> None:
        """Returns when the next page is there."""
        with self.page.expect_navigation():
            button.click()

    def open(self, summary: str) -> None:
        """What is folded away under these words."""
        self.main.locator("summary", has_text=summary).click()

    def tick(self, label: str) -> None:
        self.main.get_by_label(label).check()

    def press_named(self, name: str) -> None:
        self.press(self.main.get_by_role("button", name=name, exact=True))

    def log_in(self, merchant: MerchantApp) -> None:
        self.log_in_as(merchant.email, merchant.password)

    def log_in_as(self, email: str, password: str) -> None:
        self.go("/login")
        self.send(email=email, password=password)

    def log_out(self) -> None:
        self.page.locator("details.menu summary").last.click()
        with self.page.expect_navigation():
            self.page.locator("form[action$='/logout'] button").first.click()
