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
    from sandbox.testing.steps import Steps

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


def test_pays(sandbox: Sandbox, form: Shopper, merchant_app: MerchantApp, step: Steps) -> None:
    with step("The phone photographs the page: 12.500 DT are to be paid"):
        phone, before = scan(sandbox, "pays", form.page)
    with step("After the PIN the shopper types the six digits into the form"):
        type_code(form, phone.pay().code)
    with step("The merchant has the money, and the phone has paid it once"):
        assert (merchant_app.balance, before - phone.balance) == (PRICE, PRICE)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("no_money", InsufficientFunds),
        ("wrong_pin", WrongPin),
        ("blocked", WalletBlocked),
        ("wrong_pin_three_times", PinBlocked),
    ],
    ids=["too little money", "a wrong PIN", "a blocked wallet", "a third wrong PIN"],
)
def test_is_refused_on_the_phone_and_the_form_says_why(
    sandbox: Sandbox,
    form: Shopper,
    merchant_app: MerchantApp,
    name: str,
    refusal: type[Exception],
    step: Steps,
) -> None:
    with step("The phone photographs the page: 12.500 DT are to be paid"):
        phone, before = scan(sandbox, name, form.page)
    with step("The phone cannot pay"), pytest.raises(refusal):
        phone.pay()
    with step("The form says why, and no money has moved"):
        expect(form.part("error")).to_be_visible()
        assert (merchant_app.balance, phone.balance) == (0, before)


def test_refuses(sandbox: Sandbox, form: Shopper, merchant_app: MerchantApp, step: Steps) -> None:
    with step("The phone photographs the page: 12.500 DT are to be paid"):
        phone, before = scan(sandbox, "refuses", form.page)
    with step("The shopper refuses on the phone"):
        assert phone.pay().status == "REFUSED"
    with step("The form says so, and no money has moved"):
        form.wait_for_state("refused")
        assert (merchant_app.balance, phone.balance) == (0, before)


def test_has_no_money_then_tops_up_and_pays(
    sandbox: Sandbox, form: Shopper, merchant_app: MerchantApp, step: Steps
) -> None:
    with step("A phone without money photographs the page"):
        phone, before = scan(sandbox, "tops_up", form.page)
    with step("The shopper tops the wallet up, pays, and types the six digits"):
        type_code(form, phone.pay().code)
    with step("The merchant has the money, and the phone tells of the top-up"):
        assert (before, merchant_app.balance, phone.balance) == (0, PRICE, 0)
        assert phone.history()[1].kind == "top_up"


def test_never_confirms(
    sandbox: Sandbox, form: Shopper, merchant_app: MerchantApp, clock: ClockDriver, step: Steps
) -> None:
    with step("The phone photographs the page: 12.500 DT are to be paid"):
        phone, before = scan(sandbox, "never_confirms", form.page)
    with step("The PIN is typed and the money is held, but the shopper never sees the six digits"):
        assert phone.pay().code is None
        form.wait_for_state("prepared")
        assert phone.balance == before - PRICE
    with step("Two minutes later the form shows a new code, and the money is back"):
        clock.advance(seconds=121)
        form.wait_for_state("waiting")
        assert (merchant_app.balance, phone.balance) == (0, before)


def test_confirms_after_expiry(
    sandbox: Sandbox, form: Shopper, merchant_app: MerchantApp, clock: ClockDriver, step: Steps
) -> None:
    with step("The phone photographs the page: 12.500 DT are to be paid"):
        phone, before = scan(sandbox, "confirms_late", form.page)
    with step("The shopper takes longer than the code lives"):
        assert phone.pay().code
        clock.advance(seconds=6)
    with step("Phone and form both say that it is over, and the money is back"):
        assert phone.screen["name"] == "expired"
        form.wait_for_state("waiting")
        assert (merchant_app.balance, phone.balance) == (0, before)


def test_scans_twice(sandbox: Sandbox, form: Shopper, merchant_app: MerchantApp, step: Steps) -> None:
    with step("The phone photographs the page twice"):
        phone, before = scan(sandbox, "scans_twice", form.page)
    with step("After the PIN the shopper types the six digits into the form"):
        type_code(form, phone.pay().code)
    with step("The money has moved once"):
        assert (merchant_app.balance, before - phone.balance) == (PRICE, PRICE)


def test_two_phones_scan_the_same_code_and_the_first_pays(
    sandbox: Sandbox, form: Shopper, merchant_app: MerchantApp, step: Steps
) -> None:
    with step("Two phones photograph the same page"):
        first, before = scan(sandbox, "first_of_two", form.page)
        second = sandbox.phone("second_of_two")
        of_second = second.balance
    with step("The first one pays"):
        type_code(form, first.pay().code)
    with step("The second is told that somebody was quicker, and has lost nothing"):
        assert second.screen["code"] == "ALREADY_PREPARED"
        assert (merchant_app.balance, before - first.balance, second.balance) == (PRICE, PRICE, of_second)


def test_two_phones_scan_the_same_code_and_the_second_is_refused(
    sandbox: Sandbox, form: Shopper, merchant_app: MerchantApp, step: Steps
) -> None:
    with step("Two phones photograph the same page, and the first one has paid"):
        second, before = scan(sandbox, "second_of_two", form.page)
    with step("The second one is refused"), pytest.raises(AlreadyPrepared):
        second.pay()
    with step("The first one's six digits are right, and only its money has moved"):
        type_code(form, sandbox.phone("first_of_two").screen["code"])
        assert (merchant_app.balance, second.balance) == (PRICE, before)


def test_loses_the_network_after_the_pin_and_pays_once(
    sandbox: Sandbox, form: Shopper, merchant_app: MerchantApp, step: Steps
) -> None:
    """Loses the network after the PIN, and pays once."""
    with step("The phone photographs the page: 12.500 DT are to be paid"):
        phone, before = scan(sandbox, "loses_network", form.page)
    with step("The network is lost right after the PIN"), pytest.raises(AnswerLost):
        phone.pay()
    with step("The shopper tries again and types the six digits"):
        type_code(form, phone.pay().code)
    with step("The money has moved once"):
        assert (merchant_app.balance, before - phone.balance) == (PRICE, PRICE)
