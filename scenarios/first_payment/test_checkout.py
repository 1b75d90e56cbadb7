"""A shopper pays: the picture that Chromium drew, the phone, the code, the shop's thank-you page, the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper


def test_a_shopper_pays_and_the_order_stands_in_the_dashboard(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, page: Page, shopper: Shopper, shop_url: str
) -> None:
    page.goto(shop_url)
    paid = shopper.pay_with(phone)
    expect(page).to_have_url(f"{shop_url}payment/success?order={page.url.partition('order=')[2]}")
    expect(page.locator("main")).to_contain_text("12.500")

    assert phone.balance == 500_000 - 12_500
    assert merchant_app.balance == 12_500
    sandbox.control.drain()
    assert "12.500" in phone.messages(contains="12.500")[0]["text"]

    page.goto(f"{sandbox.base_url}/login")
    page.locator("[name=email]").fill(merchant_app.email)
    page.locator("[name=password]").fill(merchant_app.password)
    page.locator("main button[type=submit]").click()
    page.goto(f"{sandbox.base_url}/apps")
    page.get_by_role("link", name=merchant_app.name).first.click()
    expect(page.locator("main table", has_text="TX").last).to_contain_text("12.500")
    order = sandbox.platform.list_orders(sandbox.log_in(merchant_app), page.url.rpartition("/")[2])[0]
    assert (order["status"], order["payment_id"]) == ("PAID", paid.payment_id)
    assert sandbox.control.verify_ledger()["ok"]


def test_the_demo_shop_is_paid_with_a_demo_phone(sandbox: Sandbox, page: Page, shopper: Shopper) -> None:
    page.goto(sandbox.details["shop_url"])
    shopper.pay_with(sandbox.phone())
    assert "/shop/payment/success" in page.url


def test_the_second_product_costs_its_own_price(
    phone: PhoneDriver, page: Page, shopper: Shopper, shop_url: str, merchant_app: MerchantApp
) -> None:
    page.goto(shop_url)
    shopper.open_form(1)
    expect(shopper.part("amount")).to_contain_text("64.100")
    phone.scan(page)
    paid = phone.pay()
    shopper.wait_for_state("prepared")
    with page.expect_navigation():
        shopper.type_code(paid.code or "")
    assert merchant_app.balance == 64_100


def test_the_whole_story_of_a_payment_is_in_the_journal(
    sandbox: Sandbox, phone: PhoneDriver, page: Page, shopper: Shopper, shop_url: str
) -> None:
    page.goto(shop_url)
    shopper.pay_with(phone)
    sandbox.control.drain()
    story = phone.last_scan.session if phone.last_scan else ""
    services = {exchange["service"] for exchange in sandbox.control.list_exchanges(trace=story)}
    assert {"platform", "payments", "wallets", "phone"} <= services
