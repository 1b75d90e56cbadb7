"""The hosted payment page in a real browser, beside the pack hosted_checkout: for eyes, keyboards and screen readers."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.testing.purchase import Purchase, pay_page
from tests.platform.merchant_api.shop import AMOUNT, Shop, scan
from tests.screen_readers import grave_violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from sandbox.testing import Sandbox
    from sandbox.testing.drivers import MerchantApp, PhoneDriver

LOOKS = (("fr", 360, "dark"), ("ar", 360, "light"), ("ar", 1440, "dark"), ("en", 1440, "light"))


@pytest.fixture
def shop(sandbox: Sandbox, merchant_app: MerchantApp) -> Shop:
    return Shop(sandbox, merchant_app)


def generate(shop: Shop) -> str:
    """A payment whose links lead to pages that are there."""
    base = shop.sandbox.base_url
    return shop.generate(accept_card=True, success_link=f"{base}/shop/?paid=1", fail_link=f"{base}/shop/?failed=1")


def open_payment(shop: Shop, page: Page, step: str = "", lang: str = "en") -> str:
    payment_id = generate(shop)
    page.goto(f"{shop.sandbox.base_url}/pay/{payment_id}{step}?lang={lang}")
    return payment_id


def fill_card(page: Page, number: str = "4509 2111 1111 1119", expiry: str = "12/26", cvc: str = "748") -> None:
    for name, value in (("card_number", number), ("expiry", expiry), ("cvc", cvc), ("holder", "Amina")):
        page.locator(f"#{name}").fill(value)
    page.keyboard.press("Enter")


def type_bank_code(page: Page) -> None:
    code = page.locator("[data-part=bank-code]").inner_text()
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")


def test_a_phone_pays_while_the_card_form_is_open(shop: Shop, page: Page, phone: PhoneDriver) -> None:
    payment_id = open_payment(shop, page, "/card")
    page.locator("#holder").fill("Amina")
    scan(phone, payment_id)
    phone.pay()
    page.wait_for_url("**/shop/?paid=1**")
    page.go_back()
    page.goto(f"{shop.sandbox.base_url}/pay/{payment_id}/card?lang=en")
    expect(page.get_by_role("heading", name="The payment went through")).to_be_visible()
    assert shop.app.balance == AMOUNT


def test_without_scripts_the_forms_work(shop: Shop, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        payment_id = open_payment(shop, page)
        page.get_by_role("link", name="Card").click()
        fill_card(page)
        type_bank_code(page)
        page.wait_for_url(f"**/shop/?paid=1?payment_id={payment_id}")


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_each_step_can_be_read_by_everybody(
    shop: Shop, browser: Browser, phone: PhoneDriver, language: str, width: int, scheme: str
) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        open_payment(shop, page, "/login", language)
        page.locator("#phone_number").fill(phone.number)
        page.locator("#pin").fill("1234")
        page.keyboard.press("Enter")
        page.locator("#code").wait_for()
        _require_readable(page, width)
        open_payment(shop, page, "/card", language)
        fill_card(page, expiry="13/26")
        page.locator("#expiry-error").wait_for()
        _require_readable(page, width)
        fill_card(page)
        page.locator("[data-part=bank-code]").wait_for()
        _require_readable(page, width)
        payment_id = open_payment(shop, page, "/card", language)
        fill_card(page, "5471251111111116", "11/23", "858")
        page.wait_for_url("**/shop/?failed=1**")
        page.goto(f"{shop.sandbox.base_url}/pay/{payment_id}")
        page.locator(".paying-result").wait_for()
        _require_readable(page, width)


def _require_readable(page: Page, width: int) -> None:
    assert grave_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pay_pays_a_page_as_a_shopper_would(shop: Shop, sandbox: Sandbox, phone: PhoneDriver) -> None:
    payment_id = generate(shop)
    purchase = Purchase(phone=phone, platform=sandbox.platform)
    with ThreadPoolExecutor(1) as another_thread:  # it opens a browser of its own
        told = another_thread.submit(pay_page, f"{sandbox.base_url}/pay/{payment_id}", purchase).result()
    assert told == {
        "status": "SUCCESS",
        "order_status": "PAID",
        "payment_id": payment_id,
        "page": f"{sandbox.base_url}/shop/?paid=1?payment_id={payment_id}",
    }


def test_pay_tells_what_was_paid_though_the_shop_does_not_answer(
    shop: Shop, sandbox: Sandbox, phone: PhoneDriver
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/paid"
    payment_id = shop.generate(success_link=nobody)
    purchase = Purchase(phone=phone, platform=sandbox.platform)
    with ThreadPoolExecutor(1) as another_thread:
        told = another_thread.submit(pay_page, f"{sandbox.base_url}/pay/{payment_id}", purchase).result()
    assert (told["status"], told["order_status"]) == ("SUCCESS", "PAID")
    assert told["page"] == f"{nobody}?payment_id={payment_id}"
