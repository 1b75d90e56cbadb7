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
    from sandbox.testing.steps import Steps

_AMOUNT = 12_500


def test_twenty_minutes_end_the_form_in_the_browser_and_the_code_on_the_phones_own_page(
    sandbox: Sandbox, shop: Shopper, phone: PhoneDriver, clock: ClockDriver, step: Steps
) -> None:
    """Twenty minutes end the form in the browser and the code on the phone's own page."""
    with step("The form is paid on the phone, and asks for the code"):
        clock.freeze()
        shop.open_form()
        phone.scan(shop.page)
        phone.pay()
        shop.wait_for_state("prepared")
    handset = shop.page.context.new_page()
    with step("The phone's own page counts down from two minutes", page=handset):
        handset.goto(f"{sandbox.base_url}/mobile/?lang=en&phone={phone.number}")
        expect(handset.locator("[data-part=countdown]")).to_contain_text("2:00")
    with step("A minute later it says one minute, and the money is still held", page=handset):
        clock.advance(seconds=60)
        expect(handset.locator("[data-part=countdown]")).to_contain_text("1:00")
        assert phone.balance == 500_000 - _AMOUNT
    with step("Twenty minutes later the money is back, the form has ended, and the phone counts no more"):
        clock.advance(minutes=20)
        assert phone.balance == 500_000
        shop.wait_for_state("expired")
        expect(handset.locator("[data-part=countdown]")).to_be_hidden()


def test_twenty_minutes_end_a_payment_page(
    sandbox: Sandbox, merchant_app: MerchantApp, page: Page, clock: ClockDriver, phone: PhoneDriver, step: Steps
) -> None:
    with step("The payment page counts down from twenty minutes"):
        clock.freeze()
        payment_id = MerchantServer(sandbox, merchant_app).generate()
        page.goto(f"{sandbox.base_url}/pay/{payment_id}?lang=en")
        countdown = page.locator("[data-seconds]")
        expect(countdown).to_have_text(re.compile(r"^(20:00|19:\d\d)$"))
    with step("While the clock stands so does the page, however long one looks at it"):
        shown = countdown.inner_text()
        page.clock.fast_forward("03:00")
        assert countdown.inner_text() == shown
    with step("Nineteen minutes later there is a minute left at most"):
        clock.advance(minutes=19)
        expect(countdown).to_have_text(re.compile(r"^(1:00|0:\d\d)$"))
    with step("The time is over, and the browser is led back to the shop"):
        clock.advance(minutes=1, seconds=1)
        page.wait_for_url("**/shop/**")  # the way that fail_link leads
        assert phone.balance == 500_000


def test_the_code_of_a_payment_lives_two_minutes_and_gives_the_money_back(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver, step: Steps
) -> None:
    from sandbox.contracts.payments import PaymentsClient

    clock.freeze()
    with step("The phone has the code: the money is held"):
        session, code = prepare(sandbox, merchant_app, phone, amount=_AMOUNT)
    with step("A second before two minutes it still is"):
        clock.advance(minutes=1, seconds=59)
        assert phone.balance == 500_000 - _AMOUNT
    with step("Then the money is back, and the code is refused"):
        clock.advance(seconds=1)
        assert phone.balance == 500_000
        with pytest.raises(CodeExpired):
            PaymentsClient(sandbox.transport).verify(session, code)


def test_the_code_that_links_a_wallet_expires(
    sandbox: Sandbox, merchant_app: MerchantApp, clock: ClockDriver, step: Steps
) -> None:
    with step("A wallet is to be linked to a second app, and its code comes by SMS"):
        token = sandbox.log_in(merchant_app)
        link = sandbox.platform.start_app(token, NewApp(name="Second", phone_number=merchant_app.wallet_phone))
        code = sandbox.phone(merchant_app.wallet_phone).wait_for_code()
    with step("Eleven minutes later the code is refused"):
        clock.advance(minutes=11)
        with pytest.raises(OtpExpired):
            sandbox.platform.confirm_app(token, link.id, code)


def test_a_pre_authorization_holds_the_money_for_seven_days(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver, step: Steps
) -> None:
    with step("The shopper agrees to a deposit"):
        payment_id = MerchantServer(sandbox, merchant_app).generate(pre_authorization=True)
        phone.scan_text(to_text(HostedCode(payment_id)))
        phone.pay()
    with step("Six days and 23 hours later it is still held"):
        clock.advance(days=6, hours=23)
        assert phone.balance == 500_000 - _AMOUNT
    with step("On the seventh day the money is back, and the merchant has none"):
        clock.advance(hours=2)
        assert phone.balance == 500_000
        assert merchant_app.balance == 0


def test_a_login_ends_by_itself(sandbox: Sandbox, merchant_app: MerchantApp, clock: ClockDriver, step: Steps) -> None:
    with step("The developer is logged in"):
        token = sandbox.log_in(merchant_app)
        assert sandbox.platform.list_apps(token)
    with step("Sixty days later the login is refused"):
        clock.advance(days=60)
        with pytest.raises(NotAuthenticated):
            sandbox.platform.list_apps(token)
