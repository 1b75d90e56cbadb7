"""The phone page in a real browser."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from sandbox.testing.browser import find_chromium

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from sandbox.testing.drivers import PhoneDriver
    from sandbox.testing.embedded import Sandbox


def test_the_phone_page_reads_a_pasted_picture_and_shows_the_code(
    sandbox: Sandbox, browser: Browser, phone: PhoneDriver, shop_url: str
) -> None:
    from sandbox.testing.shopper import Shopper

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    shop, mobile = context.new_page(), context.new_page()
    shop.goto(shop_url)
    shopper = Shopper(shop)
    shopper.open_form()
    mobile.goto(f"{sandbox.base_url}/mobile/?lang=en")
    mobile.locator(f"[data-phone='{phone.number}']").click()
    picture = {"name": "screen.png", "mimeType": "image/png", "buffer": shop.screenshot()}
    mobile.locator("#picture").set_input_files(picture)
    mobile.get_by_text("12.500").first.wait_for()
    mobile.locator("[data-part=pin]").fill("1234")
    mobile.locator("[data-part=pay]").click()
    code = mobile.locator("[data-part=code]")
    code.wait_for()
    shopper.wait_for_state("prepared")
    with shop.expect_navigation():
        shopper.type_code("".join(filter(str.isdigit, code.inner_text())))
    assert "/payment/success" in shop.url
    context.close()


@pytest.fixture
def screen(sandbox: Sandbox, page: Page, phone: PhoneDriver) -> Page:
    """The page with this test's phone on it."""
    page.goto(f"{sandbox.base_url}/mobile/?lang=en&phone={phone.number}")
    page.locator("[data-part=balance]").wait_for()
    return page


def enter_pin(page: Page, pin: str = "1234") -> None:
    for digit in pin:
        page.locator(f"[data-part=pad] [data-digit='{digit}']").click()
    page.locator("[data-part=pay]").click()


def test_money_is_sent_to_a_number_and_asked_for_on_the_page(
    sandbox: Sandbox, screen: Page, phone: PhoneDriver
) -> None:
    friend = sandbox.new_phone()
    screen.locator("[data-part=send]").click()
    screen.locator("#send-to").fill("12")
    screen.locator("[data-form=send] [type=submit]").click()
    expect(screen.locator("[data-part=form-problem]")).to_contain_text("eight digits")
    screen.locator("#send-to").fill(friend.number)
    screen.locator("#send-amount").fill("7,5")
    screen.locator("[data-form=send] [type=submit]").click()
    expect(screen.locator("[data-part=amount-typed]")).to_have_value("7,5")
    enter_pin(screen, "9999")
    expect(screen.locator("[data-part=pin-problem]")).to_be_visible()
    enter_pin(screen)
    screen.locator("[data-screen=paid]").wait_for()
    assert friend.balance == 507_500
    screen.locator("[data-do=home]").click()
    screen.locator("[data-part=ask]").click()
    screen.locator("#ask-to").fill(friend.number)
    screen.locator("#ask-amount").fill("2")
    screen.locator("[data-form=ask] [type=submit]").click()
    screen.locator("[data-screen=asked]").wait_for()
    friend.approve()
    assert phone.balance == 500_000 - 7_500 + 2_000


def test_a_request_appears_by_itself_and_is_paid_or_refused(sandbox: Sandbox, screen: Page, phone: PhoneDriver) -> None:
    friend = sandbox.new_phone()
    friend.ask(phone, 3_000, note="Taxi")
    screen.locator("[data-part=request]", has_text="Taxi").locator("button").click(timeout=4_000)
    enter_pin(screen)
    screen.locator("[data-screen=paid]").wait_for()
    assert friend.balance == 503_000
    screen.locator("[data-do=home]").click()
    friend.ask(phone, 9_000, note="Cinema")
    screen.locator("[data-part=request]", has_text="Cinema").locator("button").click()
    screen.locator("[data-part=refuse]").click()
    expect(screen.locator("[data-part=request]")).to_have_count(0)
    assert friend.requests()[0].state == "refused"


def test_the_history_follows_and_is_searched_and_the_own_code_is_shown(
    sandbox: Sandbox, screen: Page, phone: PhoneDriver
) -> None:
    sandbox.new_phone().send(phone, 1_250, note="Rent of May")
    row = screen.locator("[data-part=payment][data-direction=in]", has_text="Rent of May")
    row.wait_for()
    screen.locator("#history-search").fill("no such thing")
    expect(row).to_have_count(0)
    screen.locator("#history-search").fill("rent of")
    expect(row).to_have_count(1)
    screen.locator("[data-part=my-code]").click()
    scan = sandbox.new_phone().scan(screen.locator("[data-part=own-code]"))
    assert (scan.kind, scan.phone_number) == ("person", phone.number)


def test_the_camera_reads_the_code_that_is_held_before_it(
    sandbox: Sandbox, browser: Browser, phone: PhoneDriver, tmp_path: Path
) -> None:
    friend, film = sandbox.new_phone(), tmp_path / "film.mjpeg"
    picture, frame = Image.open(BytesIO(friend.qr())), BytesIO()
    sheet = Image.new("RGB", (640, 480), "white")
    sheet.paste(picture.convert("RGB"), ((640 - picture.width) // 2, (480 - picture.height) // 2))
    sheet.save(frame, "JPEG")
    film.write_bytes(frame.getvalue() * 5)
    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    arguments = ["--no-sandbox", *fake, f"--use-file-for-fake-video-capture={film}"]
    seeing = browser.browser_type.launch(executable_path=find_chromium(), args=arguments)
    try:
        page = seeing.new_page()
        page.goto(f"{sandbox.base_url}/mobile/?lang=en&phone={phone.number}")
        page.locator("[data-part=scan]").click()
        expect(page.locator("[data-slot=number]").first).to_contain_text("+216", timeout=15_000)
        assert phone.screen["phone_number"] == friend.number
        page.locator("[data-part=amount-typed]").fill("1,000")
        enter_pin(page)
        page.locator("[data-screen=paid]").wait_for()
    finally:
        seeing.close()
    assert friend.balance == 501_000


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_screen_is_good_for_screen_readers_and_fits_a_narrow_window(
    sandbox: Sandbox, page: Page, phone: PhoneDriver, language: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{sandbox.base_url}/mobile/?lang={language}&phone={phone.number}")
    for deed in ("send", "ask", "my-code"):
        page.locator(f"[data-part={deed}]").click()
        require_good(page, deed)
        page.locator("[data-part=back]").click()
    phone.scan(sandbox.new_phone().qr())
    page.locator("[data-part=pad]").wait_for()
    require_good(page, "confirm")


def require_good(page: Page, what: str) -> None:
    grave = [
        violation
        for violation in Axe().run(page, "[data-part=device]").response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    assert grave == [], what
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, what
