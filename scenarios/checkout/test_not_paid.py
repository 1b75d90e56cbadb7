"""The form ends without money: nothing has left the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.contracts.errors import AlreadyPrepared, InsufficientFunds, PinBlocked, WalletBlocked, WrongPin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Route

    from sandbox.testing.developer import Developer
    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper
    from sandbox.testing.steps import Steps


@pytest.fixture(autouse=True)
def _nothing_has_left_the_phone(phone: PhoneDriver) -> Iterator[None]:
    before = phone.balance
    yield
    assert phone.balance == before


CHANGED = 5_000


def other_than(code: str | None) -> str:
    return "000001" if code != "000001" else "000002"


def test_the_shopper_refuses_on_the_phone_and_may_start_again(phone: PhoneDriver, form: Shopper, step: Steps) -> None:
    with step("The shopper refuses on the phone"):
        amount = phone.scan(form.page).amount
        phone.refuse()
        form.wait_for_state("refused")
    with step("The form says so, and offers to start again"):
        form.part("retry").click()
        form.wait_for_state("waiting")
        assert phone.scan(form.page).amount == amount


def test_three_wrong_codes_end_the_attempt_and_the_money_comes_back(
    phone: PhoneDriver, form: Shopper, step: Steps
) -> None:
    before = phone.balance
    with step("The payment is prepared: the money is held"):
        phone.scan(form.page)
        wrong = other_than(phone.pay().code)
        form.wait_for_state("prepared")
        assert phone.balance < before
    with step("Wrong digits are told, with the tries that are left"):
        for left in (2, 1):
            form.type_code(wrong)
            expect(form.part("error")).to_contain_text(str(left))
    with step("The third time ends the attempt, and the money is back"):
        form.type_code(wrong)
        form.wait_for_state("waiting")
        assert phone.balance == before
        assert phone.scan(form.page).amount


def test_a_code_that_expired_takes_no_money(phone: PhoneDriver, form: Shopper, clock: ClockDriver, step: Steps) -> None:
    before = phone.balance
    with step("The code is not typed for two minutes"):
        phone.scan(form.page)
        assert phone.pay().code
        form.wait_for_state("prepared")
        clock.advance(seconds=121)
    with step("The money is back, and the form shows a new code to scan"):
        assert phone.balance == before
        form.wait_for_state("waiting")
        assert phone.scan(form.page).scan_id


def test_a_form_that_nobody_pays_ends(phone: PhoneDriver, form: Shopper, clock: ClockDriver, step: Steps) -> None:
    with step("Twenty minutes go by"):
        assert phone.scan(form.page).amount
        clock.advance(minutes=20, seconds=1)
    with step("The form says that its time is over"):
        form.wait_for_state("expired")


def test_too_little_money_is_said_on_the_phone_and_in_the_form(sandbox: Sandbox, form: Shopper, step: Steps) -> None:
    poor = sandbox.new_phone(balance=1)
    with step("A phone with one millime scans and enters the PIN"):
        poor.scan(form.page)
        with pytest.raises(InsufficientFunds):
            poor.pay()
    with step("Phone and form both say why"):
        assert poor.screen["code"] == "INSUFFICIENT_FUNDS"
        expect(form.part("error")).to_be_visible()
        assert poor.balance == 1


def test_a_wrong_pin_is_tried_again_and_the_third_blocks_it(phone: PhoneDriver, form: Shopper, step: Steps) -> None:
    """A wrong PIN is tried again, and the third blocks it."""
    phone.scan(form.page)
    with step("Two wrong PINs are refused"):
        for _ in range(2):
            with pytest.raises(WrongPin):
                phone.pay("9999")
    with step("The third blocks the PIN, and even the right one is refused"):
        with pytest.raises((WrongPin, PinBlocked)):
            phone.pay("9999")
        with pytest.raises(PinBlocked):
            phone.pay("1234")
        expect(form.part("error")).to_be_visible()


def test_a_blocked_wallet_pays_nothing(phone: PhoneDriver, form: Shopper, step: Steps) -> None:
    with step("The wallet is blocked while the form is open"):
        phone.scan(form.page)
        phone.block()
    with step("The phone cannot pay, and the form says why"):
        with pytest.raises(WalletBlocked):
            phone.pay()
        expect(form.part("error")).to_be_visible()
        phone.unblock()


def test_two_phones_scan_the_same_form_and_only_the_first_is_charged(
    sandbox: Sandbox, phone: PhoneDriver, form: Shopper, step: Steps
) -> None:
    first, before = sandbox.new_phone(), phone.balance
    with step("Two phones scan, and one is quicker"):
        first.scan(form.page)
        phone.scan(form.page)
        code = first.pay().code
    with step("The second comes too late"):
        with pytest.raises(AlreadyPrepared):
            phone.pay()
        assert phone.balance == before
    with step("The first one's code is the right one"):
        form.wait_for_state("prepared")
        with form.page.expect_navigation():
            form.type_code(code or "")


def change_the_amount(route: Route) -> None:
    """As somebody does who changes what the page sends."""
    route.continue_(post_data={**route.request.post_data_json, "amount": CHANGED})


@pytest.mark.usefixtures("only_the_demo_shop")
def test_a_page_that_asks_for_less_is_not_believed_by_the_shop(
    sandbox: Sandbox, merchant_app: MerchantApp, shop: Shopper, step: Steps
) -> None:
    cunning = sandbox.new_phone()
    with step("The shopper changes the amount that the page asks for to 5 DT"):
        shop.page.route("**/api/checkout/sessions", change_the_amount)
        shop.open_form()
        assert cunning.scan(shop.page).amount == CHANGED
    with step("They pay it and type the code"):
        paid = cunning.pay()
        shop.wait_for_state("prepared")
        with shop.page.expect_navigation():
            shop.type_code(paid.code or "")
    with step("The shop's server asks for its own price and is refused: nothing is sold"):
        assert "/payment/failed" in shop.page.url
        assert merchant_app.balance == 0


@pytest.mark.usefixtures("only_the_demo_shop")
def test_a_token_that_was_revoked_opens_no_form(
    sandbox: Sandbox, merchant_app: MerchantApp, developer: Developer, shop: Shopper, shop_url: str, step: Steps
) -> None:
    with step("The merchant revokes the public token that the shop's page carries"):
        developer.log_in(merchant_app)
        app = next(each for each in sandbox.platform.list_apps(sandbox.log_in(merchant_app)) if not each.is_test)
        developer.go(f"/apps/{app.id}/integrate")
        developer.open("Revoke the public token")
        developer.tick("I will put the new token into my pages")
        developer.press_named("Revoke")
    with step("The form says that the shop cannot be paid"):
        shop.page.goto(shop_url)
        shop.page.locator("[data-part=button]").first.click()
        shop.wait_for_state("failed")
        expect(shop.part("error")).to_be_visible()
