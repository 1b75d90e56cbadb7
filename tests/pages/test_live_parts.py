"""Parts of a page that change by themselves, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from sandbox.contracts.platform import OpenSession
from sandbox.contracts.qr_payload import CheckoutCode, to_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing import Sandbox
    from sandbox.testing.drivers import MerchantApp

SOON = "() => { window.setInterval = (work) => (window.look = work); }"
"""The page asks every three seconds; the test lets it ask when something has happened."""


def test_the_inbox_shows_what_arrives_and_leaves_the_focus_where_it_was(sandbox: Sandbox, page: Page) -> None:
    page.add_init_script(f"({SOON})()")
    page.goto(f"{sandbox.base_url}/inbox/?lang=en")
    page.wait_for_function("window.look")
    page.locator("[data-part=mail] a").first.focus()
    focused = page.evaluate("document.activeElement.id")
    merchant: MerchantApp = sandbox.new_merchant()
    page.evaluate("window.look()")
    page.locator("[data-part=mail]", has_text=merchant.email).first.wait_for()
    assert page.evaluate("document.activeElement.id") == focused
    assert page.locator("#announcer").inner_text() == "Something new has arrived."


def test_a_part_in_use_is_left_alone(sandbox: Sandbox, page: Page) -> None:
    page.add_init_script(f"({SOON})()")
    page.goto(f"{sandbox.base_url}/inbox/?lang=en")
    page.wait_for_function("window.look")
    page.evaluate(
        "document.querySelector('#mails').insertAdjacentHTML('beforeend', '<details open id=mine>mine</details>')"
    )
    sandbox.new_merchant()
    page.evaluate("window.look()")
    assert page.locator("#mine").count() == 1


def test_the_first_order_appears_on_the_dashboard_with_its_charts(sandbox: Sandbox, page: Page) -> None:
    merchant = sandbox.new_merchant()
    page.add_init_script(f"({SOON})()")
    page.goto(f"{sandbox.base_url}/login?lang=en")
    page.locator("[name=email]").fill(merchant.email)
    page.locator("[name=password]").fill(merchant.password)
    page.locator("main form button[type=submit]").first.click()
    page.locator("#dashboard[data-live=new]").wait_for()
    assert page.locator("figure[data-chart]").count() == 0
    page.wait_for_function("window.look")
    sandbox.platform.open_session(OpenSession(app=merchant.public_token, amount=12_500))
    page.evaluate("window.look()")
    page.locator("#kpis").wait_for()
    expect(page.locator("figure[data-chart] canvas")).to_have_count(3)


def test_an_order_page_follows_its_order(sandbox: Sandbox, page: Page) -> None:
    merchant, phone = sandbox.new_merchant(), sandbox.new_phone()
    session = sandbox.platform.open_session(OpenSession(app=merchant.public_token, amount=12_500))["session"]
    page.add_init_script(f"({SOON})()")
    page.goto(f"{sandbox.base_url}/login?lang=en")
    page.locator("[name=email]").fill(merchant.email)
    page.locator("[name=password]").fill(merchant.password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/dashboard")
    page.goto(f"{sandbox.base_url}/orders/{session}")
    page.wait_for_function("window.look")
    assert page.locator("#timeline li").count() == 1
    phone.scan_text(to_text(CheckoutCode(app=merchant.public_token, amount=12_500, session=session)))
    page.evaluate("window.look()")
    page.locator("#order-head", has_text="Scanned").wait_for()
    assert page.locator("#timeline li").count() == 2
