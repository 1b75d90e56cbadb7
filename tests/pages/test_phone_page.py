"""The phone page in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from sandbox.testing.drivers import PhoneDriver
    from sandbox.testing.embedded import Sandbox


def test_the_phone_page_reads_a_pasted_picture_and_shows_the_code(
    sandbox: Sandbox, browser: Browser, phone: PhoneDriver, shop_url: str
) -> None:
    from sandbox.testing.shopper import Shopper

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    shop, mobile = context.new_page(), context.new_page()
    shop.goto(shop_url)
    shopper = Shopper(shop)
    shopper.open_form()
    mobile.goto(f"{sandbox.base_url}/mobile/?lang=en")
    mobile.locator(f"[data-phone='{phone.number}']").click()
    picture = {"name": "screen.png", "mimeType": "image/png", "buffer": shop.screenshot()}
    mobile.locator("#picture").set_input_files(picture)
    mobile.get_by_text("12.500").first.wait_for()
    mobile.locator("[data-part=pin]").fill("1234")
    mobile.locator("[data-part=pay]").click()
    code = mobile.locator("[data-part=code]")
    code.wait_for()
    shopper.wait_for_state("prepared")
    with shop.expect_navigation():
        shopper.type_code("".join(filter(str.isdigit, code.inner_text())))
    assert "/payment/success" in shop.url
    context.close()
