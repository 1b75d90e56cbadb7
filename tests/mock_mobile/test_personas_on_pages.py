"""One number, one outcome, on a hosted payment page too: there the phone's PIN takes the money at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.contracts.errors import AlreadyPrepared, AnswerLost, InsufficientFunds, PinBlocked, WalletBlocked, WrongPin
from sandbox.contracts.qr_payload import HostedCode, to_text
from tests.platform.merchant_api.shop import AMOUNT, Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox


@pytest.fixture
def shop(sandbox: Sandbox, merchant_app: MerchantApp) -> Shop:
    return Shop(sandbox, merchant_app)


@pytest.fixture(autouse=True)
def _ledger_is_right(sandbox: Sandbox) -> Iterator[None]:
    yield
    assert sandbox.control.verify_ledger()["ok"]


def scanned(shop: Shop, name: str) -> tuple[PhoneDriver, str, int]:
    """The persona's phone with a new page scanned, the page's payment, and what the phone had before."""
    phone, payment_id = shop.sandbox.phone(name), shop.generate()
    before = phone.balance
    phone.scan_text(to_text(HostedCode(payment_id)))
    return phone, payment_id, before


@pytest.mark.parametrize("name", ["pays", "scans_twice", "first_of_two"])
def test_the_money_moves_once(shop: Shop, name: str) -> None:
    phone, payment_id, before = scanned(shop, name)
    assert phone.pay().status == "SUCCESS"
    assert shop.status(payment_id) == "SUCCESS"
    assert (before - phone.balance, shop.app.balance) == (AMOUNT, AMOUNT)


def test_one_without_money_tops_up_and_pays(shop: Shop) -> None:
    phone, payment_id, _ = scanned(shop, "tops_up")
    assert phone.pay().status == "SUCCESS"
    assert (shop.status(payment_id), phone.balance, shop.app.balance) == ("SUCCESS", 0, AMOUNT)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("no_money", InsufficientFunds),
        ("wrong_pin", WrongPin),
        ("blocked", WalletBlocked),
        ("wrong_pin_three_times", PinBlocked),
        ("second_of_two", AlreadyPrepared),
    ],
)
def test_one_that_is_refused_keeps_its_money(shop: Shop, name: str, refusal: type[Exception]) -> None:
    phone, _, before = scanned(shop, name)
    with pytest.raises(refusal):
        phone.pay()
    assert phone.balance == before


def test_one_that_refuses_ends_the_page(shop: Shop) -> None:
    phone, payment_id, before = scanned(shop, "refuses")
    assert phone.pay().status == "REFUSED"
    shop.sandbox.control.drain()
    assert (shop.status(payment_id), phone.balance) == ("FAILURE", before)


@pytest.mark.parametrize(("name", "seconds"), [("never_confirms", 121), ("confirms_late", 6)])
def test_one_that_does_not_confirm_in_time_gets_its_money_back(
    shop: Shop, clock: ClockDriver, name: str, seconds: int
) -> None:
    phone, payment_id, before = scanned(shop, name)
    assert (phone.pay().status, phone.balance) == ("PREPARED", before - AMOUNT)
    assert shop.status(payment_id) == "PENDING"
    clock.advance(seconds=seconds)
    assert (phone.balance, shop.app.balance) == (before, 0)
    other = shop.sandbox.phone()
    other.scan_text(to_text(HostedCode(payment_id)))
    assert other.pay().status == "SUCCESS"


def test_one_that_loses_the_network_pays_once_however_often_it_tries(shop: Shop) -> None:
    phone, payment_id, before = scanned(shop, "loses_network")
    with pytest.raises(AnswerLost):
        phone.pay()
    assert phone.pay().status == phone.pay().status == "SUCCESS"
    assert shop.status(payment_id) == "SUCCESS"
    assert (before - phone.balance, shop.app.balance) == (AMOUNT, AMOUNT)


def test_a_page_is_opened_by_its_link_too(shop: Shop, phone: PhoneDriver) -> None:
    payment_id = shop.generate()
    assert phone.open_link(to_text(HostedCode(payment_id))).kind == "hosted"
    assert phone.pay().status == "SUCCESS"
    payments = shop.sandbox._running.world.payments.list_payments(phone.number)
    assert [payment.method for payment in payments] == ["app"]
    assert shop.status(payment_id) == "SUCCESS"
