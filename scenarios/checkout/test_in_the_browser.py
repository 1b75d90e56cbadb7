"""What shoppers do with a browser while the form is open: reload, go back, open another tab, lose the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from sandbox.testing.shopper import Shopper

if TYPE_CHECKING:
    from sandbox.testing.drivers import PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.steps import Steps


def test_a_page_that_was_closed_reloaded_and_left_is_paid_once(phone: PhoneDriver, form: Shopper, step: Steps) -> None:
    page, before = form.page, phone.balance
    with step("The shopper closes the form without paying"):
        form.part("close").click()
        expect(form.dialog).to_be_hidden()
    with step("They open it, scan its code, and reload the page"):
        form.open_form()
        amount = phone.scan(page).amount
        page.reload()
    with step("They leave for another page, and go back"):
        page.goto("about:blank")
        page.go_back()
    with step("The form that they open then is paid, and money has left the phone once"):
        form.open_form()
        phone.scan(page)
        paid = phone.pay()
        form.wait_for_state("prepared")
        with page.expect_navigation():
            form.type_code(paid.code or "")
        assert before - phone.balance == amount


def test_the_same_shop_in_two_tabs_is_two_payments(
    phone: PhoneDriver, form: Shopper, shop_url: str, step: Steps
) -> None:
    before, other = phone.balance, Shopper(form.page.context.new_page())
    with step("A second tab shows a form with a code of its own", page=other.page):
        other.page.goto(shop_url)
        other.open_form()
        second = phone.scan(other.page)
        assert second.session != phone.scan(form.page).session
    with step("The first tab is paid"):
        paid = phone.pay()
        form.wait_for_state("prepared")
        with form.page.expect_navigation():
            form.type_code(paid.code or "")
    with step("The second can still be paid, and nothing was taken for it", page=other.page):
        other.wait_for_state("scanned")
        assert before - phone.balance == second.amount


def test_a_browser_without_network_keeps_the_code_and_pays_once(
    sandbox: Sandbox, phone: PhoneDriver, form: Shopper, step: Steps
) -> None:
    before = phone.balance
    with step("The payment is prepared"):
        amount = phone.scan(form.page).amount
        code = phone.pay().code or ""
        form.wait_for_state("prepared")
    with step("The network is gone when the code is typed, and the form says so"):
        form.page.context.set_offline(True)
        form.type_code(code)
        expect(form.part("error")).to_be_visible()
    with step("The network is back: typed again, the code pays, once"):
        form.page.context.set_offline(False)
        with form.page.expect_navigation():
            form.type_code(code)
        sandbox.control.drain()
        assert before - phone.balance == amount
