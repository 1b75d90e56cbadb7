"""Two of our codes in one picture: the phone asks which one is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.contracts.errors import BrokenQr, SeveralQrFound
from sandbox.contracts.qr_payload import to_text
from tests.mock_mobile.pictures import draw, on_canvas, to_bytes
from tests.mock_mobile.test_phone import open_form

if TYPE_CHECKING:
    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox

BROKEN = "flouci-sandbox://pay?v=1&app=a&amount=1"


def sheet(*texts: str) -> bytes:
    return to_bytes(on_canvas(*(draw(text, box=3) for text in texts), size=(1280, 800)))


def test_the_owner_chooses_and_nothing_is_scanned_before(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    code, friend = open_form(sandbox, merchant_app), sandbox.new_phone()
    form, person = to_text(code), f"flouci-sandbox://wallet?v=1&phone={friend.number}"
    with pytest.raises(SeveralQrFound) as several:
        phone.scan(sheet(form, person))
    choices = {one["kind"]: one for one in several.value.details["choices"]}
    assert set(choices) == {"checkout", "person"}
    assert (choices["checkout"]["merchant"], choices["checkout"]["amount"]) == (merchant_app.name, 12_500)
    assert choices["checkout"]["description"] == "Olive oil"
    assert choices["person"]["amount"] is None
    assert phone.screen == {"name": "choose", "choices": several.value.details["choices"]}
    assert sandbox.platform.get_session(code.session)["status"] == "OPENED"
    assert phone.scan_text(choices["checkout"]["qr_text"]).amount == 12_500
    assert phone.pay().code


def test_a_code_that_says_nothing_is_no_choice(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> None:
    assert phone.scan(sheet(to_text(open_form(sandbox, merchant_app)), BROKEN)).amount == 12_500
    with pytest.raises(BrokenQr):
        phone.scan(sheet(BROKEN, f"{BROKEN}&session=!"))


def test_a_choice_is_offered_also_where_nobody_stands_behind_its_code(sandbox: Sandbox, phone: PhoneDriver) -> None:
    unknown = "flouci-sandbox://wallet?v=1&phone=29999999"
    with pytest.raises(SeveralQrFound) as several:
        phone.scan(sheet(unknown, "flouci-sandbox://pay?v=1&payment=abc"))
    assert {(one["kind"], one["merchant"]) for one in several.value.details["choices"]} == {
        ("person", None),
        ("hosted", None),
    }
