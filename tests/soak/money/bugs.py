"""Bugs as somebody could write them, planted in the running code: each takes away one thing that keeps money right."""

from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, update

from sandbox.contracts.errors import InsufficientFunds
from sandbox.mock_payments.ledger import store as ledger
from sandbox.mock_payments.ledger.entries import wallet_account
from sandbox.mock_payments.ledger.models import accounts, postings
from sandbox.mock_payments.payments import endings
from sandbox.mock_payments.payments import store as payment_store
from sandbox.mock_payments.refunds import service as refunding
from sandbox.mock_payments.transfers import service as sending
from sandbox.mock_payments.transfers import store as transfer_store

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Plant = Callable[[pytest.MonkeyPatch], None]

_unguarded = (
    update(accounts)
    .where(accounts.c.key == bindparam("account"))
    .values(balance=accounts.c.balance + bindparam("change"))
)


def a_double_posting(patch: pytest.MonkeyPatch) -> None:
    """What an execution books is written twice: the entry still sums to zero."""
    real = ledger.add_entry

    def add_entry(connection: Any, entry: Any, created_at: Any) -> None:
        real(connection, entry, created_at)
        if entry.kind == "execute":
            entry_id = connection.exec_driver_sql("SELECT max(id) FROM journal_entries").scalar()
            again = [{"entry_id": entry_id, "account": each.account, "amount": each.amount} for each in entry.postings]
            connection.execute(insert(postings), again)

    patch.setattr(ledger, "add_entry", add_entry)


def a_hold_that_is_not_released(patch: pytest.MonkeyPatch) -> None:
    """The payment is over, and its money stays where it was held."""

    def release(self: Any, connection: Any, row: Any, now: Any, state: str, reason: str) -> Any:
        payment_store.change(connection, row.id, state=state, reason=reason)
        released = payment_store.get(connection, row.id)
        endings.tell_platform(connection, self._outbox, released, now)
        return released

    patch.setattr(endings.Endings, "_release", release)


def a_refund_without_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(refunding, "_require_refundable", lambda *_: None)


def a_limit_that_is_looked_at_before_the_lock(patch: pytest.MonkeyPatch) -> None:
    """Two refunds both see that nothing has gone back yet."""
    look, real, both = refunding._require_refundable, refunding.RefundService.refund, threading.Barrier(2)

    def refund(self: Any, payment_id: str, request: Any) -> Any:
        with self._database.read() as connection:
            look(payment_store.get(connection, payment_id), request)
        _meet(both)
        return real(self, payment_id, request)

    patch.setattr(refunding, "_require_refundable", lambda *_: None)
    patch.setattr(refunding.RefundService, "refund", refund)


def a_balance_that_is_looked_at_without_a_lock(patch: pytest.MonkeyPatch) -> None:
    """Three transfers all see the same money."""
    real, all_three = sending.TransferService.send, threading.Barrier(3)

    def send(self: Any, request: Any) -> Any:
        payer = self._sides.find(request.payer_phone, "payer_phone")
        with self._database.read() as connection:
            too_much = request.amount > ledger.balance_of(connection, wallet_account(payer.id))
        _meet(all_three)
        if too_much:
            raise InsufficientFunds
        return real(self, request)

    patch.setattr(ledger, "_add_to_balance", _unguarded)
    patch.setattr(sending.TransferService, "send", send)


def a_wallet_below_zero(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_add_to_balance", _unguarded)


def a_repetition_that_moves_money_again(patch: pytest.MonkeyPatch) -> None:
    """The key of a transfer is not looked for, nor kept."""
    real, numbers = transfer_store.add, count()

    def add(connection: Any, values: dict[str, Any]) -> None:
        real(connection, {**values, "idempotency_key": f"{values['idempotency_key']} {next(numbers)}"})

    patch.setattr(transfer_store, "add", add)
    patch.setattr(transfer_store, "find_by_key", lambda *_: None)


def two_transactions_instead_of_one(patch: pytest.MonkeyPatch) -> None:
    """The payment says that it is executed before its money has moved."""
    real = endings.Endings.execute

    def execute(self: Any, connection: Any, row: Any, now: Any, execution_key: str) -> Any:
        payment_store.change(connection, row.id, state="executed", execution_key=execution_key, executed_at=now)
        raw = connection.connection.dbapi_connection
        raw.execute("COMMIT")
        raw.execute("BEGIN IMMEDIATE")
        return real(self, connection, row, now, execution_key)

    patch.setattr(endings.Endings, "execute", execute)


def a_success_that_nobody_is_told_of(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(endings, "tell_platform", lambda *_: None)


def _meet(others: threading.Barrier) -> None:
    """Only calls that race do: they run in threads of their own, and all come as far as this."""
    if threading.current_thread() is not threading.main_thread():
        others.wait(60)


PLANTS: tuple[Plant, ...] = (
    a_double_posting,
    a_hold_that_is_not_released,
    a_refund_without_limit,
    a_limit_that_is_looked_at_before_the_lock,
    a_balance_that_is_looked_at_without_a_lock,
    a_wallet_below_zero,
    a_repetition_that_moves_money_again,
    two_transactions_instead_of_one,
    a_success_that_nobody_is_told_of,
)
