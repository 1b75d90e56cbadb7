"""Who gets what of a payment: fees, shares of other wallets, and the rest to the merchant; never a millime more or less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.contracts.errors import (
    CurrencyNotSupported,
    SelfTransfer,
    SplitTooLarge,
    WalletBlocked,
    WalletNotFound,
)
from sandbox.kit.money import MAX_AMOUNT
from sandbox.mock_payments.ledger.entries import FEES
from sandbox.mock_payments.ledger.store import balance_of
from sandbox.mock_payments.payments.fees import FeeRule, share_out
from sandbox.mock_payments.payments.states import LATER, NOT_KEPT, PAYMENT
from sandbox.mock_payments.settings import PaymentsSettings
from tests.mock_payments.test_transfers import send
from tests.services import Services, build_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.contracts.transport import InProcessTransport
    from tests.databases import UrlFactory

RULE = FeeRule(permille=15, fixed=100)


@pytest.fixture
def charging(database_url: UrlFactory, in_process: InProcessTransport) -> Iterator[Services]:
    settings = PaymentsSettings(check_ledger=True, fees=RULE)
    with build_services(database_url, in_process, payments_settings=settings) as services:
        yield services


def _fees(services: Services) -> int:
    services.require_sound_ledger()
    with services.payments_api.database.read() as connection:
        return balance_of(connection, FEES)


@pytest.mark.parametrize(
    ("rule", "amount", "fee"),
    [
        (FeeRule(), 10_000, 0),
        (FeeRule(permille=15), 10_000, 150),
        (FeeRule(permille=15), 33, 0),
        (FeeRule(permille=15), 34, 1),
        (FeeRule(permille=5), 100, 1),
        (FeeRule(permille=5), 99, 0),
        (FeeRule(fixed=100), 10_000, 100),
        (FeeRule(permille=15, fixed=100), 10_000, 250),
        (FeeRule(fixed=100), 40, 40),
        (FeeRule(permille=1_000, fixed=5), 7, 7),
    ],
)
def test_a_fee_is_rounded_half_up_and_never_more_than_the_amount(rule: FeeRule, amount: int, fee: int) -> None:
    assert rule.of(amount) == fee


@given(
    st.integers(1, MAX_AMOUNT),
    st.integers(0, 1_000),
    st.integers(0, MAX_AMOUNT),
    st.dictionaries(st.sampled_from(["shop", "a", "b"]), st.integers(1, MAX_AMOUNT)),
)
def test_what_is_shared_out_is_exactly_what_was_paid(
    amount: int, permille: int, fixed: int, shares: dict[str, int]
) -> None:
    if sum(shares.values()) > amount:
        return
    fee = FeeRule(permille, fixed).of(amount, amount - sum(shares.values()))
    postings = share_out(amount, fee, "shop", shares)
    assert sum(posting.amount for posting in postings) == amount
    assert all(posting.amount > 0 for posting in postings)
    got = {posting.account: posting.amount for posting in postings}
    assert len(got) == len(postings)
    assert {name: got.get(f"wallet:{name}") for name in shares if name != "shop"} == {
        name: share for name, share in shares.items() if name != "shop"
    }


def test_the_merchant_pays_the_fee_and_a_refund_gives_none_back(charging: Services) -> None:
    payer, shop = charging.open_wallet(20_000), charging.open_shop()
    paid = charging.execute(charging.prepare(payer, shop, amount=10_000))
    assert (paid.amount, paid.fee) == (10_000, 250)
    assert (charging.money(payer)[0], charging.money(shop)[0], _fees(charging)) == (10_000, 9_750, 250)
    line = charging.payments.list_history(shop.id)[0][0]
    assert (line.amount, line.fee) == (9_750, 250)
    charging.refund(paid, 9_750)
    assert (charging.money(payer)[0], charging.money(shop)[0], _fees(charging)) == (19_750, 0, 250)


def test_a_payment_that_is_not_executed_costs_nothing(charging: Services) -> None:
    payer, shop = charging.open_wallet(20_000), charging.open_shop()
    charging.payments.cancel(charging.prepare(payer, shop).id)
    assert (charging.money(payer), _fees(charging)) == ((20_000, 0), 0)


def test_a_counter_costs_the_merchant_a_fee_and_a_person_nothing(charging: Services) -> None:
    payer, shop, friend = charging.open_wallet(20_000), charging.open_shop(), charging.open_wallet()
    assert send(charging, payer, shop, 10_000, kind="counter").fee == 250
    assert send(charging, payer, friend, 5_000, idempotency_key="gift").fee == 0
    assert [charging.money(each)[0] for each in (payer, shop, friend)] == [5_000, 9_750, 5_000]
    assert _fees(charging) == 250


def _share(wallet: Any, amount: int) -> dict[str, Any]:
    return {"wallet_id": wallet.id, "amount": amount}


def test_a_split_pays_the_shares_and_the_rest_less_the_fee_to_the_merchant(charging: Services) -> None:
    payer, shop = charging.open_wallet(20_000), charging.open_shop()
    partners = [charging.open_wallet(kind="business", trade_name=name) for name in ("Huile", "Miel")]
    shares = [_share(partners[0], 6_000), _share(partners[1], 3_900)]
    paid = charging.execute(charging.prepare(payer, shop, amount=10_000, destinations=shares))
    assert paid.fee == 100, "no more than the merchant's part"
    assert [charging.money(each)[0] for each in (shop, *partners)] == [0, 6_000, 3_900]
    assert _fees(charging) == 100
    assert charging.payments.list_history(partners[0].id)[0][0].counterparty == "Café Olé"


def test_statements_show_the_fee_to_who_paid_it_and_each_share_where_it_went(charging: Services) -> None:
    payer, shop, partner = charging.open_wallet(40_000), charging.open_shop(), charging.open_shop()
    paid = charging.execute(charging.prepare(payer, shop, amount=10_000, destinations=[_share(partner, 4_000)]))
    counter = send(charging, payer, shop, 10_000, kind="counter")
    charging.refund(paid, 500)

    def lines(wallet: Any) -> list[tuple[str, str, int, int]]:
        told = charging.payments.get_statement(wallet.id).data
        return [(line.kind, line.reference, line.amount, line.fee) for line in told]

    assert lines(shop) == [
        ("execute", paid.id, 5_750, 250),
        ("counter", counter.id, 9_750, 250),
        ("refund", paid.id, -300, 0),
    ]
    assert lines(partner) == [("execute", paid.id, 4_000, 0), ("refund", paid.id, -200, 0)]
    assert [fee for *_, fee in lines(payer)] == [0] * 4


def test_shares_that_cannot_be_paid_are_refused_and_hold_nothing(services: Services) -> None:
    payer, shop, partner = services.open_wallet(20_000), services.open_shop(), services.open_shop()
    wrong: list[tuple[list[dict[str, Any]], type[Exception]]] = [
        ([_share(partner, 10_001)], SplitTooLarge),
        ([_share(partner, 5), _share(partner, 5)], SplitTooLarge),
        ([_share(payer, 5)], SelfTransfer),
        ([{"wallet_id": "nobody", "amount": 5}], WalletNotFound),
    ]
    for destinations, refusal in wrong:
        with pytest.raises(refusal):
            services.prepare(payer, shop, amount=10_000, destinations=destinations)
    services.wallets.block(partner.id)
    with pytest.raises(WalletBlocked):
        services.prepare(payer, shop, amount=10_000, destinations=[_share(partner, 5)])
    assert services.money(payer) == (20_000, 0)
    services.require_sound_ledger()


def test_only_dinars_are_paid(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    for currency in ("EUR", "tnd ", "840"):
        with pytest.raises(CurrencyNotSupported) as refused:
            services.prepare(payer, shop, currency=currency)
        assert refused.value.field == "currency"
    with pytest.raises(CurrencyNotSupported):
        send(services, payer, shop, currency="EUR")
    for currency in ("TND", "788", "", None):
        services.prepare(payer, shop, currency=currency, amount=10)
    assert services.money(payer) == (19_960, 40)


def test_each_state_is_reached_from_the_first_or_marked_as_one_for_later() -> None:
    reached, waiting = set(), [PAYMENT.initial]
    while waiting:
        state = waiting.pop()
        if state not in reached | LATER:
            reached.add(state)
            waiting += PAYMENT.transitions[state]
    assert reached | LATER == set(PAYMENT.transitions)
    assert reached > NOT_KEPT
