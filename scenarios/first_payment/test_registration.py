"""A developer registers, follows the link in the mail, logs in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import InboxDriver
    from sandbox.testing.embedded import Sandbox

PASSWORD = "une phrase assez longue"


def test_a_developer_registers_activates_logs_in_and_out(sandbox: Sandbox, page: Page, inbox: InboxDriver) -> None:
    page.goto(f"{sandbox.base_url}/register")
    page.locator("[name=name]").fill("Amira Ben Salah")
    page.locator("[name=email]").fill("amira@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()

    log_in(page, sandbox, "amira@example.com")
    expect(page.locator("main")).to_contain_text("not activated")

    page.goto(inbox.wait_for(to="amira@example.com").links[0])
    log_in(page, sandbox, "amira@example.com")
    expect(page).to_have_url(f"{sandbox.base_url}/dashboard")

    page.locator("details.menu summary").last.click()
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{sandbox.base_url}/apps")
    expect(page).to_have_url(f"{sandbox.base_url}/login?next=/apps")


def test_an_address_registers_once_and_the_form_keeps_what_was_typed(sandbox: Sandbox, page: Page) -> None:
    for name, password in (("Sami", PASSWORD), ("Samira", "another password")):
        page.goto(f"{sandbox.base_url}/register")
        page.locator("[name=name]").fill(name)
        page.locator("[name=email]").fill("sami@example.com")
        page.locator("[name=password]").fill(password)
        page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("exists already")
    expect(page.locator("[name=name]")).to_have_value("Samira")
    expect(page.locator("[name=password]")).to_have_value("")


def log_in(page: Page, sandbox: Sandbox, email: str) -> None:
    page.goto(f"{sandbox.base_url}/login")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
