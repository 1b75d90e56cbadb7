"""What a developer does with an app that sells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.testing.checkout import prepare_and_verify
from sandbox.testing.merchant_server import MerchantServer

if TYPE_CHECKING:
    from sandbox.contracts.platform import App
    from sandbox.testing.developer import Developer
    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.steps import Steps
    from sandbox.testing.webhooks import WebhookReceiver


@pytest.fixture
def app(sandbox: Sandbox, developer: Developer, merchant_app: MerchantApp) -> App:
    """The merchant's app, whose developer is logged in."""
    developer.log_in(merchant_app)
    return next(each for each in sandbox.platform.list_apps(sandbox.log_in(merchant_app)) if not each.is_test)


def shown(developer: Developer, name: str) -> str:
    return developer.page.locator(f"#{name}-token").inner_text().strip()


def sell(sandbox: Sandbox, merchant: MerchantApp, phone: PhoneDriver, amount: int = 12_500) -> str:
    """A sale in the checkout form; returns the payment's id."""
    form = prepare_and_verify(sandbox, merchant, phone, amount=amount)
    assert sandbox.accept(merchant, form["payment_id"], form["flouci_otp"])["status"] == "SUCCESS"
    return str(form["payment_id"])


def test_a_private_token_is_replaced_with_time_for_the_servers_to_follow(
    sandbox: Sandbox, developer: Developer, app: App, merchant_app: MerchantApp, clock: ClockDriver, step: Steps
) -> None:
    old = MerchantServer(sandbox, merchant_app)
    with step("The token is replaced, and the old one stays good for an hour"):
        developer.go(f"/apps/{app.id}/integrate")
        developer.open("Replace the private token")
        developer.fill(grace_seconds="3600")
        developer.tick("I will give the new token to my server")
        developer.press_named("Replace it")
        developer.press_named("Reveal the private token")
        new = MerchantServer(sandbox, replaced(merchant_app, private=shown(developer, "private")))
    with step("Within the hour both work"):
        assert old.generate()
        assert new.generate()
    with step("Then only the new one does"):
        clock.advance(minutes=61)
        assert old.call("POST", "generate_payment", {"amount": 1_000}).status in {401, 403}
        assert new.generate()


def replaced(merchant: MerchantApp, *, public: str = "", private: str = "") -> MerchantApp:
    from dataclasses import replace

    return replace(
        merchant, public_token=public or merchant.public_token, private_token=private or merchant.private_token
    )


def test_a_public_token_that_leaked_is_revoked(
    sandbox: Sandbox, developer: Developer, app: App, merchant_app: MerchantApp, phone: PhoneDriver, step: Steps
) -> None:
    with step("The token is revoked"):
        developer.go(f"/apps/{app.id}/integrate")
        developer.open("Revoke the public token")
        developer.tick("I will put the new token into my pages")
        developer.press_named("Revoke")
    with step("The old one is unknown from that moment"):
        assert MerchantServer(sandbox, merchant_app).call("POST", "generate_payment", {"amount": 1_000}).status >= 400
    with step("With the new one, the shop sells on"):
        developer.go(f"/apps/{app.id}/integrate")
        sell(sandbox, replaced(merchant_app, public=shown(developer, "public")), phone)
        assert merchant_app.balance == 12_500


def test_an_app_is_disabled_and_enabled_again(
    sandbox: Sandbox, developer: Developer, app: App, merchant_app: MerchantApp, phone: PhoneDriver, step: Steps
) -> None:
    server = MerchantServer(sandbox, merchant_app)
    with step("The app is disabled: it takes no payment"):
        developer.go(f"/apps/{app.id}/settings")
        developer.tick("I know that my shop cannot sell meanwhile")
        developer.press_named("Disable the app")
        assert server.call("POST", "generate_payment", {"amount": 1_000}).status >= 400
    with step("Enabled again, it sells"):
        developer.press_named("Enable the app")
        sell(sandbox, merchant_app, phone)
        assert merchant_app.balance == 12_500


def test_the_dashboard_shows_the_sale_and_the_order_gives_its_money_back(
    sandbox: Sandbox, developer: Developer, app: App, merchant_app: MerchantApp, phone: PhoneDriver, step: Steps
) -> None:
    del app
    with step("The shop sells for 12.500 DT"):
        sell(sandbox, merchant_app, phone)
        sandbox.control.drain()
    with step("The dashboard has the sale"):
        developer.go("/dashboard")
        expect(developer.main).to_contain_text("12.500")
    with step("The developer opens the order and gives the money back"):
        developer.go("/orders")
        with developer.page.expect_navigation():
            developer.main.locator("table a[href^='/orders/']").first.click()
        developer.press(developer.main.locator("form[action*='refund'] button[type=submit]").last)
        sandbox.control.drain()
    with step("The shopper has it"):
        assert phone.balance == 500_000
        assert sandbox.control.verify_ledger()["ok"]


def test_webhooks_are_switched_on_and_tried_with_a_test_event(
    developer: Developer, app: App, webhooks: WebhookReceiver, step: Steps
) -> None:
    with step("The address of the shop's server is saved"):
        developer.go(f"/apps/{app.id}/webhook")
        developer.send(url=webhooks.url)
        expect(developer.main).to_contain_text("Webhooks are on.")
    with step("A test event arrives there"):
        developer.press_named("Send a test event")
        assert webhooks.expect(type="webhook.test")


def test_two_windows_do_not_undo_each_others_settings(developer: Developer, app: App, step: Steps) -> None:
    first, second = developer, type(developer)(developer.sandbox, developer.page.context.new_page())
    with step("The settings are open in two windows"):
        first.go(f"/apps/{app.id}/settings")
        second.go(f"/apps/{app.id}/settings")
    with step("The first saves a description"):
        first.send(description="Olive oil from Sfax")
    with step("The second is told that they changed meanwhile, and loses nothing"):
        second.send(description="Bowls from Nabeul")
        expect(second.main).to_contain_text("changed meanwhile")
        expect(second.page.locator("main [name=description]")).to_have_value("Bowls from Nabeul")
