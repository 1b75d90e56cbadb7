"""A developer links an app to a business wallet with the code that comes by SMS (report, table IV.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from sandbox.testing.developer import Developer
    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.steps import Steps

WRONG = "999999"


@pytest.fixture
def wallet(sandbox: Sandbox, merchant_app: MerchantApp, developer: Developer) -> PhoneDriver:
    """The phone of the merchant's wallet, whose developer is logged in."""
    developer.log_in(merchant_app)
    found = sandbox.phone(merchant_app.wallet_phone)
    found.wait_for_code()  # that of the app they have already
    return found


def ask_for_app(developer: Developer, name: str, phone_number: str) -> None:
    developer.go("/apps/new")
    developer.send(name=name, description="Olive oil and bowls", phone_number=phone_number)


def names_of_apps(sandbox: Sandbox, merchant: MerchantApp) -> list[str]:
    return [app.name for app in sandbox.platform.list_apps(sandbox.log_in(merchant))]


def test_the_right_code_makes_an_app_with_both_tokens_and_a_snippet(
    sandbox: Sandbox, merchant_app: MerchantApp, developer: Developer, wallet: PhoneDriver, step: Steps
) -> None:
    with step("The developer names the app and its wallet"):
        ask_for_app(developer, "Second shop", merchant_app.wallet_phone)
    with step("The code of the SMS makes the app"):
        developer.send(code=wallet.wait_for_code())
        expect(developer.page.locator("h1")).to_contain_text("Second shop")
    with step("Its page has the tokens, and the lines for the shop's page"):
        app = next(
            each for each in sandbox.platform.list_apps(sandbox.log_in(merchant_app)) if each.name == "Second shop"
        )
        developer.go(f"/apps/{app.id}/integrate")
        expect(developer.main).to_contain_text(app.public_token)
        expect(developer.main).to_contain_text("/static/main.js")
    with step("The private token is shown when it is asked for"):
        developer.press_named("Reveal the private token")
        secret = sandbox.platform.reveal_private_token(sandbox.log_in(merchant_app), app.id)
        expect(developer.main).to_contain_text(secret)


def test_a_resent_code_replaces_the_first_one(
    merchant_app: MerchantApp, developer: Developer, wallet: PhoneDriver, clock: ClockDriver, step: Steps
) -> None:
    with step("A code is sent, and a minute later another one"):
        ask_for_app(developer, "Resent", merchant_app.wallet_phone)
        first = wallet.wait_for_code()
        clock.advance(seconds=60)  # a code that was sent a moment ago is not sent again
        developer.press(developer.page.locator("form[action$='/resend'] button"))
        second = wallet.wait_for_code()
        assert first != second
    with step("The first one is wrong now"):
        developer.send(code=first)
        expect(developer.main).to_contain_text("wrong")
    with step("The second one makes the app"):
        developer.send(code=second)
        expect(developer.page.locator("h1")).to_contain_text("Resent")


def test_three_wrong_codes_end_the_attempt(
    sandbox: Sandbox, merchant_app: MerchantApp, developer: Developer, wallet: PhoneDriver, step: Steps
) -> None:
    ask_for_app(developer, "Never made", merchant_app.wallet_phone)
    with step("Three wrong codes are typed"):
        for _ in range(3):
            developer.send(code=WRONG)
        expect(developer.main).to_contain_text("Three wrong codes")
    with step("No app was made"):
        assert wallet.wait_for_code()
        assert "Never made" not in names_of_apps(sandbox, merchant_app)


def test_a_code_that_expired_is_told_and_a_new_one_works(
    merchant_app: MerchantApp, developer: Developer, wallet: PhoneDriver, clock: ClockDriver, step: Steps
) -> None:
    with step("The code stays unread for eleven minutes"):
        ask_for_app(developer, "Slow", merchant_app.wallet_phone)
        code = wallet.wait_for_code()
        clock.advance(minutes=11)
    with step("It has expired"):
        developer.send(code=code)
        expect(developer.main).to_contain_text("expired")
    with step("A new one makes the app"):
        developer.press(developer.page.locator("form[action$='/resend'] button"))
        developer.send(code=wallet.wait_for_code())
        expect(developer.page.locator("h1")).to_contain_text("Slow")


def test_a_personal_wallet_cannot_sell(
    sandbox: Sandbox, developer: Developer, wallet: PhoneDriver, step: Steps
) -> None:
    del wallet
    with step("The number of a personal wallet is given"):
        ask_for_app(developer, "Personal", sandbox.new_phone().number)
    with step("It is refused, and what was typed is still there"):
        expect(developer.main).to_contain_text("not linked to an approved business wallet")
        expect(developer.page.locator("[name=name]")).to_have_value("Personal")


def test_a_number_without_a_wallet_cannot_sell(developer: Developer, wallet: PhoneDriver, step: Steps) -> None:
    del wallet
    with step("A number is given behind which there is no wallet"):
        ask_for_app(developer, "Nobody's", "97123456")
        expect(developer.main).to_contain_text("not linked to an approved business wallet")


def test_a_blocked_wallet_cannot_be_linked(
    sandbox: Sandbox, merchant_app: MerchantApp, developer: Developer, wallet: PhoneDriver, step: Steps
) -> None:
    with step("The merchant's wallet is blocked, and an app asked for"):
        wallet.block()
        ask_for_app(developer, "Blocked", merchant_app.wallet_phone)
    with step("No app comes of it"):
        expect(developer.main).to_contain_text("not linked to an approved business wallet")
        assert "Blocked" not in names_of_apps(sandbox, merchant_app)


def test_a_deleted_app_is_gone_and_its_name_free_again(
    sandbox: Sandbox, merchant_app: MerchantApp, developer: Developer, wallet: PhoneDriver, step: Steps
) -> None:
    app = next(each for each in sandbox.platform.list_apps(sandbox.log_in(merchant_app)) if not each.is_test)
    with step("The app is deleted with its name typed"):
        developer.go(f"/apps/{app.id}/settings")
        developer.send(typed_name=app.name)
        assert app.name not in names_of_apps(sandbox, merchant_app)
    with step("A new one may be called so"):
        ask_for_app(developer, app.name, merchant_app.wallet_phone)
        developer.send(code=wallet.wait_for_code())
        expect(developer.page.locator("h1")).to_contain_text(app.name)
