"""Each demo phone pays in a real shop's form; the merchant's wallet and the phone's tell what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.contracts.errors import (
    AlreadyPrepared,
    AnswerLost,
    InsufficientFunds,
    PinBlocked,
    WalletBlocked,
    WrongPin,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper

PRICE = 12_500


@pytest.fixture
def form(page: Page, shopper: Shopper, shop_url: str) -> Shopper:
    """A payment form of 12.500 DT, open, with its QR code drawn."""
    page.goto(shop_url)
    shopper.open_form()
    return shopper


@pytest.fixture(autouse=True)
def _ledger_is_right(sandbox: Sandbox) -> object:
    yield
    assert sandbox.control.verify_ledger()["ok"]


def scan(sandbox: Sandbox, name: str, page: Page) -> tuple[PhoneDriver, int]:
    """The persona's phone, which has photographed the page, and what it had before."""
    phone = sandbox.phone(name)
    before = phone.balance
    assert phone.scan(page).amount == PRICE
    return phone, before


def type_code(form: Shopper, code: str | None) -> None:
    form.wait_for_state("prepared")
    with form.page.expect_navigation():
        form.type_code(code or "")


def test_pays(sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp) -> None:
    phone, before = scan(sandbox, "pays", page)
    type_code(form, phone.pay().code)
    assert (merchant_app.balance, before - phone.balance) == (PRICE, PRICE)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("no_money", InsufficientFunds),
        ("wrong_pin", WrongPin),
        ("blocked", WalletBlocked),
        ("wrong_pin_three_times", PinBlocked),
    ],
)
def test_is_refused_on_the_phone_and_the_form_says_why(
    sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp, name: str, refusal: type[Exception]
) -> None:
    phone, before = scan(sandbox, name, page)
    with pytest.raises(refusal):
        phone.pay()
    expect(form.part("error")).to_be_visible()
    assert (merchant_app.balance, phone.balance) == (0, before)


def test_refuses(sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp) -> None:
    phone, before = scan(sandbox, "refuses", page)
    assert phone.pay().status == "REFUSED"
    form.wait_for_state("refused")
    assert (merchant_app.balance, phone.balance) == (0, before)


def test_has_no_money_then_tops_up_and_pays(
    sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp
) -> None:
    phone, before = scan(sandbox, "tops_up", page)
    type_code(form, phone.pay().code)
    assert (before, merchant_app.balance, phone.balance) == (0, PRICE, 0)
    assert phone.history()[1].kind == "top_up"


def test_never_confirms(
    sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp, clock: ClockDriver
) -> None:
    phone, before = scan(sandbox, "never_confirms", page)
    assert phone.pay().code is None
    form.wait_for_state("prepared")
    assert phone.balance == before - PRICE
    clock.advance(seconds=121)
    form.wait_for_state("waiting")
    assert (merchant_app.balance, phone.balance) == (0, before)


def test_confirms_after_expiry(
    sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp, clock: ClockDriver
) -> None:
    phone, before = scan(sandbox, "confirms_late", page)
    assert phone.pay().code
    clock.advance(seconds=6)
    assert phone.screen["name"] == "expired"
    form.wait_for_state("waiting")
    assert (merchant_app.balance, phone.balance) == (0, before)


def test_scans_twice(sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp) -> None:
    phone, before = scan(sandbox, "scans_twice", page)
    type_code(form, phone.pay().code)
    assert (merchant_app.balance, before - phone.balance) == (PRICE, PRICE)


def test_two_phones_scan_the_same_code_and_the_first_pays(
    sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp
) -> None:
    first, before = scan(sandbox, "first_of_two", page)
    second = sandbox.phone("second_of_two")
    of_second = second.balance
    type_code(form, first.pay().code)
    assert second.screen["code"] == "ALREADY_PREPARED"
    assert (merchant_app.balance, before - first.balance, second.balance) == (PRICE, PRICE, of_second)


def test_two_phones_scan_the_same_code_and_the_second_is_refused(
    sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp
) -> None:
    second, before = scan(sandbox, "second_of_two", page)
    with pytest.raises(AlreadyPrepared):
        second.pay()
    type_code(form, sandbox.phone("first_of_two").screen["code"])
    assert (merchant_app.balance, second.balance) == (PRICE, before)


def test_loses_the_network_after_the_pin_and_pays_once(
    sandbox: Sandbox, page: Page, form: Shopper, merchant_app: MerchantApp
) -> None:
    phone, before = scan(sandbox, "loses_network", page)
    with pytest.raises(AnswerLost):
        phone.pay()
    type_code(form, phone.pay().code)
    assert (merchant_app.balance, before - phone.balance) == (PRICE, PRICE)
