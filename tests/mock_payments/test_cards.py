"""Cards: what may be typed, which are refused, and whose money moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.contracts.cards import TEST_CARDS, has_right_check_digit
from sandbox.contracts.errors import (
    AlreadyPrepared,
    CardDeclined,
    CodeLocked,
    MethodNotFound,
    NotPrepared,
    WalletBlocked,
    WrongCode,
)
from sandbox.contracts.payments import ExecutePayment, FormOrder, RefundPayment
from sandbox.kit.errors import InvalidInput
from sandbox.mock_payments.methods.card import TypedCard, read_card
from tests.racing import race
from tests.services import START, Services

if TYPE_CHECKING:
    from sandbox.contracts.payments import Payment
    from sandbox.contracts.wallets import Wallet

GOOD, SECOND, BAD, V1 = TEST_CARDS
AMOUNT = 12_500


def typed(**changes: str) -> dict[str, str]:
    return {"card_number": GOOD.shown_number, "expiry": "12/26", "cvc": "748", "holder": "Amina Ben Ali"} | changes


REFUSED = {"card_number": BAD.number, "expiry": "11/23", "cvc": "858"}


@pytest.fixture
def shop(services: Services) -> Wallet:
    return services.open_shop()


class Desk:
    """One order that is paid by card."""

    def __init__(self, services: Services, shop: Wallet, session: str = "s-1") -> None:
        self.services, self.shop = services, shop
        self.order = FormOrder(
            session=session, app_id="app-1", payee_wallet_id=shop.id, merchant_name="Shop", amount=AMOUNT
        )

    def step(self, name: str, **fields: str) -> dict[str, Any]:
        return self.services.payments.take_step("card", name, self.order, fields)

    def start(self, **changes: str) -> dict[str, Any]:
        return self.step("start", **typed(**changes))

    def pay(self) -> Payment:
        self.start()
        code = self.step("challenge")["code"]
        payments, order = self.services.payments, self.order
        verified = payments.verify(order.session, code)
        asked = ExecutePayment(
            app_id="app-1", code=code, amount=AMOUNT, payee_wallet_id=self.shop.id, execution_key="page:s-1"
        )
        return payments.execute(verified.payment_id, asked)

    def clearing(self) -> int:
        with self.services.payments_api.database.read() as connection:
            from sandbox.mock_payments.ledger.store import balance_of

            return balance_of(connection, "clearing")


@pytest.fixture
def desk(services: Services, shop: Wallet) -> Desk:
    return Desk(services, shop)


def test_the_money_of_a_card_comes_from_card_clearing_once(desk: Desk, services: Services, shop: Wallet) -> None:
    paid = desk.pay()
    assert (paid.state, paid.payer_phone, paid.payer_name, paid.method) == ("executed", "", "Amina Ben Ali", "card")
    assert paid.card is not None
    assert paid.card.model_dump() == {
        "pan": "450921**1119",
        "payment_system": "VISA",
        "expiration": "202612",
        "holder": "Amina Ben Ali",
    }
    assert (services.money(shop), desk.clearing()) == ((AMOUNT, 0), -AMOUNT)
    services.require_sound_ledger()
    services.worker.drain()
    assert services.platform.types_of(paid.id) == ["prepared", "verified", "executed"]


def test_a_refund_goes_back_to_card_clearing(desk: Desk, services: Services, shop: Wallet) -> None:
    paid = desk.pay()
    asked = RefundPayment(refund_key="r", amount=2_500, app_id="app-1", payee_wallet_id=shop.id)
    services.payments.refund(paid.id, asked)
    assert (services.money(shop), desk.clearing()) == ((AMOUNT - 2_500, 0), 2_500 - AMOUNT)
    services.require_sound_ledger()
    services.worker.drain()


def test_what_was_held_goes_back_when_the_code_is_wrong_or_late(desk: Desk, services: Services, shop: Wallet) -> None:
    desk.start()
    code = desk.step("challenge")["code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for refusal in (WrongCode, WrongCode, CodeLocked):
        with pytest.raises(refusal):
            services.payments.verify("s-1", wrong)
    with pytest.raises(NotPrepared):
        desk.step("challenge")
    desk.start()
    services.clock.advance(121)
    services.worker.drain()
    assert (services.money(shop), desk.clearing()) == ((0, 0), 0)
    services.require_sound_ledger()


def test_a_refused_card_moves_nothing_and_is_told_with_its_reason(desk: Desk, services: Services) -> None:
    with pytest.raises(CardDeclined):
        desk.start(**REFUSED)
    services.worker.drain()
    (event,) = services.platform.received
    assert (event.type, event.payment.reason, event.payment.card and event.payment.card.pan) == (
        "payment.refused",
        "CARD_DECLINED",
        "547125**1116",
    )
    assert desk.clearing() == 0


def test_one_order_is_paid_by_one_way_only(desk: Desk, services: Services, shop: Wallet) -> None:
    payer = services.open_wallet(AMOUNT)
    by_phone = services.request(payer, shop, session="s-1", amount=AMOUNT)
    outcomes = race([desk.start, lambda: services.payments.prepare(by_phone), desk.start])
    taken = [each for each in outcomes if not isinstance(each, Exception)]
    assert len(taken) == (2 if isinstance(outcomes[1], AlreadyPrepared) else 1)
    assert all(isinstance(each, AlreadyPrepared) for each in outcomes if each not in taken)
    services.require_sound_ledger()


def test_a_second_card_waits_for_the_first(desk: Desk) -> None:
    first = desk.start()
    assert desk.start()["payment_id"] == first["payment_id"]
    with pytest.raises(AlreadyPrepared):
        desk.start(card_number=SECOND.number, cvc="665")


def test_a_merchant_who_may_not_be_paid_gets_nothing_from_cards_either(desk: Desk, services: Services) -> None:
    services.wallets.block(desk.shop.id)
    with pytest.raises(WalletBlocked):
        desk.start()


def test_a_wallet_cannot_be_prepared_as_a_card(services: Services, shop: Wallet) -> None:
    with pytest.raises(MethodNotFound):
        services.prepare(services.open_wallet(AMOUNT), shop, method="card")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"card_number": ""}, "card_number"),
        ({"card_number": "4509 2111"}, "card_number"),
        ({"card_number": "4509211111111118"}, "card_number"),
        ({"card_number": "٤٥٠٩٢١١١١١١١١١١٩"}, "card_number"),
        ({"card_number": "4111111111111111"}, "card_number"),
        ({"expiry": ""}, "expiry"),
        ({"expiry": "13/26"}, "expiry"),
        ({"expiry": "1/2/26"}, "expiry"),
        ({"expiry": "11/26"}, "expiry"),
        ({"card_number": V1.number, "expiry": f"{START.month:02}/{START.year - 1}"}, "expiry"),
        ({"cvc": "12"}, "cvc"),
        ({"cvc": "747"}, "cvc"),
        ({"holder": " "}, "holder"),
        ({"holder": "x" * 81}, "holder"),
    ],
)
def test_each_field_is_checked_and_never_quoted(desk: Desk, changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        desk.start(**changes)
    assert refused.value.field == f"fields.{field}"
    sent = typed(**changes)
    assert all(sent[name] not in str(refused.value.to_json()) for name in ("card_number", "cvc") if sent[name])


@pytest.mark.parametrize("expiry", ["12/26", "12 / 2026", "1226", "12/2026"])
def test_dates_are_read_as_people_type_them(expiry: str) -> None:
    facts, is_good = read_card(TypedCard.parse(typed(expiry=expiry)), START)
    assert (facts.expiration, is_good) == ("202612", True)


def test_the_documented_cards_are_recognised_whatever_the_clock_says() -> None:
    later = START.replace(year=START.year + 20)
    for card in TEST_CARDS[:3]:
        sent = typed(card_number=card.number, expiry=card.expiry or "", cvc=card.cvc or "")
        assert read_card(TypedCard.parse(sent), later)[1] is card.is_good


@given(st.text(alphabet="0123456789", min_size=12, max_size=19), st.integers(0, 18))
def test_one_mistyped_digit_never_goes_through(digits: str, place: int) -> None:
    place %= len(digits)
    if has_right_check_digit(digits):
        mistyped = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        assert not has_right_check_digit(mistyped)


def test_whole_numbers_are_kept_nowhere(desk: Desk, services: Services) -> None:
    desk.pay()
    with services.payments_api.database.read() as connection:
        from sandbox.mock_payments.payments.models import payments

        kept = str(connection.execute(payments.select()).all())
    assert "450921**1119" in kept
    assert GOOD.number not in kept
