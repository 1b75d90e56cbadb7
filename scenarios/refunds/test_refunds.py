"""A shop takes goods back: what the shopper gets, the merchant loses, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.testing.merchant_server import MerchantServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import ClockDriver, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.steps import Steps

PRICE = 12_500
HAD = 500_000
"""What the shopper's phone has at first."""


@pytest.fixture
def sold(server: MerchantServer, phone: PhoneDriver, step: Steps) -> str:
    """The id of a payment that the shopper has made."""
    with step("The shopper buys for 12.500 DT"):
        payment_id = server.sell(phone, PRICE)
        assert money(server, phone) == (HAD - PRICE, PRICE)
    return payment_id


def money(server: MerchantServer, phone: PhoneDriver) -> tuple[int, int]:
    """What the shopper can spend, and what the merchant has."""
    return phone.balance, server.app.balance


def refunded(server: MerchantServer, payment_id: str) -> str:
    """All that was left has gone back; how much that was, as the answer says it."""
    answer = server.call("POST", "refund_payment", {"payment_id": payment_id})
    assert (answer.status, answer.json()["status"]) == (200, "success"), answer.json()
    return str(answer.json()["result"]["amount"])


def refused(server: MerchantServer, payment_id: str) -> None:
    """In the documented words, with HTTP 200 as the real service answers."""
    answer = server.call("POST", "refund_payment", {"payment_id": payment_id})
    said = {"status": "error", "message": "Payment cannot be refunded", "code": "REFUND_NOT_ALLOWED"}
    assert (answer.status, answer.json()) == (200, said)


def test_all_of_it_goes_back_once(server: MerchantServer, phone: PhoneDriver, sold: str, step: Steps) -> None:
    with step("The merchant gives all of it back"):
        assert refunded(server, sold) == str(PRICE)
        assert money(server, phone) == (HAD, 0)
    with step("Asked a second time, the refund is refused and nothing moves"):
        refused(server, sold)
        assert money(server, phone) == (HAD, 0)
        assert server.status(sold) == "SUCCESS", "it was paid, whatever became of the money"


def test_parts_go_back_and_then_the_rest(server: MerchantServer, phone: PhoneDriver, sold: str, step: Steps) -> None:
    with step("Two parts go back"):
        for key, part, left in (("first", 3_000, PRICE - 3_000), ("second", 2_000, PRICE - 5_000)):
            assert server.give_back_part(sold, part, key=key).status == 201
            assert money(server, phone) == (HAD - left, left)
    with step("The rest goes back, and after it nothing more"):
        assert refunded(server, sold) == "7500"
        assert money(server, phone) == (HAD, 0)
        refused(server, sold)


def test_a_part_that_is_asked_for_twice_with_one_key_goes_back_once(
    server: MerchantServer, phone: PhoneDriver, sold: str, step: Steps
) -> None:
    """A part that is asked for twice with one key, as a program does that got no answer, goes back once."""
    with step("A part is asked for twice with the same key"):
        first, again = (server.give_back_part(sold, 3_000, key="order 7") for _ in range(2))
    with step("Both answers name one refund, and the part went back once"):
        assert (first.status, again.json()["id"]) == (201, first.json()["id"])
        assert money(server, phone) == (HAD - PRICE + 3_000, PRICE - 3_000)


def test_more_than_is_left_is_refused(server: MerchantServer, phone: PhoneDriver, sold: str, step: Steps) -> None:
    with step("Most of it goes back"):
        server.give_back_part(sold, 10_000, key="most")
    with step("More than is left is refused, and nothing moves"):
        answer = server.give_back_part(sold, 2_501, key="too much")
        assert answer.json()["error"]["code"] == "REFUND_TOO_LARGE"
        assert money(server, phone) == (HAD - 2_500, 2_500)


def test_days_after_the_page_has_expired_the_money_still_goes_back(
    server: MerchantServer, phone: PhoneDriver, sold: str, clock: ClockDriver, step: Steps
) -> None:
    with step("Twenty days go by"):
        clock.advance(days=20)
    with step("The money goes back as on the first day"):
        assert refunded(server, sold) == str(PRICE)
        assert money(server, phone) == (HAD, 0)


def test_what_was_never_paid_cannot_go_back(
    server: MerchantServer, phone: PhoneDriver, clock: ClockDriver, step: Steps
) -> None:
    with step("A refund of a payment that nobody has paid is refused"):
        unpaid = server.generate(PRICE)
        refused(server, unpaid)
    with step("So it is once the payment has expired"):
        clock.advance(seconds=1201)
        assert server.status(unpaid) == "EXPIRED"
        refused(server, unpaid)
        assert money(server, phone) == (HAD, 0)


def test_what_is_only_held_cannot_go_back_before_it_is_taken(
    server: MerchantServer, phone: PhoneDriver, step: Steps
) -> None:
    with step("A deposit is held; giving it back as a refund is refused"):
        held = server.sell(phone, PRICE, pre_authorization=True)
        refused(server, held)
        assert money(server, phone) == (HAD - PRICE, 0)
    with step("4 DT of it are taken, and those go back"):
        server.call("POST", "confirm_payment", {"payment_id": held, "amount": 4_000})
        assert refunded(server, held) == "4000"
        assert money(server, phone) == (HAD, 0)


def test_a_merchant_who_has_spent_the_money_cannot_give_it_back(
    sandbox: Sandbox, server: MerchantServer, phone: PhoneDriver, sold: str, step: Steps
) -> None:
    with step("The merchant spends a part of the money"):
        till = sandbox.phone(server.app.wallet_phone)
        till.send(sandbox.new_phone(), 1_000)
    with step("The refund is refused, and nothing moves"):
        refused(server, sold)
        assert money(server, phone) == (HAD - PRICE, PRICE - 1_000)


def test_another_merchant_cannot_give_it_back(
    sandbox: Sandbox, server: MerchantServer, phone: PhoneDriver, sold: str, step: Steps
) -> None:
    with step("Another merchant asks for the refund"):
        stranger = MerchantServer(sandbox, sandbox.new_merchant())
        answer = stranger.call("POST", "refund_payment", {"payment_id": sold})
    with step("To that merchant the payment does not exist, and nothing moves"):
        assert (answer.status, answer.json()["code"]) == (404, "PAYMENT_NOT_FOUND")
        assert money(server, phone) == (HAD - PRICE, PRICE)


def test_of_two_refunds_that_race_one_gives_the_money_back(
    server: MerchantServer, phone: PhoneDriver, sold: str, step: Steps
) -> None:
    start = Barrier(2, timeout=30)

    def ask(_: int) -> str:
        start.wait()
        return str(server.call("POST", "refund_payment", {"payment_id": sold}).json()["status"])

    with step("Two servers of the shop ask for the refund at the same moment"), ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(ask, range(2)))
    with step("One of them is refused, and the money went back once"):
        assert answers == ["error", "success"]
        assert money(server, phone) == (HAD, 0)


def test_the_merchant_gives_a_part_back_at_the_orders_page(
    server: MerchantServer, phone: PhoneDriver, sold: str, page: Page, step: Steps
) -> None:
    """The merchant gives a part back at the order's page."""
    base, app = server.sandbox.base_url, server.app
    with step("The merchant logs in"):
        page.goto(f"{base}/login?lang=en")
        page.locator("[name=email]").fill(app.email)
        page.locator("[name=password]").fill(app.password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
    with step("On the order's page 4.250 DT are given back"):
        page.goto(f"{base}/orders/{sold}?lang=en")
        page.get_by_label("Amount (DT)").fill("4.250")
        page.get_by_role("button", name="Give the money back").click()
        expect(page.get_by_text("The money went back to the payer.")).to_be_visible(timeout=20_000)
    with step("The shopper has them"):
        assert money(server, phone) == (HAD - PRICE + 4_250, PRICE - 4_250)
    with step("The rest goes back by the API"):
        assert refunded(server, sold) == "8250"
        assert money(server, phone) == (HAD, 0)
