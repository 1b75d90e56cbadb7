"""The checkout script inside merchants' pages, in a real Chromium, from another origin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from sandbox.testing.drivers import ClockDriver, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper

HOSTILE_CSS = """<style>
* { font-size: 61px !important; color: red !important; filter: blur(3px); all: unset !important }
div, dialog, button, input, canvas, span { display: none !important; transform: rotate(40deg) }
</style>"""


def test_the_form_sends_the_payment_under_all_four_names(
    page: Page, shopper: Shopper, phone: PhoneDriver, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page(form()))
    paid = shopper.pay_with(phone)
    sent = json.loads(page.locator("body").inner_text())
    assert sent == {
        "payment_id": paid.payment_id,
        "token": paid.payment_id,
        "flouci_otp": paid.code,
        "code": paid.code,
    }


def test_a_page_with_hostile_styles_still_shows_a_readable_code(
    page: Page, shopper: Shopper, phone: PhoneDriver, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page(HOSTILE_CSS + form()))
    shopper.open_form()
    assert phone.scan(page).amount == 12_500
    box = shopper.part("amount").bounding_box()
    assert box is not None
    assert box["height"] < 61


def test_the_script_leaves_only_one_name_and_no_style_in_the_page(
    page: Page, shopper: Shopper, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page("<p id=before>plain</p>"))
    before = page.evaluate("[Object.keys(window), getComputedStyle(document.getElementById('before')).cssText]")
    page.goto(serve_page("<p id=before>plain</p>" + form()))
    shopper.open_form()
    after = page.evaluate("[Object.keys(window), getComputedStyle(document.getElementById('before')).cssText]")
    assert set(after[0]) - set(before[0]) - {"TX1"} == {"FlouciCheckout"}
    assert after[1] == before[1]


def test_each_form_of_a_page_pays_its_own_amount(
    page: Page, shopper: Shopper, phone: PhoneDriver, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page("".join(form(amount=amount, id=f"TX{amount}") for amount in (1000, 2000, 3000))))
    expect(page.locator("[data-part=button]")).to_have_count(3)
    shopper.open_form(1)
    scan = phone.scan(page)
    assert (scan.amount, scan.reference) == (2000, "TX2000")


def test_the_form_works_under_a_strict_content_security_policy(
    sandbox: Sandbox,
    page: Page,
    shopper: Shopper,
    phone: PhoneDriver,
    serve_page: Callable[..., str],
    form: Callable[..., str],
) -> None:
    policy = f"default-src 'none'; script-src {sandbox.base_url}; connect-src {sandbox.base_url}; form-action 'self'"
    page.goto(serve_page(form(), {"Content-Security-Policy": policy}))
    paid = shopper.pay_with(phone)
    assert paid.payment_id
    assert paid.payment_id in page.content()


@pytest.mark.parametrize(
    ("language", "direction", "amount"), [("fr", "ltr", "DT"), ("ar", "rtl", "د.ت"), ("en", "ltr", "DT")]
)
def test_the_form_speaks_three_languages(  # noqa: PLR0917
    page: Page,
    shopper: Shopper,
    serve_page: Callable[..., str],
    form: Callable[..., str],
    language: str,
    direction: str,
    amount: str,
) -> None:
    page.goto(serve_page(form(language=language)))
    shopper.open_form()
    assert shopper.dialog.evaluate("element => getComputedStyle(element).direction") == direction
    expect(shopper.part("amount")).to_contain_text("12.500")
    expect(shopper.part("amount")).to_contain_text(amount)


def test_escape_closes_the_form_and_gives_the_focus_back(
    page: Page, shopper: Shopper, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page(form()))
    shopper.open_form()
    page.keyboard.press("Escape")
    expect(shopper.dialog).to_be_hidden()
    expect(page.locator("[data-part=button]")).to_be_focused()
    page.keyboard.press("Enter")
    shopper.wait_for_state("waiting")


def test_a_double_click_opens_the_form_and_a_click_beside_it_closes_it(
    page: Page, shopper: Shopper, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page(form()))
    page.locator("[data-part=button]").dblclick(position={"x": 2, "y": 2})
    shopper.wait_for_state("waiting")
    page.mouse.click(3, page.evaluate("innerHeight") - 3)
    expect(shopper.dialog).to_be_hidden()


def test_the_form_counts_no_second_while_the_clock_of_the_sandbox_stands(
    page: Page, shopper: Shopper, clock: ClockDriver, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    clock.freeze()
    page.goto(serve_page(form()))
    shopper.open_form()
    page.clock.fast_forward(1_400)  # the form believes itself until it is wrong by more
    assert "20:00" in shopper.part("countdown").inner_text()


def test_the_focus_stays_inside_the_form(
    page: Page, shopper: Shopper, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page("<a href=/x>before</a>" + form() + "<a href=/y>after</a>"))
    shopper.open_form()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") not in {"A", "SCRIPT"}


def test_a_code_can_be_pasted_with_blanks_and_arabic_digits(
    page: Page, shopper: Shopper, phone: PhoneDriver, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page(form()))
    shopper.open_form()
    phone.scan(page)
    code = phone.pay().code or ""
    shopper.wait_for_state("prepared")
    shopper.part("code").focus()
    eastern = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    with page.expect_navigation():
        page.keyboard.insert_text(f"{eastern[:3]} {eastern[3:]}")
    assert code in page.content()


def test_a_lost_network_is_said_and_recovered_from(
    page: Page, shopper: Shopper, phone: PhoneDriver, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page(form()))
    shopper.open_form()
    phone.scan(page)
    shopper.wait_for_state("scanned")
    page.context.set_offline(True)
    phone.pay()
    expect(shopper.part("status")).to_contain_text("onnection")
    page.context.set_offline(False)
    shopper.wait_for_state("prepared")


def test_an_expired_form_starts_again(
    page: Page,
    shopper: Shopper,
    phone: PhoneDriver,
    clock: ClockDriver,
    serve_page: Callable[..., str],
    form: Callable[..., str],
) -> None:
    page.goto(serve_page(form()))
    shopper.open_form()
    clock.advance(seconds=1201)
    shopper.wait_for_state("expired")
    shopper.part("retry").click()
    shopper.wait_for_state("waiting")
    assert phone.scan(page).amount == 12_500


@pytest.mark.parametrize(("attributes", "named"), [({"amount": "12.5"}, "data-amount"), ({"app": ""}, "app")])
def test_a_wrong_attribute_is_named_in_place_of_the_button(
    page: Page, serve_page: Callable[..., str], form: Callable[..., str], attributes: dict[str, str], named: str
) -> None:
    page.goto(serve_page(form(**attributes)))
    expect(page.locator("form")).to_contain_text(named)
    expect(page.locator("[data-part=button]")).to_have_count(0)


def test_an_unknown_token_is_said_in_the_form(
    page: Page, serve_page: Callable[..., str], form: Callable[..., str]
) -> None:
    page.goto(serve_page(form(app="00000000-0000-4000-8000-000000000000")))
    page.locator("[data-part=button]").click()
    page.locator("[data-part=dialog][data-state=failed]").wait_for()
    expect(page.locator("[data-part=error]")).to_be_visible()
