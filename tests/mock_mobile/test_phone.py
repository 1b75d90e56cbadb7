"""The phone API: making phones, scanning, paying, refusing, messages, screens."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import httpx
import pytest
import qrcode

from sandbox.contracts.errors import (
    AlreadyAccepted,
    AlreadyPrepared,
    AmountMismatch,
    AppNotFound,
    BrokenQr,
    ForeignQr,
    InsufficientFunds,
    NoQrFound,
    PhoneExists,
    PhoneNotFound,
    ScanEnded,
    ScanNotFound,
    SessionEnded,
    SessionExpired,
    WalletBlocked,
    WrongPin,
)
from sandbox.contracts.mobile import NewPhone
from sandbox.contracts.platform import OpenSession
from sandbox.contracts.qr_payload import CheckoutCode, to_text
from sandbox.testing.checkout import prepare, prepare_and_verify
from tests.racing import race

if TYPE_CHECKING:
    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox


def open_form(sandbox: Sandbox, app: MerchantApp, amount: int = 12_500) -> CheckoutCode:
    session = sandbox.platform.open_session(OpenSession(app=app.public_token, amount=amount, id="TX1"))["session"]
    return CheckoutCode(app.public_token, amount, session, "TX1", "Olive oil", None)


def picture_of(text: str) -> bytes:
    picture = io.BytesIO()
    qrcode.make(text).save(picture, format="PNG")
    return picture.getvalue()


def test_a_new_phone_has_a_wallet_with_its_opening_balance(sandbox: Sandbox) -> None:
    phone = sandbox.mobile.add_phone(NewPhone(phone_number="+216 22 333 444", name="Leila", pin="4321", balance=7_000))
    assert (phone.phone_number, phone.name, phone.pin, phone.balance) == ("22333444", "Leila", "4321", 7_000)
    assert sandbox.mobile.get_phone("22333444").screen == {"name": "home"}
    with pytest.raises(PhoneExists):
        sandbox.mobile.add_phone(NewPhone(phone_number="22333444"))


def test_a_picture_is_scanned_as_upload_as_base64_and_as_data_url(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    picture = picture_of(to_text(open_form(sandbox, merchant_app)))
    address = f"{sandbox.base_url}/mobile/phones/{phone.number}/scan"
    encoded = base64.b64encode(picture).decode()
    answers = [
        httpx.post(address, files={"image": ("screen.png", picture)}),
        httpx.post(address, json={"image_base64": encoded}),
        httpx.post(address, json={"image_base64": f"data:image/png;base64,{encoded}"}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.json()["amount"] == 12_500
        assert answer.json()["merchant"] == merchant_app.name


def test_the_screen_shows_each_step_as_data(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> None:
    phone.scan_text(to_text(open_form(sandbox, merchant_app)))
    assert phone.screen["name"] == "confirm"
    assert (phone.screen["merchant"], phone.screen["amount"]) == (merchant_app.name, 12_500)
    paid = phone.pay()
    assert (phone.screen["name"], phone.screen["code"]) == ("code", paid.code)
    phone.refuse()
    assert phone.screen["name"] == "refused"


def test_paying_the_same_scan_again_shows_the_same_code_and_holds_once(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    phone.scan_text(to_text(open_form(sandbox, merchant_app)))
    assert phone.pay() == phone.pay()
    assert phone.balance == 500_000 - 12_500


def test_refusing_after_paying_brings_the_money_back_and_ends_the_form(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    session, _ = prepare(sandbox, merchant_app, phone, amount=12_500)
    phone.refuse()
    sandbox.control.drain()
    assert phone.balance == 500_000
    assert sandbox.platform.get_session(session)["status"] == "REFUSED"
    with pytest.raises(ScanEnded):
        phone.pay()


def test_a_wrong_pin_is_said_and_the_right_one_still_works(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    phone.scan_text(to_text(open_form(sandbox, merchant_app)))
    for _ in range(2):
        with pytest.raises(WrongPin):
            phone.pay("9999")
    assert phone.screen["code"] == "WRONG_PIN"
    assert phone.screen["scan_id"] == phone.last_scan.scan_id
    assert phone.pay("1234").code


def test_a_second_phone_cannot_pay_a_form_that_another_is_paying(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    code = to_text(open_form(sandbox, merchant_app))
    other = sandbox.new_phone()
    phone.scan_text(code)
    other.scan_text(code)
    phone.pay()
    with pytest.raises(AlreadyPrepared):
        other.pay()
    assert other.balance == 500_000


@pytest.mark.parametrize(
    ("number", "refusal"), [("20000002", InsufficientFunds), ("20000004", WrongPin), ("20000005", WalletBlocked)]
)
def test_a_demo_phones_number_decides_what_happens(
    sandbox: Sandbox, merchant_app: MerchantApp, number: str, refusal: type[Exception]
) -> None:
    phone = sandbox.phone(number)
    code = open_form(sandbox, merchant_app)
    phone.scan_text(to_text(code))
    with pytest.raises(refusal):
        phone.pay()
    sandbox.control.drain()
    shown = sandbox.platform.get_session(code.session)
    assert (shown["status"], shown["reason"]) == ("ATTEMPT_FAILED", refusal.code)


def test_a_code_with_another_amount_than_the_forms_is_refused(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    honest = open_form(sandbox, merchant_app)
    forged = CheckoutCode(honest.app, 1, honest.session, honest.id, honest.name, None)
    with pytest.raises(AmountMismatch):
        phone.scan_text(to_text(forged))


def test_a_code_with_another_apps_token_is_refused(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    honest, other = open_form(sandbox, merchant_app), sandbox.new_merchant()
    with pytest.raises(AppNotFound):
        phone.scan_text(to_text(CheckoutCode(other.public_token, 12_500, honest.session, None, None, None)))


def test_a_paid_and_an_expired_form_cannot_be_scanned(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    paid = prepare_and_verify(sandbox, merchant_app, phone, amount=1_000)
    sandbox.accept(merchant_app, paid["payment_id"], paid["flouci_otp"])
    scanned = phone.last_scan
    with pytest.raises(SessionEnded):
        phone.scan_text(to_text(CheckoutCode(merchant_app.public_token, 1_000, scanned.session, None, None, None)))
    expired = to_text(open_form(sandbox, merchant_app))
    clock.advance(seconds=1_201)
    with pytest.raises(SessionExpired):
        phone.scan_text(expired)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("https://example.com/", ForeignQr),
        ("flouci-sandbox://pay?v=9", BrokenQr),
    ],
)
def test_a_code_that_means_nothing_is_said_to_be_so(phone: PhoneDriver, text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        phone.scan(picture_of(text))
    assert phone.screen["code"] == refusal.code


def test_a_picture_without_a_code_is_said_to_be_so(phone: PhoneDriver) -> None:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(picture, "PNG")
    with pytest.raises(NoQrFound):
        phone.scan(picture.getvalue())


def test_unknown_phones_and_scans_are_named(sandbox: Sandbox, phone: PhoneDriver) -> None:
    with pytest.raises(PhoneNotFound):
        sandbox.mobile.get_phone("29876543")
    with pytest.raises(ScanNotFound):
        sandbox.mobile.pay(phone.number, "nothing")


def test_a_scan_of_one_phone_is_nothing_to_another(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    scan = phone.scan_text(to_text(open_form(sandbox, merchant_app)))
    with pytest.raises(ScanNotFound):
        sandbox.mobile.pay(sandbox.new_phone().number, scan.scan_id)


def test_messages_wait_until_they_come_and_history_shows_the_payment(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    form = prepare_and_verify(sandbox, merchant_app, phone, amount=2_345)
    assert sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])["status"] == "SUCCESS"
    assert merchant_app.name in phone.messages(contains="2.345", wait=10)[0]["text"]
    history = httpx.get(f"{sandbox.base_url}/mobile/phones/{phone.number}/history").json()["payments"]
    assert [(line["amount"], line["state"]) for line in history] == [(2_345, "executed")]


def test_paying_again_after_the_code_expired_makes_a_new_one(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    phone.scan_text(to_text(open_form(sandbox, merchant_app)))
    first = phone.pay()
    clock.advance(seconds=121)
    assert phone.screen["name"] == "expired"
    second = phone.pay()
    assert second.payment_id != first.payment_id
    assert phone.balance == 500_000 - 12_500


def test_a_code_is_not_shown_again_to_a_wrong_pin(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    phone.scan_text(to_text(open_form(sandbox, merchant_app)))
    phone.pay()
    with pytest.raises(WrongPin):
        phone.pay("9999")


def test_a_form_that_expired_or_was_refused_after_the_scan_takes_no_money(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    other, code = sandbox.new_phone(), to_text(open_form(sandbox, merchant_app))
    phone.scan_text(code)
    other.scan_text(code)
    other.refuse()
    with pytest.raises(SessionEnded):
        phone.pay()
    phone.scan_text(to_text(open_form(sandbox, merchant_app)))
    clock.advance(seconds=1_300)
    with pytest.raises(SessionExpired):
        phone.pay()
    assert phone.balance == 500_000


def test_paying_and_refusing_at_once_ends_in_one_of_both(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    for _ in range(5):
        code = open_form(sandbox, merchant_app)
        phone.scan_text(to_text(code))
        race([phone.pay, phone.refuse])
        sandbox.control.drain()
        assert sandbox.platform.get_session(code.session)["status"] == "REFUSED"
        assert phone.balance == 500_000


def test_a_paid_scan_shows_so_and_cannot_be_refused_or_paid_again(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    form = prepare_and_verify(sandbox, merchant_app, phone, amount=1_000)
    sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
    assert phone.screen["name"] == "paid"
    for step in (phone.refuse, phone.pay):
        with pytest.raises(AlreadyAccepted):
            step()
    assert phone.balance == 499_000


@pytest.mark.parametrize("reference", ["CMD #12", "WC/1", "طلب 7", 123, "x" * 64])
def test_a_merchants_own_number_may_be_any_text(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, reference: object
) -> None:
    form = {"app": merchant_app.public_token, "amount": 1_000, "id": reference, "name": "N" * 200}
    opened = httpx.post(f"{sandbox.base_url}/api/checkout/sessions", json=form).json()
    code = CheckoutCode(merchant_app.public_token, 1_000, opened["session"], None, None, None)
    assert phone.scan_text(to_text(code)).reference == str(reference)
    assert phone.pay().code


def test_a_frame_of_the_camera_without_a_code_changes_nothing_on_the_screen(
    sandbox: Sandbox, phone: PhoneDriver
) -> None:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(picture, "PNG")
    address = f"{sandbox.base_url}/mobile/phones/{phone.number}/scan?live=1"
    answer = httpx.post(address, files={"image": ("frame.png", picture.getvalue())})
    assert answer.json()["error"]["code"] == "NO_QR_FOUND"
    assert phone.screen == {"name": "home"}


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr")])
def test_the_page_can_be_installed_in_the_readers_language(sandbox: Sandbox, language: str, direction: str) -> None:
    manifest = httpx.get(f"{sandbox.base_url}/mobile/manifest.webmanifest?lang={language}").json()
    assert (manifest["lang"], manifest["dir"], manifest["display"]) == (language, direction, "standalone")
    for icon in manifest["icons"]:
        picture = httpx.get(f"{sandbox.base_url}{icon['src']}")
        assert picture.content.startswith(b"\x89PNG")
