"""A rental desk holds a deposit; at each step the money is where it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import ClockDriver, PhoneDriver
    from sandbox.testing.merchant_server import MerchantServer
    from sandbox.testing.steps import Steps

DEPOSIT = 90_000
HAD = 500_000
"""What the shopper's phone has at first."""


@pytest.fixture
def held(server: MerchantServer, phone: PhoneDriver, step: Steps) -> str:
    """The id of a deposit that the shopper has agreed to."""
    with step("The shopper agrees to a deposit of 90 DT"):
        return server.sell(phone, DEPOSIT, pre_authorization=True)


def money(server: MerchantServer, phone: PhoneDriver) -> tuple[int, int]:
    """What the shopper can spend, and what the merchant has."""
    return phone.balance, server.app.balance


def done(server: MerchantServer, operation: str, **fields: Any) -> dict[str, Any]:
    answer = server.call("POST", f"{operation}_payment", fields)
    assert (answer.status, answer.json()["status"]) == (200, "success"), answer.json()
    result: dict[str, Any] = answer.json()["result"]
    return result


def refused(server: MerchantServer, operation: str, **fields: Any) -> str:
    """The hint of the refusal."""
    answer = server.call("POST", f"{operation}_payment", fields)
    assert answer.json()["code"] == f"{operation.upper()}_NOT_ALLOWED", answer.json()
    return answer.headers["sandbox-hint"]


def test_the_deposit_is_held_and_taken_whole(
    server: MerchantServer, phone: PhoneDriver, held: str, step: Steps
) -> None:
    with step("The money is held: the shopper cannot spend it, the merchant does not have it"):
        assert money(server, phone) == (HAD - DEPOSIT, 0)
        assert server.status(held) == "PREAUTH_SUCCESS"
    with step("The merchant takes all of it"):
        result = done(server, "confirm", payment_id=held)
        assert (result["status"], result["amount"]) == ("confirmed", str(DEPOSIT))
    with step("The merchant has the money, and the payment is complete"):
        assert money(server, phone) == (HAD - DEPOSIT, DEPOSIT)
        assert server.status(held) == "SUCCESS"


def test_a_part_is_taken_and_the_rest_is_the_shoppers_again(
    server: MerchantServer, phone: PhoneDriver, held: str, step: Steps
) -> None:
    """A part is taken, and the rest is the shopper's again."""
    with step("The merchant takes 35.500 DT"):
        assert done(server, "confirm", payment_id=held, amount=35_500)["amount"] == "35500"
    with step("The rest is the shopper's again"):
        assert money(server, phone) == (HAD - 35_500, 35_500)
        told = server.verify(held)
        assert (told["status"], told["amount"]) == ("SUCCESS", 35_500)


def test_more_than_is_held_is_refused_and_all_of_it_can_still_be_taken(
    server: MerchantServer, phone: PhoneDriver, held: str, step: Steps
) -> None:
    with step("More than is held is refused with the sum that is held, and nothing moves"):
        assert str(DEPOSIT) in refused(server, "confirm", payment_id=held, amount=DEPOSIT + 1)
        assert money(server, phone) == (HAD - DEPOSIT, 0)
        assert server.status(held) == "PREAUTH_SUCCESS"
    with step("All of it can still be taken"):
        done(server, "confirm", payment_id=held, amount=DEPOSIT)
        assert money(server, phone) == (HAD - DEPOSIT, DEPOSIT)


def test_what_was_taken_is_neither_taken_again_nor_given_up(
    server: MerchantServer, phone: PhoneDriver, held: str, step: Steps
) -> None:
    with step("The merchant takes 10 DT"):
        done(server, "confirm", payment_id=held, amount=10_000)
    with step("Neither a second taking nor a giving up is allowed, and nothing moves"):
        refused(server, "confirm", payment_id=held, amount=10_000)
        refused(server, "cancel", payment_id=held)
        assert money(server, phone) == (HAD - 10_000, 10_000)


def test_the_merchant_gives_the_deposit_up(server: MerchantServer, phone: PhoneDriver, held: str, step: Steps) -> None:
    with step("The merchant gives the deposit up, and the shopper has the money again"):
        assert done(server, "cancel", payment_id=held)["status"] == "cancelled"
        assert money(server, phone) == (HAD, 0)
    with step("It cannot be taken any more"):
        refused(server, "confirm", payment_id=held)
        assert (money(server, phone), server.status(held)) == ((HAD, 0), "FAILURE")


def test_a_deposit_that_nobody_takes_expires(
    server: MerchantServer, phone: PhoneDriver, held: str, clock: ClockDriver, step: Steps
) -> None:
    with step("For six days the money stays held"):
        clock.advance(days=6)
        assert (money(server, phone), server.status(held)) == ((HAD - DEPOSIT, 0), "PREAUTH_SUCCESS")
    with step("On the seventh it is the shopper's again"):
        clock.advance(days=1, seconds=60)
        assert (money(server, phone), server.status(held)) == ((HAD, 0), "EXPIRED")
    with step("It cannot be taken any more"):
        refused(server, "confirm", payment_id=held)
        assert money(server, phone) == (HAD, 0)


def test_what_nobody_has_agreed_to_cannot_be_taken(server: MerchantServer, phone: PhoneDriver, step: Steps) -> None:
    with step("The merchant asks for a deposit that no shopper has agreed to"):
        unpaid = server.generate(DEPOSIT, pre_authorization=True)
    with step("Taking it is refused, and no money moves"):
        refused(server, "confirm", payment_id=unpaid)
        assert (money(server, phone), server.status(unpaid)) == ((HAD, 0), "PENDING")


def test_an_ordinary_payment_holds_nothing(server: MerchantServer, phone: PhoneDriver, step: Steps) -> None:
    with step("The shopper pays at once"):
        paid = server.sell(phone, DEPOSIT)
    with step("There is nothing to take and nothing to give up"):
        refused(server, "confirm", payment_id=paid)
        refused(server, "cancel", payment_id=paid)
        assert (money(server, phone), server.status(paid)) == ((HAD - DEPOSIT, DEPOSIT), "SUCCESS")


def test_the_page_tells_the_shopper_that_the_money_is_held(
    server: MerchantServer, phone: PhoneDriver, page: Page, step: Steps
) -> None:
    with step("The payment page shows the deposit"):
        payment_id = server.generate(DEPOSIT, pre_authorization=True)
        address = f"{server.sandbox.base_url}/pay/{payment_id}"
        page.goto(f"{address}?lang=en")
    with step("The phone photographs it and agrees, and the browser is led back to the shop"):
        phone.scan(page)
        phone.pay()
        page.wait_for_url(f"**/shop/?paid=1?payment_id={payment_id}")
    with step("The page says that the amount is held"):
        page.goto(f"{address}/result?lang=en")
        expect(page.get_by_role("heading", name="The amount is held")).to_be_visible()
        assert money(server, phone) == (HAD - DEPOSIT, 0)
    with step("The merchant takes 1 DT, and the rest is the shopper's again"):
        done(server, "confirm", payment_id=payment_id, amount=1_000)
        assert money(server, phone) == (HAD - 1_000, 1_000)
