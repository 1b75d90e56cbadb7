"""A shop names its shoppers; whose card the bank believed is kept, masked, for the same shop and shopper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from sandbox.contracts.cards import TEST_CARDS
from sandbox.testing.merchant_server import MerchantServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.contracts.cards import TestCard
    from sandbox.contracts.transport import Answer
    from sandbox.testing.drivers import PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.steps import Steps
    from scenarios.bindings.conftest import CardHolder

PRICE = 12_500
VISA, MASTERCARD, REFUSED, _ = TEST_CARDS


def charge(server: MerchantServer, client_id: str, **fields: Any) -> Answer:
    """The newest card that this shopper has kept is to pay, while nobody is at the page."""
    bindings = server.call("GET", f"bindings/list?client_id={client_id}").json()["result"]["bindings"]
    links = {"success_link": "https://shop.example/", "fail_link": "https://shop.example/"}
    card = {"binding_id": bindings[-1]["binding_id"], "client_id": client_id, "cvc": VISA.cvc}
    return server.call("POST", "generate_payment", {"amount": PRICE, **links, **card, **fields})


def kept(server: MerchantServer, client_id: str) -> list[tuple[str, str]]:
    """Brand and last digits of the cards that this shopper has kept; no more of a number is told."""
    answer = server.call("GET", f"bindings/list?client_id={client_id}")
    assert (answer.status, answer.json()["status"], answer.json()["result"]["success"]) == (200, "success", True)
    bindings = answer.json()["result"]["bindings"]
    assert all((each["client_id"], each["status"]) == (client_id, "active") for each in bindings)
    assert len({each["binding_id"] for each in bindings}) == len(bindings)
    return sorted((each["card_brand"], each["card_last_four"]) for each in bindings)


def pay(server: MerchantServer, holder: CardHolder, card: TestCard, **fields: Any) -> str:
    payment_id = server.generate(PRICE, accept_card=True, **fields)
    holder.type_card(payment_id, card)
    holder.type_bank_code(payment_id)
    return payment_id


def test_a_card_that_paid_in_the_browser_is_kept(server: MerchantServer, page: Page, step: Steps) -> None:
    payment_id = server.generate(PRICE, accept_card=True, client_id="amina")
    with step("The shopper chooses the card on the payment page and types it in"):
        page.goto(f"{server.sandbox.base_url}/pay/{payment_id}?lang=en")
        page.get_by_role("link", name="Card", exact=True).click()
        typed = {"card_number": VISA.number, "expiry": VISA.expiry, "cvc": VISA.cvc, "holder": "Amina"}
        for name, value in typed.items():
            page.locator(f"#{name}").fill(value or "")
        page.keyboard.press("Enter")
    with step("The bank's page shows its code; until it is typed no card is kept"):
        shown = page.locator("[data-part=bank-code]")
        expect(shown).to_be_visible(timeout=20_000)
        assert kept(server, "amina") == [], "the bank has not believed it yet"
    with step("The code is typed, and the browser is led back to the shop"):
        page.locator("#code").fill(shown.inner_text())
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/shop/?paid=1?payment_id={payment_id}")
    with step("The card has paid and is kept, masked"):
        told = server.verify(payment_id)
        assert (told["status"], told["type"], told["details"]["pan"]) == ("SUCCESS", "card", "450921**1119")
        assert (kept(server, "amina"), server.app.balance) == ([("VISA", "1119")], PRICE)


def test_each_card_is_kept_once_however_often_it_pays(server: MerchantServer, holder: CardHolder, step: Steps) -> None:
    with step("Two cards pay, one of them twice"):
        for card in (VISA, MASTERCARD, VISA):
            pay(server, holder, card, client_id="amina")
    with step("Two cards are kept"):
        assert kept(server, "amina") == [("MASTERCARD", "1110"), ("VISA", "1119")]
        assert server.app.balance == 3 * PRICE


def test_cards_are_their_shoppers_and_their_shops(
    server: MerchantServer, holder: CardHolder, sandbox: Sandbox, step: Steps
) -> None:
    """Cards are their shopper's and their shop's."""
    with step("Two shoppers pay by card at one shop"):
        pay(server, holder, VISA, client_id="amina")
        pay(server, holder, MASTERCARD, client_id="bilel")
    with step("Each finds the own card only, and another shop finds none"):
        other = MerchantServer(sandbox, sandbox.new_merchant())
        assert (kept(server, "amina"), kept(server, "bilel")) == ([("VISA", "1119")], [("MASTERCARD", "1110")])
        assert (kept(server, "nobody"), kept(other, "amina")) == ([], [])
        assert (server.app.balance, other.app.balance) == (2 * PRICE, 0)


def test_a_shop_that_names_nobody_keeps_no_card(server: MerchantServer, holder: CardHolder, step: Steps) -> None:
    with step("A card pays at a shop that does not say who the shopper is"):
        paid = pay(server, holder, VISA)
        assert (server.status(paid), server.app.balance) == ("SUCCESS", PRICE)
    with step("No card is kept"):
        assert kept(server, "amina") == []
        assert server.call("GET", "bindings/list").status == 400


def test_a_card_that_the_bank_refuses_is_not_kept(server: MerchantServer, holder: CardHolder, step: Steps) -> None:
    with step("The shopper types a card that the bank refuses"):
        refused = server.generate(PRICE, accept_card=True, client_id="amina")
        holder.type_card(refused, REFUSED)
    with step("Nothing is paid and nothing kept"):
        assert (server.status(refused), kept(server, "amina"), server.app.balance) == ("FAILURE", [], 0)


def test_a_card_whose_code_was_wrong_three_times_is_not_kept(
    server: MerchantServer, holder: CardHolder, step: Steps
) -> None:
    with step("The shopper types the card"):
        refused = server.generate(PRICE, accept_card=True, client_id="amina")
        holder.type_card(refused, VISA)
    with step("The bank's code is typed wrong three times"):
        for _ in range(3):
            holder.type_bank_code(refused, wrong=True)
    with step("Nothing is paid and nothing kept"):
        assert (server.status(refused), kept(server, "amina"), server.app.balance) == ("FAILURE", [], 0)


def test_a_shopper_who_pays_with_the_phone_keeps_no_card(
    server: MerchantServer, phone: PhoneDriver, step: Steps
) -> None:
    with step("The shopper pays with the phone"):
        paid = server.sell(phone, PRICE, accept_card=True, client_id="amina")
    with step("It is paid, and no card is kept"):
        assert (server.status(paid), kept(server, "amina"), server.app.balance) == ("SUCCESS", [], PRICE)


def test_a_kept_card_pays_next_months_subscription_by_itself(
    server: MerchantServer, holder: CardHolder, step: Steps
) -> None:
    """A kept card pays next month's subscription by itself."""
    with step("The shopper pays by card for the first month"):
        pay(server, holder, VISA, client_id="amina")
    with step("The next month the kept card is charged while nobody is at the page"):
        answer = charge(server, "amina", developer_tracking_id="month 2")
        assert (answer.status, answer.json()["result"]["success"]) == (200, True)
    with step("It is paid by the same card, which is kept once"):
        told = server.verify(answer.json()["result"]["payment_id"])
        assert (told["status"], told["type"], told["details"]["pan"]) == ("SUCCESS", "card", "450921**1119")
        assert (kept(server, "amina"), server.app.balance) == ([("VISA", "1119")], 2 * PRICE)


def test_a_kept_card_pays_only_its_shoppers_shop_and_only_with_its_code(
    server: MerchantServer, holder: CardHolder, sandbox: Sandbox, step: Steps
) -> None:
    """A kept card pays only in its shopper's shop, and only with its code."""
    with step("A shopper's card is kept at one shop, another card at another"):
        pay(server, holder, VISA, client_id="amina")
        other = MerchantServer(sandbox, sandbox.new_merchant())
        (binding,) = server.call("GET", "bindings/list?client_id=amina").json()["result"]["bindings"]
        pay(other, holder, MASTERCARD, client_id="amina")
    with step("The other shop cannot use the first one's card"):
        assert charge(other, "amina", binding_id=binding["binding_id"]).status == 400
    with step("Without the card's own code it pays nothing"):
        assert charge(server, "amina", cvc=None).status == 400
        wrong = charge(server, "amina", cvc="000")
        assert (wrong.status, wrong.json()["result"]["error"]) == (412, "SMT operation failed.")
    with step("No money has moved but the first payments'"):
        assert (server.app.balance, other.app.balance) == (PRICE, PRICE)
