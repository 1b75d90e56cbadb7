"""The old shop sells, and delivers what was paid and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from sandbox.contracts.qr_payload import HostedCode, to_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.merchant_server import MerchantServer
    from sandbox.testing.steps import Steps
    from scenarios.v1_shop.conftest import OldShop

PRICE = 12_500
HAD = 500_000
"""What the shopper's phone has at first."""


def scan(phone: PhoneDriver, payment_id: str) -> None:
    phone.scan_text(to_text(HostedCode(payment_id)))


def pay(phone: PhoneDriver, payment_id: str) -> None:
    scan(phone, payment_id)
    phone.pay()


def address_back(shop: OldShop, payment_id: str) -> str:
    """Where the payment page leads the browser."""
    shop.sandbox.control.drain()
    answer = shop.sandbox.transport.send("GET", f"/pay/{payment_id}", b"", {})
    assert answer.status == 303
    return answer.headers["location"]


def told(shop: OldShop, payment_id: str) -> dict[str, Any]:
    """The result of verify_payment, whose envelope is that of v1."""
    answer = shop.verify(payment_id)
    body = answer.json()
    assert (answer.status, body["success"], body["code"], body["version"]) == (200, True, 0, "v1")
    result: dict[str, Any] = body["result"]
    return result


def test_a_shopper_buys_and_is_told_that_the_order_is_paid(
    old_shop: OldShop, phone: PhoneDriver, page: Page, step: Steps
) -> None:
    with step("The shopper buys, and the shop sends the browser to the payment page"):
        page.goto(f"{old_shop.url}/buy?order=7")
    with step("The phone photographs the page and pays"):
        scan_of = phone.scan(page)
        assert (scan_of.merchant, scan_of.amount) == (old_shop.app.name, PRICE)
        phone.pay()
    with step("Back in the shop, the shopper reads that the order is paid"):
        expect(page.get_by_role("heading", name="Order 7 is paid")).to_be_visible(timeout=20_000)
        assert "/back?order=7&paid=yes?payment_id=" in page.url
    with step("The money has moved, and the order is delivered once"):
        assert (phone.balance, old_shop.app.balance, old_shop.paid) == (HAD - PRICE, PRICE, ["7"])


@pytest.mark.parametrize(
    ("way", "amount", "millimes"),
    [
        ({"path": "wordpress", "kind": "form"}, "12500", 12_500),
        ({"path": "", "kind": "form"}, "12500.0", 12_500),
        ({"path": "", "kind": "json"}, "12500", 12_500),
        ({"path": "wordpress", "kind": "json"}, 12_500, 12_500),
        ({"path": "", "kind": "json"}, 64.1 * 1000, 64_100),
    ],
    ids=["the WordPress form", "a form with a point", "a text in JSON", "a number in JSON", "a product of floats"],
)
def test_amounts_are_read_as_old_programs_send_them(
    old_shop: OldShop, phone: PhoneDriver, way: dict[str, str], amount: Any, millimes: int, step: Steps
) -> None:
    with step("The shop asks for a payment as an old program does"):
        made = old_shop.generate(old_shop.fields_of("7", amount), **way).json()
        assert (made["code"], made["version"], made["result"]["success"]) == (0, "v1", True)
        payment_id = made["result"]["payment_id"]
        assert (told(old_shop, payment_id)["status"], made["result"]["developer_tracking_id"]) == ("PENDING", "7")
    with step("The shopper pays"):
        pay(phone, payment_id)
    with step("The amount that moved is the one that was meant"):
        result = told(old_shop, payment_id)
        assert (result["status"], result["type"], result["amount"]) == ("SUCCESS", "wallet", millimes)
        assert (phone.balance, old_shop.app.balance) == (HAD - millimes, millimes)


@pytest.mark.parametrize(
    "amount",
    ["12.5", "12,500 DT", "-12500", "0", ""],
    ids=["a part of a millime", "with a currency", "below zero", "zero", "nothing"],
)
def test_an_amount_that_is_none_makes_no_payment(old_shop: OldShop, amount: str, step: Steps) -> None:
    with step("The shop asks for a payment of no amount"):
        answer = old_shop.generate(old_shop.fields_of("7", amount))
    with step("It is refused, and the hint names the amount"):
        assert (answer.status, answer.json()["code"], answer.json()["result"]["success"]) == (400, 1, False)
        assert "amount" in answer.headers["sandbox-hint"]


def test_the_id_is_put_behind_the_link_blindly(old_shop: OldShop, phone: PhoneDriver, step: Steps) -> None:
    """The id is put behind the link blindly: with a second question mark where there is one, as the real service does."""
    with step("The shop asks for two payments: one link has a query, the other has none"):
        with_query = old_shop.ask()
        bare = {**old_shop.fields_of("8", "12500"), "success_link": f"{old_shop.url}/back"}
        without = old_shop.generate(bare).json()["result"]["payment_id"]
    with step("The shopper pays both"):
        for each in (with_query, without):
            pay(phone, each)
    with step("The browser is led back to each link, with the id behind it"):
        assert address_back(old_shop, with_query) == f"{old_shop.url}/back?order=7&paid=yes?payment_id={with_query}"
        assert address_back(old_shop, without) == f"{old_shop.url}/back?payment_id={without}"
        assert (phone.balance, old_shop.app.balance) == (HAD - 2 * PRICE, 2 * PRICE)


def test_who_refuses_comes_back_and_the_order_is_not_delivered(
    old_shop: OldShop, phone: PhoneDriver, step: Steps
) -> None:
    with step("The shopper refuses on the phone"):
        payment_id = old_shop.ask()
        scan(phone, payment_id)
        phone.refuse()
    with step("The browser is led back to the shop, which says that nothing is paid"):
        back = address_back(old_shop, payment_id)
        assert back == f"{old_shop.url}/back?order=7&paid=no?payment_id={payment_id}"
        assert old_shop.come_back(back.partition("?")[2]) == "Order 7 is not paid"
    with step("No money has moved, and nothing is delivered"):
        assert told(old_shop, payment_id)["status"] == "FAILURE"
        assert (phone.balance, old_shop.app.balance, old_shop.paid) == (HAD, 0, [])


def test_a_page_that_nobody_paid_expires(
    old_shop: OldShop, phone: PhoneDriver, clock: ClockDriver, step: Steps
) -> None:
    with step("Nobody pays for twenty minutes"):
        payment_id = old_shop.ask()
        clock.advance(seconds=1201)
    with step("The payment has expired, and the shop delivers nothing"):
        assert told(old_shop, payment_id)["status"] == "EXPIRED"
        assert old_shop.come_back(f"order=7&paid=yes?payment_id={payment_id}") == "Order 7 is not paid"
        assert (phone.balance, old_shop.app.balance, old_shop.paid) == (HAD, 0, [])


def test_who_comes_back_with_the_payment_of_another_order_gets_nothing(
    old_shop: OldShop, phone: PhoneDriver, step: Steps
) -> None:
    with step("The shopper pays a cheap order"):
        cheap = old_shop.ask("8", "1000")
        pay(phone, cheap)
    with step("Coming back with its payment for a dear order, or with an invented one, is not believed"):
        assert old_shop.come_back(f"order=7&paid=yes?payment_id={cheap}") == "Order 7 is not paid"
        assert old_shop.come_back("order=7&paid=yes?payment_id=invented") == "Order 7 is not paid"
    with step("Nothing is delivered"):
        assert (old_shop.app.balance, old_shop.paid) == (1_000, [])


def test_without_the_right_secret_nothing_is_told_and_nothing_is_made(
    old_shop: OldShop, phone: PhoneDriver, sandbox: Sandbox, merchant_app: MerchantApp, step: Steps
) -> None:
    with step("The shopper pays"):
        payment_id = old_shop.ask()
        pay(phone, payment_id)
    with step("Without the right secret nobody is told of the payment"):
        for wrong in ({}, {"apppublic": merchant_app.public_token, "appsecret": merchant_app.public_token}):
            answer = sandbox.transport.send("GET", f"/api/verify_payment/{payment_id}", b"", wrong)
            assert (answer.status, answer.json()["success"]) == (403, False)
            assert "SUCCESS" not in str(answer.json())
    with step("Nor is a new one made"):
        answer = old_shop.generate({**old_shop.fields_of("7", "12500"), "app_secret": merchant_app.public_token})
        assert (answer.status, answer.json()["result"]["success"]) == (403, False)
        assert old_shop.app.balance == PRICE


def test_a_shop_that_goes_over_to_v2_finds_its_old_payments(
    old_shop: OldShop, server: MerchantServer, phone: PhoneDriver, step: Steps
) -> None:
    with step("A payment is made through v1"):
        payment_id = old_shop.ask()
        pay(phone, payment_id)
    with step("v2 knows it"):
        assert (server.status(payment_id), server.app.balance) == ("SUCCESS", PRICE)
    with step("v2 gives the money back"):
        answer = server.call("POST", "refund_payment", {"payment_id": payment_id})
        assert answer.json()["result"]["amount"] == str(PRICE)
        assert (phone.balance, old_shop.app.balance) == (HAD, 0)
