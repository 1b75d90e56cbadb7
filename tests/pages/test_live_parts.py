"""Parts of a page that change by themselves, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
