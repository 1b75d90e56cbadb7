"""The ledger's proof finds each kind of corruption, and says which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from sandbox.kit.errors import ServiceUnavailable
from tests.mock_payments.test_money_requests import ask
from tests.mock_payments.test_transfers import send
from tests.racing import race

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sandbox.contracts.payments import Payment
    from sandbox.contracts.wallets import Wallet
    from tests.services import Services


class World:
    """One payment in every state, and who paid."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.payer, self.shop = services.open_wallet(100_000), services.open_shop()
        self.prepared, self.executed, self.cancelled = (services.prepare(self.payer, self.shop) for _ in range(3))
        services.execute(self.executed)
        services.payments.cancel(self.cancelled.id)

    def corrupt(self, statement: str, **values: object) -> list[str]:
        with self.services.payments_api.database.write() as connection:
            unseal(connection)
            changed = connection.execute(text(statement), values)
            assert changed.rowcount > 0
        return self.services.payments.verify_ledger().problems


def unseal(connection: Connection) -> None:
    """Let entries and postings be changed: without triggers, and in PostgreSQL without foreign keys."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        return
    for table in ("journal_entries", "postings"):
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{verb}"))


@pytest.fixture
def world(services: Services) -> World:
    return World(services)


def _id(payment: Payment) -> dict[str, str]:
    return {"id": payment.id}


def _account(wallet: Wallet, kind: str = "wallet") -> dict[str, str]:
    return {"key": f"{kind}:{wallet.id}"}


def test_a_sound_ledger_has_no_problems_and_is_counted(world: World) -> None:
    report = world.services.payments.verify_ledger()
    assert (report.ok, report.problems) == (True, [])
    assert (report.accounts, report.journal_entries, report.postings, report.live_payments) == (4, 6, 12, 1)


def test_an_empty_ledger_is_sound(services: Services) -> None:
    report = services.payments.verify_ledger()
    assert (report.ok, report.accounts, report.postings) == (True, 0, 0)


def test_an_entry_that_does_not_sum_to_zero_is_found(world: World) -> None:
    statement = "UPDATE postings SET amount = amount + 1 WHERE id = (SELECT MAX(id) FROM postings)"
    problems = world.corrupt(statement)
    assert f"journal entry release:{world.cancelled.id}: its postings sum to 1, not to zero" in problems


def test_an_entry_that_lost_its_postings_is_found(world: World) -> None:
    statement = "DELETE FROM postings WHERE entry_id = (SELECT id FROM journal_entries WHERE key = :key)"
    problems = world.corrupt(statement, key=f"execute:{world.executed.id}")
    assert f"journal entry execute:{world.executed.id}: its postings sum to 0, not to zero" in problems


def test_a_balance_that_is_not_the_sum_of_its_postings_is_found(world: World) -> None:
    statement = "UPDATE ledger_accounts SET balance = balance + 5 WHERE key = :key"
    problems = world.corrupt(statement, **_account(world.shop))
    assert problems == [f"account wallet:{world.shop.id}: its balance says 12505, its postings sum to 12500"]


def test_money_that_was_moved_past_the_balances_is_found(world: World) -> None:
    """Balanced, and so invisible to the sum of one entry, but not to the accounts."""
    statement = (
        "UPDATE postings SET amount = amount * 2 WHERE entry_id = (SELECT id FROM journal_entries WHERE key = :key)"
    )
    problems = world.corrupt(statement, key=f"execute:{world.executed.id}")
    assert len([problem for problem in problems if "its balance says" in problem]) == 2


def test_an_account_below_zero_is_found(world: World) -> None:
    statement = "UPDATE ledger_accounts SET balance = -1 WHERE key = :key"
    assert f"account wallet:{world.shop.id}: below zero (-1)" in world.corrupt(statement, **_account(world.shop))


def test_a_hold_that_no_payment_needs_is_found(world: World) -> None:
    statement = "UPDATE ledger_accounts SET balance = balance + 7 WHERE key = :key"
    problems = world.corrupt(statement, **_account(world.payer, "hold"))
    assert f"wallet {world.payer.id}: 12507 held, but its live payments need 12500" in problems


def test_a_payment_that_ended_without_its_hold_being_released_is_found(world: World) -> None:
    problems = world.corrupt("UPDATE payments SET state = 'cancelled' WHERE id = :id", **_id(world.prepared))
    assert f"wallet {world.payer.id}: 12500 held, but its live payments need 0" in problems
    assert f"payment {world.prepared.id} is cancelled, but was held, executed, released (1, 0, 0) times" in problems


@pytest.mark.parametrize("state", ["prepared", "verified", "refused", "expired", "cancelled"])
def test_an_executed_payment_that_says_otherwise_is_found(world: World, state: str) -> None:
    problems = world.corrupt("UPDATE payments SET state = :state WHERE id = :id", state=state, **_id(world.executed))
    assert f"payment {world.executed.id} is {state}, but was held, executed, released (1, 1, 0) times" in problems


def test_a_payment_that_says_executed_but_moved_nothing_is_found(world: World) -> None:
    problems = world.corrupt("UPDATE payments SET state = 'executed' WHERE id = :id", **_id(world.cancelled))
    assert f"payment {world.cancelled.id} is executed, but was held, executed, released (1, 0, 1) times" in problems


def test_a_second_debit_is_found(world: World) -> None:
    statement = "INSERT INTO journal_entries (key, kind, reference, created_at) VALUES ('again', 'execute', :id, 0)"
    problems = world.corrupt(statement, **_id(world.executed))
    assert f"payment {world.executed.id} is executed, but was held, executed, released (1, 2, 0) times" in problems


def test_entries_whose_payment_is_gone_are_found(world: World) -> None:
    problems = world.corrupt("DELETE FROM payments WHERE id = :id", **_id(world.executed))
    assert f"journal entries without a payment: {world.executed.id}" in problems


def _refund(world: World, amount: int) -> str:
    return world.services.refund(world.executed, amount).id


def test_a_ledger_with_refunds_is_sound(world: World) -> None:
    _refund(world, 500)
    world.services.refund(world.executed, 12_000, key="the rest")
    assert world.services.payments.verify_ledger().problems == []


def test_a_payment_that_forgot_its_refund_is_found(world: World) -> None:
    _refund(world, 500)
    problems = world.corrupt(
        "UPDATE payments SET state = 'executed', refunded = 0 WHERE id = :id", **_id(world.executed)
    )
    assert f"payment {world.executed.id}: it says that 0 was refunded, its refunds sum to 500" in problems
    assert f"payment {world.executed.id} is executed, but 500 of 12500 was refunded" in problems


@pytest.mark.parametrize("state", ["partly_refunded", "refunded"])
def test_a_payment_that_says_refunded_but_gave_nothing_back_is_found(world: World, state: str) -> None:
    problems = world.corrupt("UPDATE payments SET state = :state WHERE id = :id", state=state, **_id(world.executed))
    assert problems == [f"payment {world.executed.id} is {state}, but 0 of 12500 was refunded"]


def test_a_payment_that_gave_back_more_than_it_brought_is_found(world: World) -> None:
    refund = _refund(world, 500)
    problems = world.corrupt("UPDATE refunds SET amount = 12501 WHERE id = :id", id=refund)
    assert f"payment {world.executed.id}: 12501 was refunded of 12500 that it brought" in problems
    assert f"refund {refund}: 12501 went back, but 500 was booked out and 500 in" in problems


def test_a_refund_that_moved_no_money_is_found(world: World) -> None:
    refund = _refund(world, 500)
    problems = world.corrupt("UPDATE journal_entries SET key = 'refund:lost' WHERE kind = 'refund'")
    assert f"refund {refund}: 500 went back, but 0 was booked out and 0 in" in problems
    assert "journal entry refund:lost: it books a refund that is not there" in problems


def test_a_refund_to_another_wallet_is_found(world: World) -> None:
    refund = _refund(world, 500)
    account = f"wallet:{world.services.open_wallet(1).id}"
    problems = world.corrupt("UPDATE postings SET account = :key WHERE amount = 500", key=account)
    assert f"refund {refund}: 500 went back, but 500 was booked out and 0 in" in problems


def test_a_refund_of_a_payment_that_brought_nothing_is_found(world: World) -> None:
    _refund(world, 500)
    problems = world.corrupt("UPDATE payments SET state = 'cancelled' WHERE id = :id", **_id(world.executed))
    assert f"payment {world.executed.id}: 500 was refunded of 0 that it brought" in problems


def test_an_entry_that_is_gone_is_found(world: World) -> None:
    world.corrupt(
        "DELETE FROM postings WHERE entry_id = (SELECT id FROM journal_entries WHERE key = :k)",
        k=f"hold:{world.prepared.id}",
    )
    problems = world.corrupt("DELETE FROM journal_entries WHERE key = :k", k=f"hold:{world.prepared.id}")
    assert f"payment {world.prepared.id} is prepared, but was held, executed, released (0, 0, 0) times" in problems


def test_the_proof_sees_one_moment_while_payments_go_on(world: World) -> None:
    services = world.services

    def pay() -> None:
        for _ in range(4):
            services.execute(services.prepare(world.payer, world.shop, amount=10))

    reports = race([pay, pay, *[lambda: [services.payments.verify_ledger().problems for _ in range(8)]] * 2])
    assert [problems for problems in reports if problems is not None] == [[[]] * 8] * 2


def _with_transfer(world: World) -> str:
    sent = send(world.services, world.payer, world.shop, 500, kind="counter")
    assert world.services.payments.verify_ledger().problems == []
    return sent.id


def test_a_transfer_that_moved_another_amount_is_found(world: World) -> None:
    sent = _with_transfer(world)
    problems = world.corrupt("UPDATE transfers SET amount = 600 WHERE id = :id", id=sent)
    assert problems == [f"transfer {sent}: 600 was sent with a fee of 0, but 500 was booked out and 500 in"]


def test_a_transfer_that_is_gone_is_found(world: World) -> None:
    sent = _with_transfer(world)
    assert world.corrupt("DELETE FROM transfers WHERE id = :id", id=sent) == [
        f"journal entry transfer:{sent}: it books a transfer that is not there"
    ]


def test_a_request_that_says_approved_but_was_not_paid_is_found(world: World) -> None:
    asked = ask(world.services, world.shop, world.payer)
    problems = world.corrupt("UPDATE money_requests SET state = 'approved' WHERE id = :id", id=asked.id)
    assert problems == [f"request for money {asked.id}: its state and the transfer that paid it disagree"]


@pytest.mark.parametrize(
    "statement", ["UPDATE postings SET amount = 1", "DELETE FROM postings", "UPDATE journal_entries SET kind = 'x'"]
)
def test_the_database_itself_keeps_entries_and_postings_as_they_are(world: World, statement: str) -> None:
    database = world.services.payments_api.database
    with pytest.raises(DatabaseError, match="never changed or deleted"), database.write() as connection:
        connection.execute(text(statement))
    world.services.require_sound_ledger()


def test_a_broken_entry_is_refused_at_once_where_the_ledger_is_checked(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """A balance that somebody changed by hand is noticed at the next entry of its account, and nothing moves."""
    with world.services.payments_api.database.write() as connection:
        key = f"wallet:{world.payer.id}"
        connection.execute(text("UPDATE ledger_accounts SET balance = balance + 1 WHERE key = :key"), {"key": key})
    before = world.services.money(world.payer)
    with pytest.raises(ServiceUnavailable):
        world.services.prepare(world.payer, world.shop)
    assert f"account wallet:{world.payer.id} says" in caplog.text
    assert world.services.money(world.payer) == before
