"""The form ends with a payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.developer import Developer
    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper
    from sandbox.testing.steps import Steps


def test_a_shopper_photographs_the_page_and_types_the_code(
    sandbox: Sandbox, phone: PhoneDriver, form: Shopper, step: Steps
) -> None:
    before = phone.balance
    with step("The phone photographs the page and shows what is to be paid"):
        scan = phone.scan(form.page)
        assert scan.amount
        expect(form.part("amount")).to_contain_text(f"{scan.amount // 1000}")
    with step("After the PIN, the phone shows six digits and the form asks for them"):
        paid = phone.pay()
        form.wait_for_state("prepared")
    with step("The right digits lead to the shop's next page"), form.page.expect_navigation():
        form.type_code(paid.code or "")
    with step("The money has left the phone, once, and an SMS tells it"):
        sandbox.control.drain()
        assert before - phone.balance == scan.amount
        assert phone.messages(), "no SMS of a payment came: has the shop's server sent id and code to /api/accept?"
    with step("Platform, payments, wallets and phone tell it as one story"):
        services = {exchange["service"] for exchange in sandbox.control.list_exchanges(trace=scan.session)}
        assert {"platform", "payments", "wallets", "phone"} <= services


@pytest.mark.usefixtures("only_the_demo_shop")
def test_the_merchant_finds_the_order_in_the_dashboard(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, shop: Shopper, developer: Developer, step: Steps
) -> None:
    with step("A shopper pays"):
        shop.pay_with(phone)
        expect(shop.page.locator("main")).to_contain_text("12.500")
        assert merchant_app.balance == 12_500
    with step("The developer logs in and opens the app"):
        developer.log_in(merchant_app)
        developer.go("/apps")
        with developer.page.expect_navigation():
            developer.page.get_by_role("link", name=merchant_app.name).first.click()
    with step("The order stands there as paid"):
        expect(developer.main.locator("table", has_text="TX").last).to_contain_text("12.500")
        app_id = developer.page.url.rpartition("/")[2]
        assert sandbox.platform.list_orders(sandbox.log_in(merchant_app), app_id)[0]["status"] == "PAID"


def test_a_shopper_without_a_mouse_pays(phone: PhoneDriver, shop: Shopper, step: Steps) -> None:
    page = shop.page
    with step("The button is reached and pressed by keyboard"):
        page.locator("[data-part=button]").first.focus()
        page.keyboard.press("Enter")
        shop.wait_for_state("waiting")
    with step("The code is typed where the focus already is"):
        phone.scan(page)
        paid = phone.pay()
        shop.wait_for_state("prepared")
        expect(shop.part("code")).to_be_focused()
        with page.expect_navigation():
            page.keyboard.type(paid.code or "")


def test_a_shopper_with_a_small_screen_pays(phone: PhoneDriver, page: Page, shop: Shopper, step: Steps) -> None:
    with step("On 360 by 640 pixels the form fits, and its code can be photographed"):
        page.set_viewport_size({"width": 360, "height": 640})
        shop.open_form()
        assert phone.scan(page).amount
    with step("The payment goes through"):
        paid = phone.pay()
        shop.wait_for_state("prepared")
        with page.expect_navigation():
            shop.type_code(paid.code or "")


def test_a_shopper_who_has_no_camera_logs_in(sandbox: Sandbox, phone: PhoneDriver, form: Shopper, step: Steps) -> None:
    before = phone.balance
    with step("The shopper chooses the login, and types number and PIN"):
        form.part("method-login").check(force=True)
        form.part("phone").fill(phone.number)
        form.part("pin").fill("1234")
        form.part("send").click()
        form.wait_for_state("prepared")
    with step("The code comes by SMS"):
        sandbox.control.drain()
        code = phone.wait_for_code()
        with form.page.expect_navigation():
            form.type_code(code)
    assert phone.balance < before


@pytest.mark.usefixtures("only_the_demo_shop")
def test_the_codes_of_the_test_app_need_no_phone(
    sandbox: Sandbox, merchant_app: MerchantApp, page: Page, step: Steps
) -> None:
    from sandbox.shop_mount import create_shop
    from sandbox.testing.serving import serve
    from sandbox.testing.shopper import Shopper

    token = sandbox.log_in(merchant_app)
    app = next(each for each in sandbox.platform.list_apps(token) if each.is_test)
    secret = sandbox.platform.reveal_private_token(token, app.id)
    with serve(create_shop(sandbox.base_url, app.public_token, secret)) as url:
        for code, end in (("111111", "success"), ("000000", "failed")):
            with step(f"{code} is typed, and the payment ends as {end}"):
                page.goto(url)
                shopper = Shopper(page)
                shopper.open_form()
                with page.expect_navigation():
                    shopper.type_code(code)
                assert f"/payment/{end}" in page.url
