"""Refused, expired, cancelled, abandoned: the shopper is told and led back, and the merchant gets nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
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


def test_the_bank_refuses_the_card(visit: Visit) -> None:
    visit.type_card("5471251111111116", "11/23", "858")
    _says(visit, "The payment was refused")


def test_the_shopper_refuses_on_the_phone(visit: Visit, phone: PhoneDriver) -> None:
    phone.scan(visit.page)
    phone.refuse()
    _says(visit, "The payment was cancelled")


def test_the_time_runs_out_while_the_page_is_open(visit: Visit, clock: ClockDriver) -> None:
    """The countdown and the page follow the sandbox's clock."""
    clock.advance(seconds=1201)
    _says(visit, "The time is over")


def test_the_shopper_cancels_without_scripts(visit: Visit, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        visit.page = context.new_page()
        visit.open()
        visit.page.get_by_role("button", name="Cancel the payment").click()
        _says(visit, "The payment was cancelled")


def test_one_who_walks_away_at_the_code_gets_the_money_back(
    visit: Visit, phone: PhoneDriver, clock: ClockDriver
) -> None:
    """Abandoned: the browser is closed, and nobody comes back."""
    visit.type_number(phone.number)
    visit.page.close()
    clock.advance(seconds=1300)
    assert visit.server.status(visit.payment_id) == "EXPIRED"
