"""A payment page without JavaScript: by phone number, by card, given up, seen from two browsers, and after its end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from sandbox.contracts.cards import TEST_CARDS
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, PhoneDriver
from tests.platform.merchant_api.shop import AMOUNT, LINKS, Shop, pay, scan
from tests.racing import race
from tests.visitor import Visitor

GOOD, SECOND, BAD, V1 = TEST_CARDS
_BANK_CODE = re.compile(r'data-part="bank-code">([0-9]{6})<')


def typed(card: object = GOOD, **changes: str) -> dict[str, str]:
    shown = {"card_number": card.shown_number, "expiry": card.expiry or "01/40", "cvc": card.cvc or "123"}  # type: ignore[attr-defined]
    return {**shown, "holder": "Amina Ben Ali", **changes}


class Shopper(Visitor):
    """Somebody with a browser, on the page of one payment."""

    def __init__(self, shop: Shop, **fields: object) -> None:
        super().__init__(shop.sandbox.base_url)
        self.shop = shop
        self.id = shop.generate(accept_card=True, **fields)

    def see(self, step: str = "") -> httpx.Response:
        return self.open(f"/pay/{self.id}{step}")

    def send(self, step: str, **fields: str) -> httpx.Response:
        return self.submit(f"/pay/{self.id}/{step}", **fields)

    def leads(self, answer: httpx.Response) -> str:
        """Where an answer leads: a step of this page as its name, another address whole."""
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].removeprefix(f"/pay/{self.id}").removeprefix("/")

    def bank_code(self) -> str:
        return _BANK_CODE.findall(self.see("/code").text)[0]

    def sms_code(self, phone: PhoneDriver) -> str:
        self.shop.sandbox.control.drain()
        texts = [message["text"] for message in self.shop.sandbox.mobile.list_messages(phone.number)]
        return next(text.split("SANDBOX : ")[-1].split()[0] for text in texts if "votre code pour payer" in text)

    @property
    def back(self) -> tuple[str, str]:
        return f"{LINKS['success_link']}?payment_id={self.id}", f"{LINKS['fail_link']}?payment_id={self.id}"


def problems_of(shop: Shop) -> list[str]:
    """What is wrong with the ledger."""
    told: list[str] = shop.http.get("/_sandbox/ledger/verify").json()["problems"]
    return told


@pytest.fixture
def shopper(shop: Shop) -> Iterator[Shopper]:
    with Shopper(shop) as visitor:
        yield visitor


def test_a_phone_number_a_pin_and_the_code_of_the_sms_pay(shopper: Shopper, shop: Shop, phone: PhoneDriver) -> None:
    before = phone.balance
    assert shopper.leads(shopper.send("login", phone_number=phone.number, pin="1234")) == "code"
    assert shopper.leads(shopper.see()) == "code"
    assert shopper.leads(shopper.send("code", code=shopper.sms_code(phone))) == "result"
    assert (phone.balance, shop.app.balance) == (before - AMOUNT, AMOUNT)
    result = shop.verify(shopper.id)["result"]
    assert (result["type"], result["details"]["phone_number"]) == ("mpayment", phone.number)


def test_a_card_pays_after_its_banks_code(shopper: Shopper, shop: Shop) -> None:
    assert shopper.leads(shopper.send("card", **typed())) == "code"
    code = shopper.bank_code()
    wrong = shopper.send("code", code=f"{(int(code) + 1) % 1_000_000:06}")
    assert (wrong.status_code, "2 " in wrong.text) == (422, True)
    assert shopper.leads(shopper.send("code", code=code)) == "result"
    assert shop.app.balance == AMOUNT
    assert shop.status(shopper.id) == "SUCCESS"
    assert problems_of(shop) == []


@pytest.mark.parametrize("card", TEST_CARDS, ids=lambda card: card.number)
def test_each_test_card_does_what_is_said_of_it(shopper: Shopper, shop: Shop, card: object) -> None:
    is_good = card.is_good  # type: ignore[attr-defined]
    answer = shopper.send("card", **typed(card))
    if is_good:
        shopper.send("code", code=shopper.bank_code())
    else:
        assert shopper.leads(answer) == ""
        assert "Location" in shopper.see().headers
    success, failure = shopper.back
    shopper.http.cookies.clear()
    assert shopper.see().headers["Location"] == (success if is_good else failure)
    assert (shop.status(shopper.id), shop.app.balance) == (("SUCCESS", AMOUNT) if is_good else ("FAILURE", 0))


def test_a_refused_card_says_so_and_ends_the_payment(shopper: Shopper, phone: PhoneDriver) -> None:
    shopper.http.headers["Accept-Language"] = "en"
    shopper.send("card", **typed(BAD))
    shown = shopper.see("/result")
    assert "The bank refused this card." in shown.text
    assert shopper.leads(shopper.send("card", **typed())) == "result"


def test_whom_the_bank_does_not_believe_has_failed(shopper: Shopper, shop: Shop) -> None:
    shopper.send("card", **typed())
    wrong = f"{(int(shopper.bank_code()) + 1) % 1_000_000:06}"
    for _ in range(3):
        answer = shopper.send("code", code=wrong)
    assert shopper.leads(answer) == ""
    assert shop.status(shopper.id) == "FAILURE"
    assert (shopper.see().headers["Location"], shop.app.balance) == (shopper.back[1], 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"card_number": "4509211111111118"}, "card_number"),
        ({"card_number": "4111111111111111"}, "card_number"),
        ({"expiry": "13/26"}, "expiry"),
        ({"cvc": "1"}, "cvc"),
        ({"holder": ""}, "holder"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_stands_there_again(
    shopper: Shopper, shop: Shop, changes: dict[str, str], field: str
) -> None:
    sent = typed(**changes)
    shown = shopper.send("card", **sent)
    assert shown.status_code == 400
    assert f'id="{field}-error"' in shown.text
    assert "748" not in re.sub(r"(?s)<table.*?</table>", "", shown.text)
    assert shop.status(shopper.id) == "PENDING"


def test_cards_are_taken_only_where_the_merchant_takes_them(shop: Shop) -> None:
    with Shopper(shop) as shopper:
        shopper.id = shop.generate()
        assert "/card" not in shopper.see().text
        assert shopper.leads(shopper.see("/card")) == ""
        assert shopper.send("card", **typed()).status_code == 422
        path = f"/api/checkout/sessions/{shopper.id}/methods/card/start"
        refused = shop.http.post(path, json=typed())
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "CARDS_NOT_ACCEPTED")


def test_no_whole_number_of_a_card_is_journaled(shopper: Shopper, shop: Shop) -> None:
    shopper.send("card", **typed(card_number="4509211111111119"))
    shopper.send("card", **typed(card_number="4509 2111 1111 1118"))
    code = shopper.bank_code()
    shopper.send("code", code=code)
    shop.sandbox.control.drain()
    recorded = shop.http.get("/_sandbox/journal").text
    assert "methods/card/start" in recorded
    for secret in ("4509211111111119", "4509 2111", "4509+2111", '"748"', "cvc=748", f"code={code}", f'"{code}"'):
        assert secret not in recorded


def test_wrong_pins_and_numbers_are_told_at_the_field(shopper: Shopper, phone: PhoneDriver) -> None:
    for fields, field, status in (
        ({"phone_number": "123", "pin": "1234"}, "phone_number", 400),
        ({"phone_number": phone.number, "pin": "12"}, "pin", 400),
        ({"phone_number": phone.number, "pin": "9999"}, "pin", 403),
    ):
        shown = shopper.send("login", **fields)
        assert (shown.status_code, f'id="{field}-error"' in shown.text) == (status, True)
        assert '"9999"' not in shown.text


def test_a_form_that_did_not_come_from_the_page_is_refused(shopper: Shopper, shop: Shop) -> None:
    for step in ("login", "card", "cancel"):
        forged = shopper.http.post(f"/pay/{shopper.id}/{step}", data=typed() | {"csrf_token": "x"})
        assert forged.status_code == 400
    assert shop.status(shopper.id) == "PENDING"


def test_the_second_device_follows_and_pays_nothing(shopper: Shopper, shop: Shop, phone: PhoneDriver) -> None:
    with Visitor(shop.sandbox.base_url) as other:
        shopper.send("login", phone_number=phone.number, pin="1234")
        seen = other.open(f"/pay/{shopper.id}")
        assert (seen.status_code, 'id="code"' in seen.text) == (200, False)
        assert other.open(f"/pay/{shopper.id}/status.json").json()["state"] == "paying"
        assert other.submit(f"/pay/{shopper.id}/card", **typed()).headers["Location"] == f"/pay/{shopper.id}"
        shopper.send("code", code=shopper.sms_code(phone))
        assert other.open(f"/pay/{shopper.id}/status.json").json()["state"] == "paid"
        assert other.open(f"/pay/{shopper.id}").headers["Location"] == shopper.back[0]
    assert shop.app.balance == AMOUNT


def test_after_the_end_a_browser_is_led_back_once_and_then_shown_the_result(
    shopper: Shopper, shop: Shop, phone: PhoneDriver
) -> None:
    shopper.http.headers["Accept-Language"] = "en"
    pay(phone, shopper.id)
    assert shopper.see().headers["Location"] == shopper.back[0]
    assert shopper.leads(shopper.see()) == "result"
    shown = shopper.see("/result")
    assert "The payment went through" in shown.text
    assert shopper.back[0] in shown.text
    assert "refresh" not in shown.text
    for step, fields in (("login", {"phone_number": phone.number, "pin": "1234"}), ("card", typed())):
        assert shopper.leads(shopper.send(step, **fields)) == "result"
    assert shop.app.balance == AMOUNT


def test_a_page_whose_time_is_over_says_so(shopper: Shopper, clock: ClockDriver) -> None:
    clock.advance(seconds=1201)
    assert shopper.see("/status.json").json() == {
        "state": "expired",
        "reason": "SESSION_EXPIRED",
        "expires_in_seconds": 0,
        "clock_rate": 1.0,
    }
    assert shopper.leads(shopper.see("/card")) == "result"
    ended = shopper.see("/result")
    assert (ended.status_code, shopper.back[1] in ended.text) == (410, True)


def test_giving_up_lets_go_of_what_was_held(shopper: Shopper, shop: Shop, phone: PhoneDriver) -> None:
    before = phone.balance
    shopper.send("login", phone_number=phone.number, pin="1234")
    assert phone.balance == before - AMOUNT
    assert shopper.leads(shopper.send("cancel")) == "result"
    assert (phone.balance, shop.status(shopper.id)) == (before, "FAILURE")


def test_giving_up_at_the_banks_page_lets_go_too(shopper: Shopper, shop: Shop) -> None:
    shopper.send("card", **typed())
    assert shopper.leads(shopper.send("cancel")) == "result"
    assert shop.status(shopper.id) == "FAILURE"
    assert problems_of(shop) == []


def test_one_who_began_by_phone_number_may_pay_by_card_instead(
    shopper: Shopper, shop: Shop, phone: PhoneDriver
) -> None:
    before = phone.balance
    shopper.send("login", phone_number=phone.number, pin="1234")
    old_code = shopper.sms_code(phone)
    assert phone.balance == before - AMOUNT
    for _ in range(2):
        assert shopper.leads(shopper.send("other-way")) == ""
    assert phone.balance == before
    chosen_anew = shopper.see()
    assert (chosen_anew.status_code, "qr.png" in chosen_anew.text) == (200, True)
    assert "is-warn" not in chosen_anew.text
    assert shop.status(shopper.id) == "PENDING"
    assert shopper.leads(shopper.send("card", **typed())) == "code"
    bank_code = shopper.bank_code()
    assert shopper.send("code", code=old_code).status_code == (422 if old_code != bank_code else 303)
    shopper.send("code", code=bank_code)
    assert (shop.status(shopper.id), shop.app.balance, phone.balance) == ("SUCCESS", AMOUNT, before)
    assert shopper.leads(shopper.send("other-way")) == ""
    assert shop.app.balance == AMOUNT
    assert problems_of(shop) == []


def test_one_at_the_banks_page_may_pay_with_the_app_instead(shopper: Shopper, shop: Shop, phone: PhoneDriver) -> None:
    shopper.send("card", **typed())
    assert shopper.leads(shopper.send("other-way")) == ""
    pay(phone, shopper.id)
    assert (shop.status(shopper.id), shop.app.balance) == ("SUCCESS", AMOUNT)
    assert shop.verify(shopper.id)["result"]["type"] == "wallet"
    assert problems_of(shop) == []


def test_after_three_wrong_codes_of_the_sms_another_try_pays(shopper: Shopper, shop: Shop, phone: PhoneDriver) -> None:
    before = phone.balance
    shopper.http.headers["Accept-Language"] = "en"
    shopper.send("login", phone_number=phone.number, pin="1234")
    wrong = f"{(int(shopper.sms_code(phone)) + 1) % 1_000_000:06}"
    for _ in range(3):
        shopper.send("code", code=wrong)
    assert phone.balance == before
    assert "The last try did not work." in shopper.see().text
    assert shopper.leads(shopper.send("card", **typed())) == "code"
    shopper.send("code", code=shopper.bank_code())
    assert (shop.status(shopper.id), shop.app.balance) == ("SUCCESS", AMOUNT)


def test_the_countdown_follows_a_clock_that_is_moved(shopper: Shopper, clock: ClockDriver) -> None:
    clock.freeze()
    before = shopper.see("/status.json").json()
    assert f'data-seconds="{before["expires_in_seconds"]}" data-rate="0.0"' in shopper.see().text
    clock.advance(seconds=600)
    later = shopper.see("/status.json").json()
    assert (later["expires_in_seconds"], later["clock_rate"]) == (before["expires_in_seconds"] - 600, 0)
    clock.speed(60)
    assert shopper.see("/status.json").json()["clock_rate"] == 60


def test_the_page_speaks_the_shoppers_language_and_remembers_the_one_that_was_chosen(shopper: Shopper) -> None:
    shopper.http.headers["Accept-Language"] = "ar"
    assert '<html lang="ar" dir="rtl"' in shopper.see().text
    assert 'lang="fr"' in shopper.see("?lang=fr").text[:400]
    assert '<html lang="fr"' in shopper.see("/card").text


def test_another_device_cannot_end_what_was_begun_here(shopper: Shopper, shop: Shop, phone: PhoneDriver) -> None:
    shopper.send("login", phone_number=phone.number, pin="1234")
    with Visitor(shop.sandbox.base_url) as other:
        assert other.submit(f"/pay/{shopper.id}/other-way").status_code == 303
    assert shopper.leads(shopper.see()) == "code"
    shopper.send("code", code=shopper.sms_code(phone))
    assert shop.app.balance == AMOUNT


@pytest.mark.parametrize("round_", range(2))
def test_the_right_code_and_another_way_race_and_money_is_neither_lost_nor_stranded(
    shopper: Shopper, shop: Shop, phone: PhoneDriver, round_: int
) -> None:
    before = phone.balance
    shopper.send("login", phone_number=phone.number, pin="1234")
    form = {"csrf_token": shopper.csrf_token(), "code": shopper.sms_code(phone)}
    calls = [
        lambda step=step: shopper.http.post(f"/pay/{shopper.id}/{step}", data=form).status_code
        for step in ("code", "other-way")
    ]
    race(calls[round_:] + calls[:round_])
    shop.sandbox.control.drain()
    state = shopper.see("/status.json").json()["state"]
    assert (state, shop.app.balance, phone.balance) in {
        ("paid", AMOUNT, before - AMOUNT),
        ("waiting", 0, before),
    }
    assert problems_of(shop) == []


@pytest.mark.parametrize("round_", range(3))
def test_phone_card_and_login_race_and_one_of_them_pays(
    shopper: Shopper, shop: Shop, sandbox: Sandbox, phone: PhoneDriver, round_: int
) -> None:
    other = sandbox.new_phone()
    scan(phone, shopper.id)
    with Visitor(sandbox.base_url) as second:
        card, login = typed(), {"phone_number": other.number, "pin": "1234"}
        card["csrf_token"], login["csrf_token"] = shopper.csrf_token(), second.csrf_token()
        calls = [
            phone.pay,
            lambda: shopper.http.post(f"/pay/{shopper.id}/card", data=card).status_code,
            lambda: second.http.post(f"/pay/{shopper.id}/login", data=login).status_code,
        ]
        race(calls[round_:] + calls[:round_])
    state = shopper.see("/status.json").json()["state"]
    if shopper.see("/code").status_code == 200:
        assert shopper.leads(shopper.send("code", code=shopper.bank_code())) == "result"
        state = "paid"
    assert (state, shop.app.balance) in {("paid", AMOUNT), ("paying", 0)}
    assert problems_of(shop) == []


def test_an_unknown_page_is_told_to_be_one(shop: Shop) -> None:
    with Visitor(shop.sandbox.base_url) as shopper:
        shopper.http.headers["Accept-Language"] = "en"
        for path in ("/pay/nothing", "/pay/nothing/card", "/pay/nothing/result", "/pay/nothing/status.json"):
            answer = shopper.open(path)
            assert (answer.status_code, "There is no such payment page." in answer.text) == (404, True)


def test_the_page_may_load_the_merchants_picture_and_nothing_else(shop: Shop) -> None:
    with Shopper(shop, image_url="https://cdn.shop.example:8443/logo.png") as shopper:
        shown = shopper.see()
        policy = shown.headers["Content-Security-Policy"]
        assert "img-src 'self' data: https://cdn.shop.example:8443;" in policy
        assert "frame-ancestors 'none'" in policy
        assert shown.headers["Cache-Control"] == "no-store"
        assert "https://cdn.shop.example:8443/logo.png" in shown.text
    with Shopper(shop, image_url="https://a.example;script-src*/x.png") as shopper:
        assert "script-src 'self';" in shopper.see().headers["Content-Security-Policy"]


def test_verify_tells_of_the_card_and_the_developer_sees_its_masked_number(shopper: Shopper, shop: Shop) -> None:
    shopper.send("card", **typed(SECOND))
    shopper.send("code", code=shopper.bank_code())
    result = shop.verify(shopper.id)["result"]
    shown = {name: result["details"][name] for name in ("pan", "payment_system", "expiration", "currency", "name")}
    assert (result["type"], shown) == (
        "card",
        {
            "pan": "544021**1110",
            "payment_system": "MASTERCARD",
            "expiration": "202612",
            "currency": "788",
            "name": "Amina Ben Ali",
        },
    )
    assert result["details"]["phone_number"] is None


def test_a_card_that_holds_pays_a_part_and_gets_back_the_rest(shop: Shop) -> None:
    with Shopper(shop, pre_authorization=True) as shopper:
        shopper.send("card", **typed())
        assert shopper.leads(shopper.send("code", code=shopper.bank_code())) == "result"
        assert (shop.status(shopper.id), shop.app.balance) == ("PREAUTH_SUCCESS", 0)
        shopper.http.headers["Accept-Language"] = "en"
        assert "The amount is held" in shopper.see("/result").text
        shop.post("confirm_payment", {"payment_id": shopper.id, "amount": 8_500})
        assert (shop.status(shopper.id), shop.app.balance) == ("SUCCESS", 8_500)
        assert shop.verify(shopper.id)["result"]["type"] == "card"
        shop.post("refund_payment", {"payment_id": shopper.id})
        assert shop.app.balance == 0
    assert problems_of(shop) == []


def test_the_card_of_a_named_shopper_is_kept_once(shop: Shop) -> None:
    for _ in range(2):
        with Shopper(shop, client_id="client-7") as shopper:
            shopper.send("card", **typed())
            shopper.send("code", code=shopper.bank_code())
    (kept,) = shop.get("bindings/list", client_id="client-7").json()["result"]["bindings"]
    assert (kept["card_last_four"], kept["card_brand"], kept["client_id"]) == ("1119", "VISA", "client-7")
