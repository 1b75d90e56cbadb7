"""Paid from a picture of the page, by phone number, and by card; money moves once, however many screens look on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.steps import Steps
    from scenarios.hosted_checkout.conftest import Visit

AMOUNT = 12_500


def test_the_phone_photographs_the_page_and_pays(
    visit: Visit, phone: PhoneDriver, merchant_app: MerchantApp, step: Steps
) -> None:
    with step("The phone photographs the page, and the page says so"):
        scan = phone.scan(visit.page)
        assert (scan.merchant, scan.amount) == (merchant_app.name, AMOUNT)
        expect(visit.page.locator("#step").get_by_text("The code was read.")).to_be_visible()
    with step("The shopper pays on the phone, and the browser is led back to the shop"):
        phone.pay()
        visit.is_led_back("paid")
        assert (visit.server.status(visit.payment_id), merchant_app.balance) == ("SUCCESS", AMOUNT)
    with step("The page, opened again, says that it is paid and leads back to the shop"):
        visit.open()
        expect(visit.page.get_by_role("heading", name="The payment went through")).to_be_visible()
        back = visit.page.get_by_role("link", name="Back to the shop")
        expect(back).to_have_attribute(
            "href", f"{visit.server.sandbox.base_url}/shop/?paid=1?payment_id={visit.payment_id}"
        )


def test_phone_number_pin_and_the_code_of_the_sms_pay(
    visit: Visit, phone: PhoneDriver, merchant_app: MerchantApp, step: Steps
) -> None:
    """Phone number, PIN and the code of the SMS pay."""
    before = phone.balance
    with step("The shopper types phone number and PIN"):
        visit.type_number(phone.number)
    with step("The code comes by SMS and is typed, and the browser is led back to the shop"):
        visit.type_code(phone.wait_for_code(contains="payer"))
        visit.is_led_back("paid")
    with step("The money has moved once"):
        assert visit.server.status(visit.payment_id) == "SUCCESS"
        assert (phone.balance, merchant_app.balance) == (before - AMOUNT, AMOUNT)


def test_a_card_pays_after_its_banks_code_while_a_second_device_follows(
    visit: Visit, browser: Browser, merchant_app: MerchantApp, step: Steps
) -> None:
    """A card pays after its bank's code while a second device follows."""
    with browser.new_context() as device:
        follower = device.new_page()
        with step("A second device has the same page open", page=follower):
            follower.goto(f"{visit.address}?lang=en")
        with step("The shopper types the card; the second device shows that it is being paid", page=follower):
            visit.type_card()
            expect(visit.page.locator("[data-part=bank-code]")).to_be_visible()
            expect(follower.get_by_role("heading", name="This is being paid")).to_be_visible()
        with step("The page is loaded again, and the bank's code is typed"):
            visit.page.reload()
            visit.type_bank_code()
        with step("Both screens are led back to the shop"):
            for screen in (visit.page, follower):
                screen.wait_for_url(f"**/shop/?paid=1?payment_id={visit.payment_id}")
    assert merchant_app.balance == AMOUNT


def test_one_who_began_by_number_changes_to_a_card_in_a_second_tab(
    visit: Visit, phone: PhoneDriver, merchant_app: MerchantApp, step: Steps
) -> None:
    """One who began by number changes to a card in a second tab: the first way is left at once, in the first tab too."""
    before = phone.balance
    with step("The shopper types phone number and PIN"):
        visit.type_number(phone.number)
    first_tab = visit.page
    visit.page = first_tab.context.new_page()
    with step("In a second tab another way is chosen, and no money is held any more", page=visit.page):
        visit.open()
        visit.page.get_by_role("button", name="Choose another way to pay").click()
        expect(visit.page.get_by_role("heading", name="Scan the code with your phone")).to_be_visible()
        assert phone.balance == before
    with step("The card and the bank's code are typed, and the browser is led back to the shop", page=visit.page):
        visit.type_card()
        visit.type_bank_code()
        visit.is_led_back("paid")
    with step("The first tab says that it is paid"):
        first_tab.goto(f"{visit.address}?lang=en")
        expect(first_tab.get_by_role("heading", name="The payment went through")).to_be_visible()
    visit.page.close()
    with step("Only the card has paid"):
        assert (phone.balance, merchant_app.balance) == (before, AMOUNT)
