"""The other ways to pay in the payment form, in a real browser: Flouci login, and opening the app on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from sandbox.testing.shopper import Shopper

ServePage = Callable[..., str]
Form = Callable[..., str]


def with_methods(form: str, methods: str) -> str:
    return form.replace("data-amount", f'data-methods="{methods}" data-amount')


def log_in(shopper: Shopper, number: str, pin: str = "1234") -> None:
    shopper.part("method-login").check()
    shopper.part("phone").fill(number)
    shopper.part("pin").fill(pin)
    shopper.part("pin").press("Enter")


def code_of(sandbox: Sandbox, number: str) -> str:
    """The newest that came by SMS."""
    sandbox.control.drain()
    texts = [message["text"] for message in sandbox.mobile.list_messages(number)]
    return next(text.split("SANDBOX : ")[1][:6] for text in texts if "votre code pour payer" in text)


def test_a_shopper_logs_in_and_pays(
    page: Page, shopper: Shopper, sandbox: Sandbox, phone: PhoneDriver, serve_page: ServePage, form: Form
) -> None:
    page.goto(serve_page(form()))
    shopper.open_form()
    log_in(shopper, phone.number, "9999")
    expect(shopper.part("error")).to_have_text("Wrong number or PIN.")
    expect(shopper.part("pin")).to_have_value("")
    log_in(shopper, phone.number)
    shopper.wait_for_state("prepared")
    shopper.part("resend").click()
    expect(shopper.part("error")).to_contain_text("Code sent. Seconds to wait:")
    code = code_of(sandbox, phone.number)
    shopper.type_code(f"{(int(code) + 1) % 1_000_000:06}")
    expect(shopper.part("error")).to_have_text("Wrong code. Tries left: 2")
    with page.expect_navigation():
        shopper.type_code(code)
    assert f'"flouci_otp":"{code}"' in page.inner_text("body").replace(" ", "")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Wrong number or PIN."), ("fr", "Numéro ou PIN incorrect."), ("ar", "الرقم أو PIN غير صحيح.")],
)
def test_a_number_that_cannot_be_one_is_told_in_the_shoppers_language(
    page: Page, shopper: Shopper, serve_page: ServePage, form: Form, language: str, words: str
) -> None:
    page.goto(serve_page(form(language=language)))
    shopper.open_form()
    log_in(shopper, "12345678")
    expect(shopper.part("error")).to_have_text(words)


def test_an_expired_login_starts_again_in_the_same_form(  # noqa: PLR0917
    page: Page,
    shopper: Shopper,
    sandbox: Sandbox,
    phone: PhoneDriver,
    clock: ClockDriver,
    serve_page: ServePage,
    form: Form,
) -> None:
    page.goto(serve_page(with_methods(form(), "login,qr")))
    page.locator("[data-part=button]").click()
    log_in(shopper, phone.number)
    shopper.wait_for_state("prepared")
    clock.advance(seconds=121)
    shopper.wait_for_state("waiting")
    expect(shopper.part("error")).to_have_text("The code has expired. Pay again.")
    expect(shopper.part("phone")).to_have_value(phone.number)
    log_in(shopper, phone.number)
    shopper.wait_for_state("prepared")
    with page.expect_navigation():
        shopper.type_code(code_of(sandbox, phone.number))


def test_the_merchant_chooses_and_orders_the_methods_and_unknown_names_are_told(
    page: Page, shopper: Shopper, serve_page: ServePage, form: Form
) -> None:
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text) if message.type == "warning" else None)
    for wish, shown in (("", ["qr", "login"]), ("login, cash ,qr", ["login", "qr"]), ("qr", []), ("app", [])):
        page.goto(serve_page(with_methods(form(), wish)))
        page.locator("[data-part=button]").click()
        shopper.wait_for_state("waiting")
        tabs = [
            tab.get_attribute("data-part") for tab in shopper.dialog.locator("[type=radio]").all() if tab.is_visible()
        ]
        assert tabs == [f"method-{name}" for name in shown], wish
        expect(shopper.part("qr")).to_be_visible(visible=wish[:5] != "login")
    assert [text for text in warnings if "cash" in text] == ["Flouci Sandbox: data-methods cash"]


def test_the_tabs_are_moved_through_with_the_arrow_keys(
    page: Page, shopper: Shopper, serve_page: ServePage, form: Form
) -> None:
    page.goto(serve_page(form(language="ar")))
    shopper.open_form()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(shopper.part("method-qr")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(shopper.part("method-login")).to_be_checked()
    expect(shopper.part("qr")).to_be_hidden()
    expect(shopper.part("phone")).to_be_visible()


def test_a_page_adds_a_method_of_its_own(page: Page, shopper: Shopper, serve_page: ServePage, form: Form) -> None:
    own = """<script>FlouciCheckout.addMethod({ name: 'voucher', label: () => 'Voucher', draw({ step }) {
      const button = document.createElement('button');
      button.textContent = 'Redeem';
      button.onclick = () => step('redeem', { voucher: 'OLIVE' });
      return button;
    } });</script>"""
    page.goto(serve_page(form() + own))
    shopper.open_form()
    shopper.part("method-voucher").check()
    with page.expect_response("**/methods/voucher/redeem") as answered:
        shopper.dialog.get_by_text("Redeem").click()
    assert answered.value.json()["error"]["code"] == "METHOD_NOT_FOUND"
    expect(shopper.part("error")).to_contain_text("There is no such way to pay.")
    assert shopper.state == "waiting"


@pytest.fixture
def handset(browser: Browser) -> Iterator[Page]:
    """The browser of a phone."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def test_a_phone_opens_the_app_and_the_shop_takes_its_code(
    handset: Page, phone: PhoneDriver, merchant_app: MerchantApp, serve_page: ServePage, form: Form
) -> None:
    before = merchant_app.balance
    handset.goto(serve_page(form()))
    shopper = Shopper(handset)
    shopper.open_form()
    link = shopper.part("open-app")
    assert (link.get_attribute("href") or "").startswith("flouci-sandbox://pay?v=1&app=")
    with handset.context.expect_page() as opened:
        link.tap()
    app = opened.value
    app.locator(f'[data-phone="{phone.number}"]').click()
    app.locator("[data-part=screen][data-screen=confirm]").wait_for()
    app.locator("[data-part=pin]").fill("1234")
    app.locator("[data-part=pin]").press("Enter")
    app.locator("[data-part=screen][data-screen=code]").wait_for()
    code = phone.screen["code"]
    app.locator("[data-part=back-to-shop]").click()
    shopper.wait_for_state("prepared")
    with handset.expect_navigation():
        shopper.type_code(code)
    assert handset.url.endswith("/handle_payment")
    assert merchant_app.balance == before


def test_where_the_browser_opens_no_tab_the_app_takes_the_shops_place(
    handset: Page, phone: PhoneDriver, serve_page: ServePage, form: Form
) -> None:
    """Playwright switches Chromium's own blocker off; a window.open that gives nothing is what it leaves of a page."""
    handset.add_init_script("window.open = () => null")
    handset.goto(serve_page(form()))
    shop = handset.url
    shopper = Shopper(handset)
    shopper.open_form()
    link = shopper.part("open-app")
    with handset.expect_navigation() as arrived:
        link.tap()
    assert len(handset.context.pages) == 1
    assert "/mobile/?open=flouci-sandbox" in arrived.value.url  # the phone's page shortens it soon
    handset.locator(f'[data-phone="{phone.number}"]').click()
    handset.locator("[data-part=screen][data-screen=confirm]").wait_for()
    assert phone.screen["name"] == "confirm"
    handset.go_back()
    assert handset.url == shop
    shopper.open_form()
