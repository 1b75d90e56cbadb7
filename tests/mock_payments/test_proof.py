"""The ledger's proof finds each kind of damage, to the ledger and to everything that is kept beside it, and says which."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from sandbox.contracts.bank import BankMove, LinkBank
from sandbox.contracts.wallets import CloseWallet
from sandbox.kit.days import day_of
from sandbox.kit.errors import ServiceUnavailable
from sandbox.kit.rib import key_of
from sandbox.mock_payments.payments.fees import FeeRule
from sandbox.mock_payments.proof.checks import list_problems
from sandbox.mock_payments.settings import PaymentsSettings
from tests.mock_payments.test_money_requests import approve, ask
from tests.mock_payments.test_transfers import send
from tests.racing import race
from tests.services import PIN, Services, build_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from sandbox.contracts.transport import InProcessTransport
    from tests.databases import UrlFactory

RIB = "080060123456789012" + key_of("080060123456789012")


class Damaged(Exception):
    """Ends the transaction in which something was damaged."""


class World:
    """Something of everything that is kept: payments in every state, fees, shares, refunds, transfers, requests, the bank."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.payer, self.shop, self.partner = services.open_wallet(200_000), services.open_shop(), services.open_shop()
        self.friend, closed = services.open_wallet(), services.open_wallet()
        share = [{"wallet_id": self.partner.id, "amount": 2_000}]
        self.prepared, self.executed, self.cancelled, self.refunded = (
            services.prepare(self.payer, self.shop) for _ in range(4)
        )
        self.split = services.execute(services.prepare(self.payer, self.shop, destinations=share))
        part = services.prepare(self.payer, self.shop)
        self.part = services.execute(part, amount=10_000, captures_part=True)
        for payment in (self.executed, self.refunded):
            services.execute(payment)
        self.refunds = [services.refund(self.refunded, amount, key=f"refund {amount}") for amount in (500, 700)]
        self.split_refund = services.refund(self.split, 5_000, key="refund split")
        services.payments.cancel(self.cancelled.id)
        self.sent = send(services, self.payer, self.shop, 5_000, kind="counter")
        self.open_request = ask(services, self.friend, self.payer, amount=100, idempotency_key="ask later")
        self.paid_request = ask(services, self.friend, self.payer, amount=3_000)
        self.gift = approve(services, self.paid_request)
        services.wallets.link_bank(self.payer.id, LinkBank(rib=RIB))
        move = BankMove(idempotency_key="in", phone_number=self.payer.phone_number, pin=PIN, amount=9_000)
        self.top_up = services.payments.top_up_from_bank(move)
        self.withdrawal = services.payments.withdraw(
            move.model_copy(update={"idempotency_key": "out", "amount": 4_000})
        )
        self.closed = services.payments.close_wallet(CloseWallet(phone_number=closed.phone_number, pin=PIN))

    def names(self) -> dict[str, str]:
        """The ids by which damages and problems are told."""
        named = {name: each.id for name, each in vars(self).items() if hasattr(each, "id")}
        return named | {f"refund_{number}": refund.id for number, refund in enumerate(self.refunds)}

    def damage(self, *statements: str) -> list[str]:
        """The problems that are found once ``statements`` have run; they are taken back again."""
        problems: list[str] = []
        with suppress(Damaged), self.services.payments_api.database.write() as connection:
            unseal(connection)
            for statement in statements:
                changed = connection.execute(text(statement))
                assert changed.rowcount > 0, statement
            problems += list_problems(connection)
            raise Damaged
        return problems


def unseal(connection: Connection) -> None:
    """Let entries and postings be changed, for this transaction: without triggers and foreign keys."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in ("journal_entries", "postings"):
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{verb}"))


@pytest.fixture
def world(database_url: UrlFactory, in_process: InProcessTransport) -> Iterator[World]:
    rule = PaymentsSettings(check_ledger=True, fees=FeeRule(permille=10, fixed=25))
    with build_services(database_url, in_process, payments_settings=rule) as services:
        yield World(services)


def _entry(key: str) -> str:
    return f"(SELECT id FROM journal_entries WHERE key = '{key}')"


def _leg(key: str, account: str, change: str) -> str:
    return f"UPDATE postings SET {change} WHERE entry_id = {_entry(key)} AND account = '{account}'"


DAMAGES: dict[str, tuple[tuple[str, ...], str]] = {
    "an entry that does not sum to zero": (
        (_leg("release:{cancelled}", "wallet:{payer}", "amount = amount + 1"),),
        "journal entry release:{cancelled}: its postings sum to 1, not to zero",
    ),
    "an entry that lost its postings": (
        (f"DELETE FROM postings WHERE entry_id = {_entry('execute:{executed}')}",),
        "journal entry execute:{executed}: its postings sum to 0, not to zero",
    ),
    "an entry that moved twice as much": (
        (f"UPDATE postings SET amount = amount * 2 WHERE entry_id = {_entry('hold:{prepared}')}",),
        "12500 should go out, 12500 in, 0 to fees and 0 to others; 25000 went out, 25000 in, 0 to fees, 25000 in all",
    ),
    "an entry with legs of its own": (
        (
            f"INSERT INTO postings (entry_id, account, amount) VALUES ({_entry('hold:{prepared}')}, 'fees', 5)",
            f"INSERT INTO postings (entry_id, account, amount) VALUES ({_entry('hold:{prepared}')}, 'wallet:{{shop}}', -5)",
        ),
        "12500 went out, 12500 in, 5 to fees, 12505 in all",
    ),
    "a hold of another wallet": (
        (_leg("hold:{prepared}", "wallet:{payer}", "account = 'wallet:{friend}'"),),
        "journal entry hold:{prepared}: 12500 should go out, 12500 in, 0 to fees and 0 to others; 0 went out",
    ),
    "an execution that paid another wallet": (
        (_leg("execute:{executed}", "wallet:{shop}", "account = 'wallet:{partner}'"),),
        "journal entry execute:{executed}: 12500 should go out, 12350 in, 150 to fees and 0 to others; 12500 went out, 0 in",
    ),
    "a kind of entry that nobody knows": (
        ("UPDATE journal_entries SET kind = 'gift' WHERE key = 'release:{cancelled}'",),
        "journal entry release:{cancelled}: there is no record of this kind",
    ),
    "a second debit": (
        (
            "INSERT INTO journal_entries (key, kind, reference, created_at) VALUES ('again', 'execute', '{executed}', 0)",
        ),
        "payment {executed} is executed, but was held, executed, released (1, 2, 0) times",
    ),
    "an entry that is gone": (
        (
            f"DELETE FROM postings WHERE entry_id = {_entry('hold:{prepared}')}",
            "DELETE FROM journal_entries WHERE key = 'hold:{prepared}'",
        ),
        "payment {prepared} is prepared, but was held, executed, released (0, 0, 0) times",
    ),
    "a payment that is gone": (
        ("DELETE FROM payments WHERE id = '{executed}'",),
        "journal entry execute:{executed}: there is no payment in a state that explains it",
    ),
    "a payment of another amount": (
        ("UPDATE payments SET amount = amount + 1 WHERE id = '{executed}'",),
        "journal entry hold:{executed}: 12501 should go out, 12501 in, 0 to fees and 0 to others; 12500 went out",
    ),
    "a payment that ended with its hold": (
        ("UPDATE payments SET state = 'cancelled' WHERE id = '{prepared}'",),
        "payment {prepared} is cancelled, but was held, executed, released (1, 0, 0) times",
    ),
    "a payment that says executed but moved nothing": (
        ("UPDATE payments SET state = 'executed', executed_at = 0, execution_key = 'x' WHERE id = '{cancelled}'",),
        "payment {cancelled} is executed, but was held, executed, released (1, 0, 1) times",
    ),
    "a payment in a state for later": (
        ("UPDATE payments SET state = 'captured' WHERE id = '{prepared}'",),
        "1 payments are captured, which no payment can be yet",
    ),
    "another fee": (
        ("UPDATE payments SET fee = fee - 1 WHERE id = '{executed}'",),
        "journal entry execute:{executed}: 12500 should go out, 12351 in, 149 to fees",
    ),
    "a rest that went back and was forgotten": (
        ("UPDATE payments SET released = 0 WHERE id = '{part}'",),
        "journal entry hold:{part}: 10000 should go out, 10000 in, 0 to fees and 0 to others; 12500 went out",
    ),
    "an executed payment without a moment": (
        ("UPDATE payments SET executed_at = NULL WHERE id = '{executed}'",),
        "payment {executed} is executed, but 0 of 12500 was refunded, with a fee of 150, 0 shared, executed at None",
    ),
    "another share": (
        ("UPDATE payment_shares SET amount = amount + 1",),
        "payment {split}: it says that 2000 is shared, its shares sum to 2001",
    ),
    "a share for another wallet": (
        ("UPDATE payment_shares SET wallet_id = '{friend}'",),
        "payment {split}: the share of 2000 for wallet {friend} was not paid as such",
    ),
    "a share that is gone": (
        ("DELETE FROM payment_shares",),
        "payment {split}: it says that 2000 is shared, its shares sum to 0",
    ),
    "a payment that forgot its shares": (
        ("UPDATE payments SET shared = 0 WHERE id = '{split}'",),
        "payment {split}: it says that 0 is shared, its shares sum to 2000",
    ),
    "a payment that forgot its refunds": (
        ("UPDATE payments SET state = 'executed', refunded = 0 WHERE id = '{refunded}'",),
        "payment {refunded}: it says that 0 was refunded, its refunds sum to 1200",
    ),
    "more refunded than executed": (
        ("UPDATE payments SET refunded = 12501 WHERE id = '{refunded}'",),
        "payment {refunded} is partly_refunded, but 12501 of 12500 was refunded",
    ),
    "a state that its refunds do not explain": (
        ("UPDATE payments SET state = 'refunded' WHERE id = '{executed}'",),
        "payment {executed} is refunded, but 0 of 12500 was refunded",
    ),
    "a refund of another amount": (
        ("UPDATE refunds SET amount = amount + 1 WHERE id = '{refund_0}'",),
        "journal entry refund:refund 500: 501 should go out, 501 in, 0 to fees and 0 to others; 500 went out",
    ),
    "a refund that tells another total": (
        ("UPDATE refunds SET refunded_total = 700 WHERE id = '{refund_1}'",),
        "refund {refund_1}: it says that 700 was refunded by then, it was 1200",
    ),
    "a refund that moved no money": (
        ("UPDATE journal_entries SET key = 'refund:lost' WHERE key = 'refund:refund 500'",),
        "refund {refund_0}: no journal entry books it",
    ),
    "a booking of a refund that is not there": (
        ("UPDATE journal_entries SET key = 'refund:lost' WHERE key = 'refund:refund 500'",),
        "journal entry refund:lost: there is no refund",
    ),
    "a refund to another wallet": (
        (_leg("refund:refund 500", "wallet:{payer}", "account = 'wallet:{friend}'"),),
        "journal entry refund:refund 500: 500 should go out, 500 in, 0 to fees and 0 to others; 500 went out, 0 in",
    ),
    "a part of a refund that another wallet gave": (
        (_leg("refund:refund split", "wallet:{partner}", "account = 'wallet:{friend}'"),),
        "refund {split_refund}: the part of 800 of wallet {partner} was not taken as such",
    ),
    "a part of a refund that the merchant gave": (
        (
            _leg("refund:refund split", "wallet:{shop}", "amount = -5000"),
            f"DELETE FROM postings WHERE entry_id = {_entry('refund:refund split')} AND account = 'wallet:{{partner}}'",
        ),
        "journal entry refund:refund split: 4200 should go out, 5000 in, 0 to fees and 0 to others; 5000 went out, 5000 in",
    ),
    "a refund that the merchant gave alone, and says so": (
        (
            _leg("refund:refund split", "wallet:{shop}", "amount = -5000"),
            f"DELETE FROM postings WHERE entry_id = {_entry('refund:refund split')} AND account = 'wallet:{{partner}}'",
            "UPDATE refunds SET shared = 0 WHERE id = '{split_refund}'",
            "DELETE FROM refund_shares",
        ),
        "refund {split_refund}: wallet {partner} should give 800 back of its share, and gave 0",
    ),
    "a refund that forgot who gave of it": (
        ("UPDATE refunds SET shared = 0 WHERE id = '{split_refund}'",),
        "refund {split_refund}: it says that 0 came from wallets with a share, their parts sum to 800",
    ),
    "another part of a refund": (
        ("UPDATE refund_shares SET amount = amount + 1",),
        "refund {split_refund}: wallet {partner} should give 800 back of its share, and gave 801",
    ),
    "a part of a refund for a wallet without a share": (
        ("UPDATE refund_shares SET wallet_id = '{friend}'",),
        "refund {split_refund}: wallet {friend} should give 0 back of its share, and gave 800",
    ),
    "a part of a refund that is gone": (
        ("DELETE FROM refund_shares",),
        "refund {split_refund}: it says that 800 came from wallets with a share, their parts sum to 0",
    ),
    "a transfer of another amount": (
        ("UPDATE transfers SET amount = 600 WHERE id = '{sent}'",),
        "journal entry transfer:{sent}: 600 should go out, 525 in, 75 to fees and 0 to others; 5000 went out, 4925 in",
    ),
    "a transfer with another fee": (
        ("UPDATE transfers SET fee = 0 WHERE id = '{sent}'",),
        "journal entry transfer:{sent}: 5000 should go out, 5000 in, 0 to fees",
    ),
    "a transfer that is gone": (
        ("DELETE FROM transfers WHERE id = '{sent}'",),
        "journal entry transfer:{sent}: there is no transfer",
    ),
    "a transfer that was never booked": (
        (
            f"DELETE FROM postings WHERE entry_id = {_entry('transfer:{sent}')}",
            "DELETE FROM journal_entries WHERE key = 'transfer:{sent}'",
        ),
        "transfer {sent}: no journal entry books it",
    ),
    "a request that says approved but was not paid": (
        ("UPDATE money_requests SET state = 'approved' WHERE id = '{open_request}'",),
        "request for money {open_request}: its state and the transfer that paid it disagree",
    ),
    "a request that was paid and says refused": (
        ("UPDATE money_requests SET state = 'refused', transfer_id = NULL WHERE id = '{paid_request}'",),
        "request for money {paid_request}: its state and the transfer that paid it disagree",
    ),
    "a request over another amount than was paid": (
        ("UPDATE money_requests SET amount = amount + 1 WHERE id = '{paid_request}'",),
        "request for money {paid_request}: its state and the transfer that paid it disagree",
    ),
    "a movement from the bank of another amount": (
        ("UPDATE bank_movements SET amount = amount + 1 WHERE id = '{top_up}'",),
        "journal entry bank:{top_up}: 9001 should go out, 9001 in, 0 to fees and 0 to others; 9000 went out",
    ),
    "a movement to the bank that says it came from there": (
        ("UPDATE bank_movements SET kind = 'top_up' WHERE id = '{withdrawal}'",),
        "journal entry bank:{withdrawal}: there is no bank movement",
    ),
    "a movement to the bank that tells another balance": (
        ("UPDATE bank_movements SET balance = balance + 1 WHERE id = '{withdrawal}'",),
        "bank movement {withdrawal}: it says that",
    ),
    "a movement to the bank that was never booked": (
        ("UPDATE bank_movements SET id = 'lost' WHERE id = '{withdrawal}'",),
        "bank movement lost: no journal entry books it",
    ),
    "another outflow of a day": (
        ("UPDATE daily_outflows SET amount = amount + 1 WHERE wallet_id = '{payer}'",),
        "wallet {payer}, day 20513: 72001 counts as paid, but 72000 was paid",
    ),
    "an outflow of another day": (
        ("UPDATE daily_outflows SET day = '2026-03-02' WHERE wallet_id = '{payer}'",),
        "wallet {payer}, day 20514: 72000 counts as paid, but 0 was paid",
    ),
    "an outflow that is gone": (
        ("DELETE FROM daily_outflows WHERE wallet_id = '{payer}'",),
        "wallet {payer}, day 20513: 0 counts as paid, but 72000 was paid",
    ),
    "a balance that is not the sum of its postings": (
        ("UPDATE ledger_accounts SET balance = balance + 5 WHERE key = 'wallet:{partner}'",),
        "account wallet:{partner}: its balance says 1205, its postings sum to 1200",
    ),
    "an account below zero": (
        ("UPDATE ledger_accounts SET balance = -1 WHERE key = 'wallet:{shop}'",),
        "account wallet:{shop}: below zero (-1)",
    ),
    "a hold that no payment needs": (
        ("UPDATE ledger_accounts SET balance = balance + 7 WHERE key = 'hold:{payer}'",),
        "wallet {payer}: 12507 held, but its live payments need 12500",
    ),
    "a closed account with money in it": (
        ("UPDATE ledger_accounts SET balance = 3 WHERE key = 'wallet:{closed}'",),
        "account wallet:{closed}: it is closed and has money, or its wallet's closing and it disagree",
    ),
    "a closed wallet whose account is open": (
        ("UPDATE ledger_accounts SET closed = false WHERE key = 'wallet:{closed}'",),
        "account wallet:{closed}: it is closed and has money, or its wallet's closing and it disagree",
    ),
}


def test_each_kind_of_damage_is_found_and_named(world: World) -> None:
    names, missed = world.names(), {}
    assert world.services.payments.verify_ledger().problems == []
    for damage, (statements, wanted) in DAMAGES.items():
        problems = world.damage(*(statement.format_map(names) for statement in statements))
        if not any(wanted.format_map(names) in problem for problem in problems):
            missed[damage] = problems
    assert missed == {}
    assert world.services.payments.verify_ledger().problems == [], "every damage was taken back"


def test_a_sound_ledger_is_counted(world: World) -> None:
    report = world.services.payments.verify_ledger()
    assert (report.ok, report.accounts, report.live_payments) == (True, 9, 1)
    assert (report.journal_entries, report.postings) == (20, 47)


def test_an_empty_ledger_is_sound(services: Services) -> None:
    report = services.payments.verify_ledger()
    assert (report.ok, report.accounts, report.postings) == (True, 0, 0)


def test_payments_of_all_moments_count_for_their_day_of_tunisia(world: World) -> None:
    """Before 2009 the clocks of Tunisia were put forward in summer: a payment shortly before midnight in UTC was tomorrow's."""
    for moment in ("2008-07-01T22:30", "2008-12-01T22:30", "2007-03-25T01:00", "1999-01-01T00:00"):
        milliseconds = int(datetime.fromisoformat(f"{moment}+00:00").timestamp() * 1000)
        day = day_of(datetime.fromisoformat(f"{moment}+00:00"))
        problems = world.damage(
            f"UPDATE transfers SET created_at = {milliseconds} WHERE id = '{world.sent.id}'",
            f"INSERT INTO daily_outflows (wallet_id, day, amount) VALUES ('{world.payer.id}', '{day}', 5000)",
            f"UPDATE daily_outflows SET amount = amount - 5000 WHERE wallet_id = '{world.payer.id}' AND day = '2026-03-01'",
        )
        assert problems == []


def test_the_proof_sees_one_moment_while_payments_go_on(world: World) -> None:
    services = world.services

    def pay() -> None:
        for _ in range(4):
            services.execute(services.prepare(world.payer, world.shop, amount=10))

    reports = race([pay, pay, *[lambda: [services.payments.verify_ledger().problems for _ in range(8)]] * 2])
    assert [problems for problems in reports if problems is not None] == [[[]] * 8] * 2


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
