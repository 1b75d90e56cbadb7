"""A card that a shopper has kept pays when the merchant's server asks, or is refused with nothing half done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from sandbox.contracts.cards import TEST_CARDS, mask_pan
from sandbox.contracts.errors import WalletBlocked
from sandbox.kit.days import day_of
from sandbox.platform.apps.models import apps
from sandbox.platform.hosted.models import bindings
from sandbox.platform.hosted.service import HostedPages, paying
from sandbox.platform.orders.models import orders
from sandbox.testing.drivers import ClockDriver, MerchantApp
from tests.platform.merchant_api.shop import AMOUNT, LINKS, Shop
from tests.platform.merchant_api.test_page_webhooks import events
from tests.platform.merchant_api.test_paying_on_the_page import Shopper, problems_of, typed
from tests.receiver import Receiver, listening

GOOD, _SECOND, BAD, ANY_DATE = TEST_CARDS
CLIENT = "client-7"


def keep(shop: Shop, card: object = GOOD, **changes: str) -> str:
    """Pay with a card on a page, and so keep it: its binding's id."""
    with Shopper(shop, client_id=CLIENT) as shopper:
        shopper.send("card", **typed(card, **changes))
        shopper.send("code", code=shopper.bank_code())
    (kept,) = shop.get("bindings/list", client_id=CLIENT).json()["result"]["bindings"]
    return str(kept["binding_id"])


def charge(shop: Shop, kept: str, **fields: Any) -> httpx.Response:
    whose = {"client_id": CLIENT, "cvc": GOOD.cvc, "binding_id": kept}
    return shop.post("generate_payment", {"amount": AMOUNT, **LINKS, **whose, **fields})


def charged(shop: Shop, binding_id: str, **fields: Any) -> str:
    """The id of a payment that the kept card made."""
    answer = charge(shop, binding_id, **fields)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"result", "name", "code", "version"}
    return str(answer.json()["result"]["payment_id"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


@pytest.fixture
def merchant(shop: Shop) -> MerchantApp:
    return shop.sandbox.new_merchant()


def states_of(shop: Shop) -> list[str]:
    """Those of the shop's orders, oldest first."""
    query = select(orders.c.status).join(apps, apps.c.id == orders.c.app_id).order_by(orders.c.number)
    with shop.sandbox._running.world._platform.database.read() as connection:
        found = connection.execute(query.where(apps.c.public_token == shop.app.public_token))
        return list(found.scalars())


def test_it_pays_at_once_and_again_when_asked_again(shop: Shop) -> None:
    binding_id = keep(shop)
    paid = [charged(shop, binding_id, developer_tracking_id="SUB-1") for _ in range(2)]
    assert len(set(paid)) == 2
    for payment_id in paid:
        result = shop.verify(payment_id)["result"]
        assert (result["type"], result["status"], result["amount"]) == ("card", "SUCCESS", AMOUNT)
        assert (result["details"]["pan"], result["details"]["name"]) == (mask_pan(GOOD.number), "Amina Ben Ali")
    assert shop.app.balance == 3 * AMOUNT
    assert shop.http.get(f"/pay/{paid[0]}").headers["Location"].startswith(LINKS["success_link"])
    assert problems_of(shop) == []


def test_shares_a_hold_and_a_code_that_is_a_number(shop: Shop, merchant: MerchantApp) -> None:
    binding_id = keep(shop)
    destination = [{"amount": 2_000, "destination": merchant.public_token}]
    charged(shop, binding_id, destination=destination, cvc=int(GOOD.cvc or 0))
    assert (shop.app.balance, merchant.balance) == (2 * AMOUNT - 2_000, 2_000)
    held = charged(shop, binding_id, pre_authorization=True)
    assert (shop.status(held), shop.app.balance) == ("PREAUTH_SUCCESS", 2 * AMOUNT - 2_000)
    assert shop.post("confirm_payment", {"payment_id": held, "amount": 8_500}).status_code == 200
    assert (shop.status(held), shop.app.balance) == ("SUCCESS", 2 * AMOUNT - 2_000 + 8_500)
    assert problems_of(shop) == []


def test_its_webhook_is_told_as_of_any_payment(shop: Shop, receiver: Receiver) -> None:
    binding_id = keep(shop)
    hook = {"webhook": receiver.url}
    paid = charged(shop, binding_id, **hook)
    assert charge(shop, binding_id, cvc="000", **hook).status_code == 412
    told = [(event["type"], event["state"], event["order_id"] == paid) for event in events(shop)]
    assert sorted(told) == [("payment.executed", "delivered", True), ("payment.refused", "delivered", False)]
    assert [each.path.endswith("success=True") for each in receiver.received].count(True) == 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"client_id": None}, "client_id"),
        ({"client_id": ""}, "client_id"),
        ({"cvc": None}, "cvc"),
        ({"cvc": "12"}, "cvc"),
        ({"cvc": "abc"}, "cvc"),
        ({"binding_id": "A" * 22}, "binding_id"),
        ({"client_id": "client-8"}, "binding_id"),
        ({"binding_id": ["x"]}, "binding_id"),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_named_and_nothing_begins(
    shop: Shop, fields: dict[str, Any], named: str
) -> None:
    binding_id = keep(shop)
    answer = charge(shop, binding_id, **fields)
    assert (answer.status_code, answer.json()["result"]["success"], answer.json()["code"]) == (400, False, 1)
    assert named in answer.headers["Sandbox-Hint"]
    assert states_of(shop) == ["PAID"]


def test_another_apps_card_is_unknown(shop: Shop, merchant: MerchantApp) -> None:
    binding_id, other = keep(shop), Shop(shop.sandbox, merchant)
    answer = charge(other, binding_id)
    assert (answer.status_code, states_of(other)) == (400, [])
    assert "binding_id" in answer.headers["Sandbox-Hint"]


def test_what_the_bank_refuses_is_told_as_the_card_processor_does_and_holds_nothing(shop: Shop) -> None:
    binding_id = keep(shop)
    wrong = charge(shop, binding_id, cvc="000")
    said = {"success": False, "error": "SMT operation failed.", "details": "This is not the card's security code."}
    assert (wrong.status_code, wrong.json()["result"], wrong.json()["code"]) == (412, said, 1)
    assert "'cvc'" in wrong.headers["Sandbox-Hint"]
    failing = {"pan": mask_pan(BAD.number), "expiration": "202311"}
    with shop.sandbox._running.world._platform.database.write() as connection:
        connection.execute(update(bindings).where(bindings.c.id == binding_id).values(**failing))
    declined = charge(shop, binding_id, cvc=BAD.cvc)
    assert (declined.status_code, declined.json()["result"]["details"]) == (412, "The bank refused this card.")
    assert "'binding_id'" in declined.headers["Sandbox-Hint"]
    assert (states_of(shop), shop.app.balance) == (["PAID", "REFUSED", "REFUSED"], AMOUNT)
    assert problems_of(shop) == []


def test_a_card_whose_month_is_over_pays_again_once_it_was_kept_with_its_new_date(
    shop: Shop, clock: ClockDriver
) -> None:
    clock.freeze()
    binding_id = keep(shop, ANY_DATE, expiry=f"{day_of(shop.sandbox.now):%m/%y}")
    charged(shop, binding_id, cvc="123")
    clock.advance(seconds=32 * 86_400)
    expired = charge(shop, binding_id, cvc="123")
    assert (expired.status_code, expired.json()["result"]["details"]) == (412, "This card has expired.")
    assert "'binding_id'" in expired.headers["Sandbox-Hint"]
    assert keep(shop, ANY_DATE) == binding_id
    charged(shop, binding_id, cvc="123")


def test_one_that_an_older_sandbox_kept_is_to_be_kept_anew(shop: Shop) -> None:
    binding_id = keep(shop)
    with shop.sandbox._running.world._platform.database.write() as connection:
        connection.execute(update(bindings).where(bindings.c.id == binding_id).values(pan=None))
    answer = charge(shop, binding_id)
    assert (answer.status_code, states_of(shop)) == (400, ["PAID"])
    assert "once more" in answer.headers["Sandbox-Hint"]


def test_the_security_code_stands_nowhere(shop: Shop) -> None:
    payment_id = charged(shop, keep(shop))
    told = [str(each) for each in shop.sandbox.control.list_exchanges() if "cvc" in str(each)]
    assert told
    assert not any(re.search(rf'cvc[\\"\':\s]+{GOOD.cvc}', each) for each in told)
    assert GOOD.cvc not in str(shop.verify(payment_id)["result"]["details"]["pan"])


def test_who_may_not_be_paid_after_all_gives_back_what_was_held(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    binding_id, asked = keep(shop), []

    def refuse(_pages: HostedPages, _page_id: str, payment_id: str, _code: str) -> None:
        asked.append(payment_id)
        raise WalletBlocked

    monkeypatch.setattr(HostedPages, "settle", refuse)
    answer = charge(shop, binding_id)
    assert answer.status_code == WalletBlocked.status
    assert shop.sandbox._running.world.payments.get_payment(asked[0]).state == "cancelled"
    assert (states_of(shop), shop.app.balance, problems_of(shop)) == (["PAID", "REFUSED"], AMOUNT, [])


@pytest.mark.parametrize("has_moved", [False, True])
def test_a_kill_between_two_steps_moves_the_money_once_or_not_at_all(
    shop: Shop, clock: ClockDriver, monkeypatch: pytest.MonkeyPatch, has_moved: bool
) -> None:
    binding_id = keep(shop)

    def dies(*_args: object) -> None:
        raise SystemError("killed")

    if has_moved:
        monkeypatch.setattr(paying, "executed_event", dies)
    else:
        monkeypatch.setattr(HostedPages, "settle", dies)
    assert charge(shop, binding_id).status_code == 500
    shop.sandbox.control.drain()
    clock.advance(seconds=1300)
    shop.sandbox.control.drain()
    wanted = (["PAID", "PAID"], 2 * AMOUNT) if has_moved else (["PAID", "EXPIRED"], AMOUNT)
    assert (states_of(shop), shop.app.balance) == wanted
    assert problems_of(shop) == []
