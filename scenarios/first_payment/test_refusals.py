"""The ways in which a payment ends without money: refused, wrong code, too late, not enough money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.contracts.errors import InsufficientFunds, WrongPin

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper


@pytest.fixture(autouse=True)
def _nothing_moves(merchant_app: MerchantApp, sandbox: Sandbox) -> object:
    """After each of these tests the merchant has nothing and the ledger is right."""
    yield
    assert merchant_app.balance == 0
    assert sandbox.control.verify_ledger()["ok"]


@pytest.fixture
def open_form(page: Page, shopper: Shopper, shop_url: str) -> Shopper:
    page.goto(shop_url)
    shopper.open_form()
    return shopper


def other_than(code: str | None) -> str:
    return "000001" if code != "000001" else "000002"


def test_the_shopper_refuses_on_the_phone_and_may_start_again(
    phone: PhoneDriver, page: Page, open_form: Shopper
) -> None:
    phone.scan(page)
    phone.refuse()
    open_form.wait_for_state("refused")
    assert phone.balance == 500_000
    open_form.part("retry").click()
    open_form.wait_for_state("waiting")
    assert phone.scan(page).amount == 12_500


def test_three_wrong_codes_end_the_attempt_and_the_money_comes_back(
    phone: PhoneDriver, page: Page, open_form: Shopper
) -> None:
    phone.scan(page)
    wrong = other_than(phone.pay().code)
    open_form.wait_for_state("prepared")
    assert phone.balance == 500_000 - 12_500
    for left in (2, 1):
        open_form.type_code(wrong)
        expect(open_form.part("error")).to_contain_text(str(left))
    open_form.type_code(wrong)
    open_form.wait_for_state("waiting")
    assert phone.balance == 500_000
    assert phone.scan(page).amount == 12_500


def test_an_expired_code_takes_no_money(phone: PhoneDriver, page: Page, open_form: Shopper, clock: ClockDriver) -> None:
    phone.scan(page)
    paid = phone.pay()
    open_form.wait_for_state("prepared")
    clock.advance(seconds=121)
    assert phone.balance == 500_000
    open_form.wait_for_state("waiting")
    fresh = phone.scan(page)
    assert fresh.scan_id
    assert paid.code


def test_not_enough_money_is_said_on_the_phone_and_in_the_form(
    sandbox: Sandbox, page: Page, open_form: Shopper
) -> None:
    poor = sandbox.new_phone(balance=12_499)
    poor.scan(page)
    with pytest.raises(InsufficientFunds):
        poor.pay()
    assert poor.screen["code"] == "INSUFFICIENT_FUNDS"
    expect(open_form.part("error")).to_be_visible()
    assert poor.balance == 12_499


def test_a_wrong_pin_can_be_tried_again_on_the_same_scan(phone: PhoneDriver, page: Page, open_form: Shopper) -> None:
    phone.scan(page)
    with pytest.raises(WrongPin):
        phone.pay("9999")
    assert phone.pay("1234").code
    open_form.wait_for_state("prepared")


@pytest.mark.parametrize("number", ["20000003"])
def test_the_phone_that_refuses_refuses(sandbox: Sandbox, page: Page, open_form: Shopper, number: str) -> None:
    phone = sandbox.phone(number)
    phone.scan(page)
    assert phone.pay().status == "REFUSED"
    open_form.wait_for_state("refused")
