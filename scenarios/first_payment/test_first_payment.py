"""From an empty account to the first paid order: what the packs of each part look at in detail, once and whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from sandbox.contracts.mobile import NewPhone

if TYPE_CHECKING:
    from sandbox.testing.developer import Developer
    from sandbox.testing.drivers import InboxDriver, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper
    from sandbox.testing.steps import Steps

EMAIL, PASSWORD = "first@example.com", "une phrase assez longue"
WALLET, PRICE = "52111222", 12_500


def test_an_empty_account_becomes_a_shop_that_is_paid(
    sandbox: Sandbox, developer: Developer, inbox: InboxDriver, phone: PhoneDriver, shopper: Shopper, step: Steps
) -> None:
    from sandbox.shop_mount import create_shop
    from sandbox.testing.serving import serve

    with step("A developer registers and opens the mail"):
        developer.go("/register")
        developer.send(name="Amira Ben Salah", email=EMAIL, password=PASSWORD)
        developer.page.goto(inbox.wait_for(to=EMAIL).links[0])
        developer.log_in_as(EMAIL, PASSWORD)
    with step("They link an app to their business wallet, with the code of the SMS"):
        sandbox.mobile.add_phone(NewPhone(phone_number=WALLET, name="Amira Ben Salah", trade_name="Huilerie Amira"))
        developer.go("/apps/new")
        developer.send(name="Huilerie Amira", phone_number=WALLET)
        developer.send(code=sandbox.phone(WALLET).wait_for_code())
        expect(developer.page.locator("h1")).to_contain_text("Huilerie Amira")
        path = developer.page.url.removeprefix(sandbox.base_url)
    with step("They read the keys off its page"):
        developer.go(f"{path}/integrate")
        developer.press_named("Reveal the private token")
        public, private = (developer.page.locator(f"#{name}-token").inner_text() for name in ("public", "private"))
    with serve(create_shop(sandbox.base_url, public, private)) as url:
        with step("A shopper pays in the shop that has these keys"):
            shopper.page.goto(url)
            shopper.pay_with(phone)
            assert "/payment/success" in shopper.page.url
        with step("The order is paid, and the money is in the wallet"):
            developer.go(path)
            expect(developer.main.locator("table").last).to_contain_text("12.500")
            assert sandbox.phone(WALLET).balance == PRICE
    assert sandbox.control.verify_ledger()["ok"]
