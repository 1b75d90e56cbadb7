"""The ledger: top-ups, balances, and entries that stay balanced whatever is booked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import InsufficientFunds
from sandbox.contracts.payments import PaymentsClient, TopUp
from sandbox.kit.db import Database
from sandbox.kit.errors import IdempotencyMismatch, InvalidInput, NotAllowed
from sandbox.kit.money import MAX_AMOUNT
from sandbox.mock_payments.ledger import store
from sandbox.mock_payments.ledger.entries import BANK, JournalEntry, Posting, move
from sandbox.mock_payments.ledger.models import accounts, entries, postings
from sandbox.mock_payments.tables import metadata
from tests.mock_payments.test_proof import unseal
from tests.racing import codes_of, race
from tests.services import START, Services, addresses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import UrlFactory


def _top_up(key: str, amount: int = 5_000, wallet_id: str = "w-1") -> TopUp:
    return TopUp(wallet_id=wallet_id, amount=amount, idempotency_key=key)


def test_money_comes_from_the_bank_which_alone_may_be_below_zero(services: Services) -> None:
    assert services.payments.top_up(_top_up("k1")).available == 5_000
    assert services.payments.top_up(_top_up("k2", 7_000)).available == 12_000
    with services.payments_api.database.read() as connection:
        assert store.balance_of(connection, BANK) == -12_000
    services.require_sound_ledger()


def test_a_top_up_with_the_same_key_moves_money_once(services: Services) -> None:
    for _ in range(3):
        assert services.payments.top_up(_top_up("k1")).available == 5_000


@pytest.mark.parametrize("other", [_top_up("k1", 5_001), _top_up("k1", wallet_id="w-2")], ids=["amount", "wallet"])
def test_a_key_that_was_used_for_another_top_up_is_refused(services: Services, other: TopUp) -> None:
    services.payments.top_up(_top_up("k1"))
    with pytest.raises(IdempotencyMismatch):
        services.payments.top_up(other)
    assert services.payments.get_balance("w-1").available == 5_000
    assert services.payments.get_balance("w-2").available == 0


def test_top_ups_that_race_with_one_key_move_money_once_and_none_fails(services: Services) -> None:
    outcomes = race([lambda: services.payments.top_up(_top_up("k1"))] * 8)
    assert codes_of(outcomes) == ["ok"] * 8
    assert services.payments.get_balance("w-1").available == 5_000
    services.require_sound_ledger()


def test_top_ups_that_race_with_their_own_keys_are_all_booked(services: Services) -> None:
    calls = [lambda n=n: services.payments.top_up(_top_up(f"k{n}", wallet_id=f"w-{n % 2}")) for n in range(12)]
    assert codes_of(race(calls)) == ["ok"] * 12
    assert [services.payments.get_balance(f"w-{n}").available for n in range(2)] == [30_000, 30_000]
    services.require_sound_ledger()


def test_a_wallet_that_never_had_money_has_none(services: Services) -> None:
    balance = services.payments.get_balance("w-9")
    assert (balance.wallet_id, balance.available, balance.held) == ("w-9", 0, 0)


def test_the_longest_names_are_booked_on_every_database(services: Services) -> None:
    assert services.payments.top_up(_top_up("k" * 100, wallet_id="w" * 64)).available == 5_000


BAD_INPUT = [
    ("amount", 0),
    ("amount", -5),
    ("amount", 12.5),
    ("amount", "text"),
    ("amount", True),
    ("amount", MAX_AMOUNT + 1),
    ("amount", None),
    ("wallet_id", ""),
    ("wallet_id", "w" * 65),
    ("wallet_id", 5),
    ("idempotency_key", ""),
    ("idempotency_key", "k" * 101),
    ("idempotency_key", "a\x00b"),
]


def test_a_bad_top_up_is_named_and_moves_nothing(services: Services) -> None:
    for field, value in BAD_INPUT:
        with pytest.raises(InvalidInput) as refused:
            services.payments._call("POST", "/payments/api/top-ups", _top_up("k1").model_dump() | {field: value})
        assert refused.value.field == field
    assert services.payments.verify_ledger().journal_entries == 0


OPEN_ADDRESSES = {("POST", "/payments/api/verify")}
"""Called by the payment form, from the shopper's browser."""


def test_nobody_but_a_service_may_call_any_address_but_the_form_s(services: Services) -> None:
    addresses = addresses_of(services.payments_api.app, "/payments")
    assert addresses > OPEN_ADDRESSES
    stranger = PaymentsClient(services.transport, service_key="guessed")
    for method, path in addresses - OPEN_ADDRESSES:
        with pytest.raises(NotAllowed):
            stranger._call(method, path, {} if method == "POST" else None)


# Entries of any kind


@pytest.fixture
def database(sqlite_url: UrlFactory) -> Iterator[Database]:
    opened = Database(sqlite_url("ledger"), metadata, version=1)
    yield opened
    opened.close()


NAMES = (BANK, "wallet:a", "wallet:b", "hold:a", "hold:b")
legs = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(-900, 900)), min_size=1, max_size=4)


def _balanced(legs: list[tuple[str, int]]) -> tuple[Posting, ...]:
    """One posting for each account; wallet a takes the rest."""
    totals = Counter({"wallet:a": -sum(amount for _, amount in legs)})
    for account, amount in legs:
        totals[account] += amount
    return tuple(Posting(account, amount) for account, amount in totals.items() if amount)


def _book(database: Database, entry: JournalEntry) -> bool:
    try:
        with database.write() as connection:
            store.add_entry(connection, entry, START)
    except InsufficientFunds:
        return False
    return True


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(legs, max_size=12))
def test_whatever_is_booked_the_sum_stays_zero_and_no_account_goes_below_zero(
    database: Database, wanted: list[list[tuple[str, int]]]
) -> None:
    with database.write() as connection:
        unseal(connection)
        for table in (postings, entries, accounts):
            connection.execute(table.delete())
        store.open_accounts(connection, NAMES)
    model = dict.fromkeys(NAMES, 0)
    for number, legs in enumerate(wanted):
        moved = _balanced(legs)
        if not moved:
            continue
        after = dict(model)
        for posting in moved:
            after[posting.account] += posting.amount
        is_allowed = all(amount >= 0 for name, amount in after.items() if name != BANK)
        assert _book(database, JournalEntry(f"e{number}", "test", "ref", moved)) == is_allowed
        model = after if is_allowed else model
        with database.read() as connection:
            booked = dict(connection.execute(select(accounts.c.key, accounts.c.balance)).all())
            summed = dict(
                connection.execute(
                    select(postings.c.account, func.sum(postings.c.amount)).group_by(postings.c.account)
                ).all()
            )
        assert booked == model
        assert {name: amount for name, amount in summed.items() if amount} == {n: a for n, a in model.items() if a}
        assert sum(booked.values()) == 0
        assert all(amount >= 0 for name, amount in booked.items() if name != BANK)


def test_an_entry_that_cannot_be_paid_leaves_no_trace(database: Database) -> None:
    with database.write() as connection:
        store.open_accounts(connection, NAMES)
    assert not _book(database, move("k", "test", "r", amount=1, source="wallet:a", target="wallet:b"))
    with database.read() as connection:
        assert store.count_all(connection) == (len(NAMES), 0, 0)


def test_the_same_movement_is_booked_once(database: Database) -> None:
    with database.write() as connection:
        store.open_accounts(connection, NAMES)
    entry = move("k", "test", "r", amount=5, source=BANK, target="wallet:b")
    assert _book(database, entry)
    with pytest.raises(IntegrityError):
        _book(database, entry)
    with database.read() as connection:
        assert store.balance_of(connection, "wallet:b") == 5


def test_opening_an_account_again_keeps_its_balance(database: Database) -> None:
    for _ in range(2):
        with database.write() as connection:
            store.open_accounts(connection, NAMES)
        _book(database, move(f"k{_}", "test", "r", amount=5, source=BANK, target="wallet:b"))
    with database.read() as connection:
        assert store.balance_of(connection, "wallet:b") == 10
