"""What expires: forms and pages, codes, holds, logins. Server, phone and pages show the same time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.contracts.errors import CodeExpired, OtpExpired
from sandbox.contracts.platform import NewApp
from sandbox.contracts.qr_payload import HostedCode, to_text
from sandbox.kit.errors import NotAuthenticated
from sandbox.testing.checkout import prepare
from sandbox.testing.merchant_server import MerchantServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper

_AMOUNT = 12_500


def test_twenty_minutes_end_the_form_in_the_browser_and_the_code_on_the_phones_own_page(
    sandbox: Sandbox, shop: Shopper, phone: PhoneDriver, clock: ClockDriver
) -> None:
    clock.freeze()
    shop.open_form()
    phone.scan(shop.page)
    phone.pay()
    shop.wait_for_state("prepared")
    handset = shop.page.context.new_page()
    handset.goto(f"{sandbox.base_url}/mobile/?lang=en&phone={phone.number}")
    expect(handset.locator("[data-part=countdown]")).to_contain_text("2:00")
    clock.advance(seconds=60)
    expect(handset.locator("[data-part=countdown]")).to_contain_text("1:00")
    assert phone.balance == 500_000 - _AMOUNT
    clock.advance(minutes=20)
    assert phone.balance == 500_000
    shop.wait_for_state("expired")
    expect(handset.locator("[data-part=countdown]")).to_be_hidden()


def test_twenty_minutes_end_a_payment_page(
    sandbox: Sandbox, merchant_app: MerchantApp, page: Page, clock: ClockDriver, phone: PhoneDriver
) -> None:
    clock.freeze()
    payment_id = MerchantServer(sandbox, merchant_app).generate()
    page.goto(f"{sandbox.base_url}/pay/{payment_id}?lang=en")
    countdown = page.locator("[data-seconds]")
    expect(countdown).to_have_text(re.compile(r"^(20:00|19:\d\d)$"))
    clock.advance(minutes=19)
    expect(countdown).to_have_text(re.compile(r"^(1:00|0:\d\d)$"))
    clock.advance(minutes=1, seconds=1)
    page.wait_for_url("**/shop/**")  # the way that fail_link leads
    assert phone.balance == 500_000


def test_the_code_of_a_payment_lives_two_minutes_and_gives_the_money_back(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    from sandbox.contracts.payments import PaymentsClient

    clock.freeze()
    session, code = prepare(sandbox, merchant_app, phone, amount=_AMOUNT)
    clock.advance(minutes=1, seconds=59)
    assert phone.balance == 500_000 - _AMOUNT
    clock.advance(seconds=1)
    assert phone.balance == 500_000
    with pytest.raises(CodeExpired):
        PaymentsClient(sandbox.transport).verify(session, code)


def test_the_code_that_links_a_wallet_expires(sandbox: Sandbox, merchant_app: MerchantApp, clock: ClockDriver) -> None:
    token = sandbox.log_in(merchant_app)
    link = sandbox.platform.start_app(token, NewApp(name="Second", phone_number=merchant_app.wallet_phone))
    code = sandbox.phone(merchant_app.wallet_phone).wait_for_code()
    clock.advance(minutes=11)
    with pytest.raises(OtpExpired):
        sandbox.platform.confirm_app(token, link.id, code)


def test_a_pre_authorization_holds_the_money_for_seven_days(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    payment_id = MerchantServer(sandbox, merchant_app).generate(pre_authorization=True)
    phone.scan_text(to_text(HostedCode(payment_id)))
    phone.pay()
    clock.advance(days=6, hours=23)
    assert phone.balance == 500_000 - _AMOUNT
    clock.advance(hours=2)
    assert phone.balance == 500_000
    assert merchant_app.balance == 0


def test_a_login_ends_by_itself(sandbox: Sandbox, merchant_app: MerchantApp, clock: ClockDriver) -> None:
    token = sandbox.log_in(merchant_app)
    assert sandbox.platform.list_apps(token)
    clock.advance(days=60)
    with pytest.raises(NotAuthenticated):
        sandbox.platform.list_apps(token)
