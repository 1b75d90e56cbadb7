"""A marketplace takes 12.500 DT and names who gets a share of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.merchant_server import MerchantServer
    from sandbox.testing.steps import Steps

PRICE = 12_500
HAD = 500_000
"""What the shopper's phone has at first."""


@pytest.fixture
def seller(sandbox: Sandbox) -> MerchantApp:
    """Has an app of its own, by whose public token it is named."""
    return sandbox.new_merchant()


@pytest.fixture
def courier(sandbox: Sandbox) -> PhoneDriver:
    """A person with a wallet and nothing in it, named by the phone number."""
    return sandbox.new_phone(balance=0)


def share(destination: str, amount: Any) -> dict[str, Any]:
    return {"destination": destination, "amount": amount}


def refused(server: MerchantServer, shares: Any) -> str:
    """The hint: no payment was made."""
    links = {"success_link": "https://shop.example/", "fail_link": "https://shop.example/"}
    answer = server.call("POST", "generate_payment", {"amount": PRICE, **links, "destination": shares})
    assert (answer.status, answer.json()["result"]["success"], answer.json()["code"]) == (400, False, 1)
    assert "payment_id" not in answer.json()["result"]
    return answer.headers["sandbox-hint"]


def test_shares_arrive_and_the_rest_stays_with_the_merchant(
    server: MerchantServer, phone: PhoneDriver, seller: MerchantApp, courier: PhoneDriver, step: Steps
) -> None:
    with step("The shopper pays 12.500 DT, of which a seller and a courier get shares"):
        shares = [share(seller.public_token, 9_000), share(courier.number, "1500")]
        paid = server.sell(phone, PRICE, destination=shares)
    with step("Both shares have arrived, and the rest is the merchant's"):
        assert (server.app.balance, seller.balance, courier.balance) == (2_000, 9_000, 1_500)
    with step("The payment tells who got what"):
        told = server.verify(paid)
        assert (phone.balance, told["status"], told["amount"]) == (HAD - PRICE, "SUCCESS", PRICE)
        assert [each["amount"] for each in told["details"]["destination"]] == [9_000, 1_500]


def test_the_sellers_may_get_all_of_it(
    server: MerchantServer, phone: PhoneDriver, seller: MerchantApp, step: Steps
) -> None:
    with step("The shopper pays, and one seller gets all of it"):
        server.sell(phone, PRICE, destination=[share(seller.public_token, PRICE)])
    with step("Nothing is left for the merchant"):
        assert (phone.balance, server.app.balance, seller.balance) == (HAD - PRICE, 0, PRICE)


def test_nothing_is_shared_before_the_shopper_has_paid(
    server: MerchantServer, seller: MerchantApp, clock: ClockDriver, step: Steps
) -> None:
    with step("A payment with a share is asked for, and nobody pays it"):
        unpaid = server.generate(PRICE, destination=[share(seller.public_token, 9_000)])
        clock.advance(seconds=1201)
    with step("It has expired, and nobody got anything"):
        assert (server.status(unpaid), server.app.balance, seller.balance) == ("EXPIRED", 0, 0)


def test_shares_of_more_than_the_amount_are_refused(
    server: MerchantServer, phone: PhoneDriver, seller: MerchantApp, courier: PhoneDriver, step: Steps
) -> None:
    with step("Shares that add up to more than the amount are refused, whichever way they do"):
        assert refused(server, [share(seller.public_token, 9_000), share(courier.number, 3_501)])
        assert refused(server, [share(seller.public_token, PRICE + 1)])
        assert refused(server, [share(seller.public_token, 9_000_000)] * 2)
    with step("No money has moved"):
        assert (phone.balance, server.app.balance, seller.balance, courier.balance) == (HAD, 0, 0, 0)


@pytest.mark.parametrize(
    "nobody",
    ["29999999", "71234567", "0b7a6c1e-54fb-4d1d-9d4e-1f1a2b3c4d5e", "seller", ""],
    ids=["no wallet's number", "a fixed line", "no app's token", "a word", "nothing"],
)
def test_a_share_for_nobody_is_refused_by_name(
    server: MerchantServer, seller: MerchantApp, nobody: str, step: Steps
) -> None:
    with step("A share is for somebody who does not exist"):
        hint = refused(server, [share(seller.public_token, 1_000), share(nobody, 1_000)])
    with step("The refusal names that very share"):
        assert "destination.1.destination" in hint


@pytest.mark.parametrize(
    "amount", [0, -1_000, 10.5, "much", None], ids=["zero", "below zero", "a part of a millime", "a word", "nothing"]
)
def test_a_share_of_no_amount_is_refused(server: MerchantServer, seller: MerchantApp, amount: Any, step: Steps) -> None:
    with step("A share of no amount is refused, and the refusal names it"):
        assert "destination.0.amount" in refused(server, [share(seller.public_token, amount)])
    with step("No money has moved"):
        assert (server.app.balance, seller.balance) == (0, 0)


def test_a_deposit_is_shared_when_it_is_taken_and_covers_the_shares(
    server: MerchantServer, phone: PhoneDriver, seller: MerchantApp, step: Steps
) -> None:
    with step("A deposit with a share is held: nobody has anything yet"):
        held = server.sell(phone, PRICE, pre_authorization=True, destination=[share(seller.public_token, 9_000)])
        assert (phone.balance, server.app.balance, seller.balance) == (HAD - PRICE, 0, 0)
    with step("Taking less than the share is refused"):
        answer = server.call("POST", "confirm_payment", {"payment_id": held, "amount": 8_999})
        assert answer.json()["code"] == "CONFIRM_NOT_ALLOWED"
        assert (server.app.balance, seller.balance) == (0, 0)
    with step("More is taken: the share arrives, and the rest is the merchant's"):
        answer = server.call("POST", "confirm_payment", {"payment_id": held, "amount": 10_000})
        assert answer.json()["status"] == "success"
        assert (phone.balance, server.app.balance, seller.balance) == (HAD - 10_000, 1_000, 9_000)


def test_a_seller_who_is_named_twice_gets_both_shares(
    server: MerchantServer, phone: PhoneDriver, seller: MerchantApp, step: Steps
) -> None:
    """A seller who is named twice, by public token and by phone number, gets both shares."""
    with step("The shopper pays; one seller is named by token and by phone number"):
        server.sell(phone, PRICE, destination=[share(seller.public_token, 5_000), share(seller.wallet_phone, 4_000)])
    with step("The seller has both shares"):
        assert (phone.balance, server.app.balance, seller.balance) == (HAD - PRICE, PRICE - 9_000, 9_000)


def test_what_the_merchant_shares_with_itself_is_part_of_the_rest(
    server: MerchantServer, phone: PhoneDriver, step: Steps
) -> None:
    with step("The shopper pays; the merchant has named itself for a share"):
        server.sell(phone, PRICE, destination=[share(server.app.public_token, 5_000)])
    with step("All of it is the merchant's"):
        assert (phone.balance, server.app.balance) == (HAD - PRICE, PRICE)
