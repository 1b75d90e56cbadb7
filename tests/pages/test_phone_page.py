"""The phone page in a real browser."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from sandbox.contracts.applications import Identity
from sandbox.contracts.mobile import OpenHere
from sandbox.mock_mobile.methods.method import PhoneMethod
from sandbox.testing import Sandbox
from sandbox.testing.browser import find_chromium
from tests.kyc import card_picture
from tests.mock_mobile.pictures import draw, on_canvas, to_bytes
from tests.screen_readers import grave_violations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from sandbox.testing.drivers import PhoneDriver


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
    screen.locator("[data-part=request]", has_text="Taxi").locator("button").click()
    enter_pin(screen)
    screen.locator("[data-screen=paid]").wait_for()
    assert friend.balance == 503_000
    screen.locator("[data-do=home]").click()
    friend.ask(phone, 9_000, note="Cinema")
    screen.locator("[data-part=request]", has_text="Cinema").locator("button").click()
    screen.locator("[data-part=refuse]").click()
    screen.locator("[data-part=balance]").wait_for()  # home is drawn again once the server has answered
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
        expect(page.locator("[data-slot=number]").first).to_contain_text("+216")
        assert phone.screen["phone_number"] == friend.number
        page.locator("[data-part=amount-typed]").fill("1,000")
        enter_pin(page)
        page.locator("[data-screen=paid]").wait_for()
    finally:
        seeing.close()
    assert friend.balance == 501_000


def send_form(page: Page, name: str, /, **fields: str) -> None:
    form = page.locator(f"[data-form={name}]")
    for field, value in fields.items():
        form.locator(f"[name={field}]").fill(value)
    form.locator("[type=submit]").click()


def type_pin(page: Page, pin: str) -> None:
    """On a screen that asks for nothing else."""
    page.locator("[data-screen=own-pin] [data-part=pin]").wait_for()
    for digit in pin:
        page.locator(f"[data-part=pad] [data-digit='{digit}']").click()
    page.locator("[data-part=go-on]").click()


def test_what_was_scanned_meanwhile_is_shown_when_the_owner_comes_back(screen: Page, phone: PhoneDriver) -> None:
    screen.locator("[data-part=send]").click()
    phone.scan_text("flouci-sandbox://wallet?v=1&phone=20000001")
    with screen.expect_response(lambda answer: answer.url.endswith(f"/phones/{phone.number}")):
        pass
    screen.locator("[data-part=back]").click()
    screen.locator("[data-part=amount-typed]").wait_for()
    screen.locator("[data-part=refuse]").click()
    screen.locator("[data-part=balance]").wait_for()


def test_a_note_is_typed_with_the_money(sandbox: Sandbox, screen: Page) -> None:
    friend = sandbox.new_phone()
    screen.locator("[data-part=send]").click()
    send_form(screen, "send", to=friend.number, amount="1", note="For the film")
    expect(screen.locator("[data-part=note-typed]")).to_have_value("For the film")
    enter_pin(screen)
    screen.locator("[data-screen=paid]").wait_for()
    assert friend.history()[0].note == "For the film"


def test_the_account_is_linked_to_a_bank_and_money_comes_and_goes(
    sandbox: Sandbox, screen: Page, phone: PhoneDriver
) -> None:
    screen.locator("[data-part=wallet]").click()
    sandbox.new_phone().send(phone, 1)
    expect(screen.locator("[data-part=wallet-balance]")).to_contain_text("500.001")
    expect(screen.locator("[data-part=top-up]")).to_be_hidden()
    screen.locator("[data-part=link-bank]").click()
    send_form(screen, "bank-link", rib="08 006 0123456789012 32")
    expect(screen.locator("[data-part=form-problem]")).to_contain_text("no RIB")
    send_form(screen, "bank-link", rib="08 006 0123456789012 31")
    screen.locator("[data-part=to-wallet]").click()
    screen.locator("[data-part=top-up]").click()
    send_form(screen, "move", amount="20,5")
    type_pin(screen, "1234")
    expect(screen.locator("[data-part=done]")).to_contain_text("in your account")
    assert phone.balance == 520_501
    screen.locator("[data-part=to-wallet]").click()
    expect(screen.locator("[data-part=wallet-balance]")).to_contain_text("520.501")
    screen.locator("[data-part=withdraw]").click()
    send_form(screen, "move", amount="520.501")
    type_pin(screen, "1234")
    expect(screen.locator("[data-part=done]")).to_contain_text("to the bank")
    screen.locator("[data-part=to-wallet]").click()
    screen.locator("[data-part=statement]").click()
    expect(screen.locator("[data-part=line]")).to_have_count(4)
    with screen.expect_download() as download:
        screen.locator("[data-part=file]").click()
    assert download.value.suggested_filename == f"statement-{phone.number}.csv"
    screen.locator("[data-part=back]").click()
    screen.locator("[data-part=close-account]").click()
    screen.locator("[data-part=confirm-closing]").click()
    type_pin(screen, "1234")
    expect(screen.locator("[data-part=done]")).to_have_text("The account is closed")
    assert sandbox.mobile.get_wallet(phone.number).status == "closed"


def test_the_pin_is_changed_with_the_old_one_and_the_new_one_twice(sandbox: Sandbox, screen: Page) -> None:
    screen.locator("[data-part=wallet]").click()
    screen.locator("[data-part=change-pin]").click()
    for pin in ("9999", "2468", "1357"):
        type_pin(screen, pin)
    expect(screen.locator("[data-part=pin-problem]")).to_contain_text("differ")
    for pin in ("2468", "2468"):
        type_pin(screen, pin)
    expect(screen.locator("[data-part=pin-problem]")).to_contain_text("Tries left: 2")
    for pin in ("1234", "2468", "2468"):
        type_pin(screen, pin)
    expect(screen.locator("[data-part=done]")).to_have_text("The PIN is changed")


def test_three_wrong_pins_lead_to_a_code_by_sms_and_a_new_pin(screen: Page, phone: PhoneDriver) -> None:
    screen.locator("[data-part=send]").click()
    send_form(screen, "send", to="20000001", amount="1")
    for left in ("2", "1"):
        enter_pin(screen, "9999")
        expect(screen.locator("[data-part=pin-problem]")).to_contain_text(f"Tries left: {left}")
    enter_pin(screen, "9999")
    expect(screen.locator("[data-part=problem-code]")).to_have_text("PIN_BLOCKED")
    screen.locator("[data-screen=pin-blocked] [data-part=unlock]").click()
    screen.locator("[data-screen=unlock]").wait_for()
    code = re.findall(r"\d{6}", phone.messages()[0]["text"])[0]
    send_form(screen, "unlock", code=f"{(int(code) + 1) % 1_000_000:06}")
    for pin in ("8642", "8642"):
        type_pin(screen, pin)
    expect(screen.locator("[data-part=form-problem]")).to_contain_text("Tries left: 2")
    screen.locator("[data-part=new-code]").click()
    expect(screen.locator("[data-part=form-problem]")).to_be_hidden()
    newer = re.findall(r"\d{6}", phone.messages()[0]["text"])[0]
    assert newer != code
    send_form(screen, "unlock", code=newer)
    for pin in ("8642", "8642"):
        type_pin(screen, pin)
    expect(screen.locator("[data-part=done]")).to_have_text("The PIN is unlocked")
    assert phone.send("20000001", 1_000, pin="8642").status == "SUCCESS"


def test_an_account_is_opened_step_by_step(sandbox: Sandbox, screen: Page) -> None:
    number = "54999111"
    screen.locator("[data-part=new-phone]").click()
    screen.locator("[data-part=open-account]").click()
    send_form(screen, "apply-start", to=number)
    screen.locator("[data-screen=apply-phone]").wait_for()
    send_form(screen, "apply-phone", code=re.findall(r"\d{6}", sandbox.mobile.list_messages(number)[0]["text"])[0])
    for pin in ("4321", "4321"):
        type_pin(screen, pin)
    send_form(screen, "apply-identity", cin="12", name="Amel Ben Salah", birth_date="1990-03-01")
    expect(screen.locator("[data-part=form-problem]")).to_contain_text("eight digits")
    send_form(screen, "apply-identity", cin=number)
    screen.locator("[data-screen=apply-card]").wait_for()
    screen.locator("[data-part=back]").click()
    screen.locator("[data-part=wallet]").click()
    expect(screen.locator("[data-part=level]")).to_have_text("Level 1 of 3")
    expect(screen.locator("[data-part=missing]")).to_have_text("Card and Selfie")
    screen.locator("[data-part=raise]").click()
    card = screen.locator("[data-part=card-picture]")
    card.set_input_files({"name": "card.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(screen.locator("[data-part=form-problem]")).to_be_visible()
    card.set_input_files({"name": "card.png", "mimeType": "image/png", "buffer": card_picture()})
    screen.locator("[data-part=selfie]").click()
    screen.locator("[data-part=approved]").wait_for()
    assert (sandbox.mobile.get_wallet(number).level, sandbox.mobile.get_phone(number).pin) == (3, "4321")


def test_who_goes_elsewhere_while_a_step_is_taken_is_left_there(sandbox: Sandbox, page: Page) -> None:
    number = "54999222"
    sandbox.mobile.start_application(number)
    code = re.findall(r"\d{6}", sandbox.mobile.list_messages(number)[0]["text"])[0]
    sandbox.mobile.confirm_phone(number, code, "1234")
    page.goto(f"{sandbox.base_url}/mobile/?lang=en&phone={number}")
    page.locator("[data-part=wallet]").click()
    page.locator("[data-part=raise]").click()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/application/identity", hold)
    send_form(page, "apply-identity", cin=number, name="Amel Ben Salah", birth_date="1990-03-01")
    page.locator("[data-part=back]").click()
    page.locator("[data-part=wallet]").click()
    with page.expect_response("**/wallet"):
        held[0].continue_()
    expect(page.locator("[data-part=missing]")).to_have_text("Card and Selfie")
    expect(page.locator("[data-part=raise]")).to_be_visible()


def test_an_application_that_is_reviewed_shows_its_outcome_by_itself(page: Page) -> None:
    number = "54999333"
    with Sandbox.start(seed=5, kyc_review="manual") as careful:
        careful.mobile.start_application(number, OpenHere(level=2, language="ar"))
        code = re.findall(r"\d{6}", careful.mobile.list_messages(number)[0]["text"])[0]
        careful.mobile.confirm_phone(number, code, "1234")
        amel = Identity(cin=number, name="Amel Ben Salah", birth_date=date(1990, 3, 1))
        waiting = careful.mobile.tell_identity(number, amel)
        careful.mobile.send_card(number, card_picture())
        page.goto(f"{careful.base_url}/mobile/?lang=en&phone={number}")
        expect(page.locator("[data-part=message] .bubble").first).to_have_attribute("dir", "rtl")
        page.locator("[data-part=wallet]").click()
        expect(page.locator("[data-part=application]")).to_have_text("Being reviewed")
        careful._running.world.wallets.approve_application(waiting.id)
        expect(page.locator("[data-part=level]")).to_have_text("Level 2 of 3")
        page.goto("about:blank")


def test_of_two_codes_in_a_picture_the_page_asks_which(sandbox: Sandbox, screen: Page, phone: PhoneDriver) -> None:
    friend = sandbox.new_phone()
    codes = (f"flouci-sandbox://wallet?v=1&phone={number}" for number in ("20000001", friend.number))
    picture = to_bytes(on_canvas(*(draw(code, box=4) for code in codes), size=(1000, 600)))
    screen.locator("#picture").set_input_files({"name": "two.png", "mimeType": "image/png", "buffer": picture})
    choices = screen.locator("[data-part=choice]")
    expect(choices).to_have_count(2)
    screen.locator(f"[data-text$='{friend.number}']").click()
    screen.locator("[data-part=amount-typed]").wait_for()
    assert phone.screen["phone_number"] == friend.number


def test_a_way_to_pay_brings_its_own_script_to_the_page(sandbox: Sandbox, page: Page, phone: PhoneDriver) -> None:
    class Knock(PhoneMethod, name="knock"):
        script = "methods/knock.js"

        def steps(self) -> Mapping[str, Any]:
            return {"door": lambda number, fields: self.hand.scan(number, fields["code"])}

    script = (
        "import { act } from '../device.js'; import { takeStep } from '../api.js';"
        "document.addEventListener('phone-chosen', () => act((number) => takeStep(number, 'knock/door',"
        " { code: 'flouci-sandbox://wallet?v=1&phone=20000001' })));"
    )
    try:
        page.route("**/methods/knock.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
        page.goto(f"{sandbox.base_url}/mobile/?lang=en&phone={phone.number}")
        page.locator("[data-part=amount-typed]").wait_for()
    finally:
        del PhoneMethod.by_name["knock"]
    assert phone.screen["phone_number"] == "20000001"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_screen_is_good_for_screen_readers_and_fits_a_narrow_window(
    sandbox: Sandbox, page: Page, phone: PhoneDriver, language: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{sandbox.base_url}/mobile/?lang={language}&phone={phone.number}")
    for deed in ("send", "ask", "my-code", "wallet"):
        page.locator(f"[data-part={deed}]").click()
        require_good(page, deed)
        page.locator("[data-part=back]").click()
    for deed in ("link-bank", "partners", "statement", "change-pin", "close-account"):
        page.locator("[data-part=wallet]").click()
        page.locator(f"[data-part={deed}]").click()
        require_good(page, deed)
        page.locator("[data-part=back]").click()
        page.locator("[data-screen=wallet] [data-part=back]").click()
    page.locator("[data-part=new-phone]").click()
    page.locator("[data-part=open-account]").click()
    require_good(page, "apply-start")
    number = f"549990{len(language)}{ord(language[0]) % 10}"
    send_form(page, "apply-start", to=number)
    page.locator("[data-screen=apply-phone]").wait_for()
    require_good(page, "apply-phone")
    code = re.findall(r"\d{6}", sandbox.mobile.list_messages(number)[0]["text"])[0]
    sandbox.mobile.confirm_phone(number, code, "1234")
    page.goto(f"{sandbox.base_url}/mobile/?lang={language}&phone={number}")
    page.locator("[data-part=wallet]").click()
    page.locator("[data-part=raise]").click()
    require_good(page, "apply-identity")
    page.goto(f"{sandbox.base_url}/mobile/?lang={language}&phone={phone.number}")
    page.locator("[data-part=balance]").wait_for()
    codes = (f"flouci-sandbox://wallet?v=1&phone={number}" for number in ("20000001", "20000003"))
    picture = to_bytes(on_canvas(*(draw(code, box=4) for code in codes), size=(1000, 600)))
    page.locator("#picture").set_input_files({"name": "two.png", "mimeType": "image/png", "buffer": picture})
    page.locator("[data-part=choice]").first.wait_for()
    require_good(page, "choose")
    page.locator("[data-part=back]").click()
    phone.scan(sandbox.new_phone().qr())
    page.locator("[data-part=pad]").wait_for()
    require_good(page, "confirm")


def require_good(page: Page, what: str) -> None:
    assert grave_violations(page, "[data-part=device]") == [], what
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, what
