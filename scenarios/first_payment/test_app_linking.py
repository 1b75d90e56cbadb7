"""A developer links an app to a business wallet with the code that comes by SMS (report, table IV.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.testing.drivers import PhoneDriver

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import MerchantApp
    from sandbox.testing.embedded import Sandbox

WRONG = "999999"


@pytest.fixture
def developer_page(sandbox: Sandbox, merchant_app: MerchantApp, page: Page) -> Page:
    """A page in which the merchant's developer is logged in."""
    page.goto(f"{sandbox.base_url}/login")
    page.locator("[name=email]").fill(merchant_app.email)
    page.locator("[name=password]").fill(merchant_app.password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/dashboard")
    return page


def test_the_right_code_makes_an_app_with_both_tokens_and_a_snippet(
    sandbox: Sandbox, merchant_app: MerchantApp, developer_page: Page
) -> None:
    ask_for_app(sandbox, developer_page, "Second shop", merchant_app.wallet_phone)
    developer_page.locator("[name=code]").fill(newest_code(sandbox, merchant_app.wallet_phone))
    developer_page.locator("[name=code]").press("Enter")
    expect(developer_page.locator("h1")).to_contain_text("Second shop")
    app = sandbox.platform.list_apps(sandbox.log_in(merchant_app))[1]
    developer_page.locator(f"a[href='/apps/{app.id}/integrate']").first.click()
    expect(developer_page.locator("main")).to_contain_text(app.public_token)
    expect(developer_page.locator("main")).to_contain_text("/static/main.js")


def test_a_resent_code_replaces_the_first_one(
    sandbox: Sandbox, merchant_app: MerchantApp, developer_page: Page
) -> None:
    ask_for_app(sandbox, developer_page, "Resent", merchant_app.wallet_phone)
    first = newest_code(sandbox, merchant_app.wallet_phone)
    sandbox.clock.advance(seconds=60)  # a code that was sent a moment ago is not sent again
    developer_page.locator("form[action$='/resend'] button").click()
    second = newest_code(sandbox, merchant_app.wallet_phone)
    assert first != second
    developer_page.locator("[name=code]").fill(first)
    developer_page.locator("[name=code]").press("Enter")
    expect(developer_page.locator("main")).to_contain_text("wrong")
    developer_page.locator("[name=code]").fill(second)
    developer_page.locator("[name=code]").press("Enter")
    expect(developer_page.locator("h1")).to_contain_text("Resent")


def test_three_wrong_codes_end_the_attempt(sandbox: Sandbox, merchant_app: MerchantApp, developer_page: Page) -> None:
    ask_for_app(sandbox, developer_page, "Never made", merchant_app.wallet_phone)
    for _ in range(3):
        developer_page.locator("[name=code]").fill(WRONG)
        developer_page.locator("[name=code]").press("Enter")
    expect(developer_page.locator("main")).to_contain_text("Three wrong codes")
    assert "Never made" not in [app.name for app in sandbox.platform.list_apps(sandbox.log_in(merchant_app))]


def test_a_personal_wallet_cannot_sell(sandbox: Sandbox, developer_page: Page) -> None:
    ask_for_app(sandbox, developer_page, "Personal", sandbox.new_phone().number)
    expect(developer_page.locator("main")).to_contain_text("not linked to an approved business wallet")
    expect(developer_page.locator("[name=name]")).to_have_value("Personal")


def ask_for_app(sandbox: Sandbox, page: Page, name: str, phone_number: str) -> None:
    page.goto(f"{sandbox.base_url}/apps/new")
    page.locator("[name=name]").fill(name)
    page.locator("[name=description]").fill("Olive oil and bowls")
    page.locator("[name=phone_number]").fill(phone_number)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def newest_code(sandbox: Sandbox, phone_number: str) -> str:
    text = PhoneDriver(sandbox.mobile, phone_number).messages()[0]["text"]
    return re.findall(r"\d{6}", text)[0]
