"""Refused, expired, cancelled, abandoned: the shopper is told and led back, and the merchant gets nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.steps import Steps
    from scenarios.hosted_checkout.conftest import Visit


@pytest.fixture(autouse=True)
def _nothing_is_taken(merchant_app: MerchantApp, phone: PhoneDriver) -> object:
    before = phone.balance
    yield
    assert (merchant_app.balance, phone.balance) == (0, before)


def _says(visit: Visit, heading: str) -> None:
    """The page itself, once the browser has been led back to the shop."""
    visit.is_led_back("failed")
    visit.open("/result")
    expect(visit.page.get_by_role("heading", name=heading)).to_be_visible()
    assert visit.server.status(visit.payment_id) in {"FAILURE", "EXPIRED"}


def test_the_bank_refuses_the_card(visit: Visit, step: Steps) -> None:
    with step("The shopper types a card that the bank refuses"):
        visit.type_card("5471251111111116", "11/23", "858")
    with step("The browser is led back to the shop, and the page says what happened"):
        _says(visit, "The payment was refused")


def test_the_shopper_refuses_on_the_phone(visit: Visit, phone: PhoneDriver, step: Steps) -> None:
    with step("The phone photographs the page, and the shopper refuses"):
        phone.scan(visit.page)
        phone.refuse()
    with step("The browser is led back to the shop, and the page says what happened"):
        _says(visit, "The payment was cancelled")


def test_the_time_runs_out_while_the_page_is_open(visit: Visit, clock: ClockDriver, step: Steps) -> None:
    """The time runs out while the page is open: countdown and page follow the sandbox's clock."""
    with step("Twenty minutes go by"):
        clock.advance(seconds=1201)
    with step("The browser is led back to the shop, and the page says what happened"):
        _says(visit, "The time is over")


def test_the_shopper_cancels_without_scripts(visit: Visit, browser: Browser, step: Steps) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        visit.page = context.new_page()
        with step("A browser without scripts opens the page", page=visit.page):
            visit.open()
        with step("The shopper cancels", page=visit.page):
            visit.page.get_by_role("button", name="Cancel the payment").click()
        with step("The browser is led back to the shop, and the page says what happened", page=visit.page):
            _says(visit, "The payment was cancelled")


def test_one_who_walks_away_at_the_code_gets_the_money_back(
    visit: Visit, phone: PhoneDriver, clock: ClockDriver, step: Steps
) -> None:
    """One who walks away at the code gets the money back: the browser is closed, and nobody comes back."""
    with step("The shopper types phone number and PIN"):
        visit.type_number(phone.number)
    with step("The browser is closed, and time goes by"):
        visit.page.close()
        clock.advance(seconds=1300)
    with step("The payment has expired"):
        assert visit.server.status(visit.payment_id) == "EXPIRED"
