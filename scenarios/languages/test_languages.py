"""French, Arabic and English from the first page to the last SMS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.contracts.mobile import NewPhone
from sandbox.testing.merchant_server import MerchantServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.developer import Developer
    from sandbox.testing.drivers import InboxDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper
    from sandbox.testing.steps import Steps

PASSWORD = "une phrase assez longue"
LEFT_OVER = {
    "fr": r"\b(the|your|and|with|password|log in|amount|wallet)\b",
    "ar": r"\b(the|your|and|with|password|log in|amount|wallet|votre|avec|mot de passe|montant)\b",
    "en": r"\b(votre|avec|mot de passe|montant|portefeuille)\b",
}
"""Words that no page in this language has: what was forgotten would have some of them."""


@dataclass(frozen=True)
class Tongue:
    """How a language looks on pages, in mails and in SMS."""

    code: str
    direction: str
    currency: str
    sms: str


TONGUES = [
    Tongue("fr", "ltr", "DT", "code"),
    Tongue("ar", "rtl", "د.ت", "رمز"),
    Tongue("en", "ltr", "DT", "code"),
]


@pytest.fixture(params=TONGUES, ids=lambda tongue: tongue.code)
def tongue(request: pytest.FixtureRequest) -> Tongue:
    found: Tongue = request.param
    return found


def require_language(page: Page, tongue: Tongue) -> None:
    """The page says its language, runs in its direction, and speaks no other one where people read."""
    expect(page.locator("html")).to_have_attribute("lang", tongue.code)
    assert page.evaluate("getComputedStyle(document.body).direction") == tongue.direction
    words = page.locator("main").first.evaluate(READ)
    assert words.strip()
    found = re.findall(LEFT_OVER[tongue.code], words, re.IGNORECASE)
    assert not found, f"{page.url} has {found} in {tongue.code}:\n{words}"


READ = """main => {
    const copy = main.cloneNode(true);
    copy.querySelectorAll('code, pre, bdi, input, option, script, style').forEach(each => each.remove());
    return copy.innerText;
}"""
"""What people read in a page; names, keys and code are in no language."""


def test_a_developer_comes_all_the_way_in_their_language(
    sandbox: Sandbox, developer: Developer, inbox: InboxDriver, tongue: Tongue, step: Steps
) -> None:
    page, email = developer.page, f"speaks-{tongue.code}@example.com"
    number = f"5377000{TONGUES.index(tongue)}"
    with step("The form of registration"):
        developer.go(f"/register?lang={tongue.code}")
        require_language(page, tongue)
        developer.send(name="Nour", email=email, password=PASSWORD)
        require_language(page, tongue)
    with step("The mail"):
        sandbox.control.drain()
        mail = inbox.wait_for(to=email)
        assert not re.findall(
            LEFT_OVER[tongue.code], f"{mail.subject} {mail.text}".replace(mail.links[0], ""), re.IGNORECASE
        )
        page.goto(mail.links[0])
        require_language(page, tongue)
    with step("The login and the dashboard"):
        developer.log_in_as(email, PASSWORD)
        require_language(page, tongue)
    with step("An app and the SMS that links its wallet"):
        wallet = NewPhone(phone_number=number, name="Nour", trade_name="نور Nour", language=tongue.code)
        sandbox.mobile.add_phone(wallet)
        developer.go("/apps/new")
        require_language(page, tongue)
        developer.send(name="نور Nour", phone_number=number)
        require_language(page, tongue)
        phone = sandbox.phone(number)
        assert tongue.sms in phone.messages()[0]["text"]
        developer.send(code=phone.wait_for_code())
        require_language(page, tongue)
    with step("Settings, orders, activity and the documentation"):
        for path in ("/settings", "/orders", "/settings/activity", "/settings/api-keys", "/docs"):
            developer.go(path)
            require_language(page, tongue)


def test_a_shopper_pays_the_form_in_the_shops_language(
    phone: PhoneDriver, page: Page, shopper: Shopper, shop_url: str, tongue: Tongue, step: Steps
) -> None:
    """A shopper pays the form in the shop's language."""
    with step("The shop opens its form"):
        page.goto(f"{shop_url}?lang={tongue.code}")
        shopper.open_form()
        assert shopper.dialog.evaluate("element => getComputedStyle(element).direction") == tongue.direction
        expect(shopper.part("amount")).to_contain_text("12.500")
        expect(shopper.part("amount")).to_contain_text(tongue.currency)
    with step("A wrong code is told in it"):
        phone.scan(page)
        code = phone.pay().code or ""
        shopper.wait_for_state("prepared")
        shopper.type_code("000001" if code != "000001" else "000002")
        expect(shopper.part("error")).to_contain_text("2")
        words = shopper.part("error").inner_text()
        assert not re.findall(LEFT_OVER[tongue.code], words, re.IGNORECASE), words
    with step("The right one leads on"), page.expect_navigation():
        shopper.type_code(code)
    with step("The shop's page of thanks"):
        expect(page.locator("html")).to_have_attribute("lang", tongue.code)


def test_a_shopper_pays_the_payment_page_and_hears_of_it_by_sms(
    sandbox: Sandbox, merchant_app: MerchantApp, page: Page, tongue: Tongue, step: Steps
) -> None:
    """A shopper pays the payment page and hears of it by SMS."""
    number = f"2377000{TONGUES.index(tongue)}"
    sandbox.mobile.add_phone(NewPhone(phone_number=number, name="Sami", balance=50_000, language=tongue.code))
    phone = sandbox.phone(number)
    with step("The payment page"):
        payment_id = MerchantServer(sandbox, merchant_app).generate(accept_card=True)
        page.goto(f"{sandbox.base_url}/pay/{payment_id}?lang={tongue.code}")
        require_language(page, tongue)
        expect(page.locator("main").first).to_contain_text("12.500")
        expect(page.locator("main").first).to_contain_text(tongue.currency)
    with step("The phone scans and pays"):
        assert phone.scan(page).amount == 12_500
        phone.pay()
        page.wait_for_url("**/shop/**")
    with step("The SMS tells it in the language of whoever has the phone"):
        sandbox.control.drain()
        text = phone.messages(contains="12.500")[0]["text"]
        assert not re.findall(LEFT_OVER[tongue.code], text, re.IGNORECASE), text
        assert bool(re.search(r"[\u0600-\u06ff]", text)) == (tongue.code == "ar")
