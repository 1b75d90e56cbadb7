"""The rules that a right ledger keeps, each as a check that lists what breaks it in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.mock_payments.ledger import store
from sandbox.mock_payments.payments import store as payment_store
from sandbox.mock_payments.payments.states import EXECUTED, state_after
from sandbox.mock_payments.refunds import store as refund_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_BOOKINGS_BY_STATE = {
    "prepared": (1, 0, 0),
    "verified": (1, 0, 0),
    "executed": (1, 1, 0),
    "partly_refunded": (1, 1, 0),
    "refunded": (1, 1, 0),
    "expired": (1, 0, 1),
    "cancelled": (1, 0, 1),
}
"""How often a payment in this state was held, executed and released."""
_REFUSED_BEFORE_HOLD, _REFUSED_AFTER_HOLD = (0, 0, 0), (1, 0, 1)


def list_problems(connection: Connection) -> list[str]:
    checks = (_unbalanced, _wrong_balances, _overdrawn, _holds, _bookings, _refunds, _refund_bookings)
    return [problem for check in checks for problem in check(connection)]


def _unbalanced(connection: Connection) -> Iterator[str]:
    for row in store.unbalanced_entries(connection):
        yield f"journal entry {row.key}: its postings sum to {row.total}, not to zero"


def _wrong_balances(connection: Connection) -> Iterator[str]:
    for row in store.wrong_balances(connection):
        yield f"account {row.key}: its balance says {row.balance}, its postings sum to {row.total}"


def _overdrawn(connection: Connection) -> Iterator[str]:
    for row in store.overdrawn_accounts(connection):
        yield f"account {row.key}: below zero ({row.balance})"


def _holds(connection: Connection) -> Iterator[str]:
    wanted = payment_store.held_by_wallet(connection)
    found = dict(store.hold_balances(connection))
    for wallet_id in sorted(wanted.keys() | found.keys()):
        held, needed = found.get(wallet_id, 0), wanted.get(wallet_id, 0)
        if held != needed:
            yield f"wallet {wallet_id}: {held} held, but its live payments need {needed}"


def _bookings(connection: Connection) -> Iterator[str]:
    booked = {row.reference: (row.hold, row.execute, row.release) for row in store.entry_kinds_by_reference(connection)}
    for payment_id, state in payment_store.iterate_states(connection):
        counts = booked.pop(payment_id, (0, 0, 0))
        allowed = (
            {_BOOKINGS_BY_STATE[state]} if state in _BOOKINGS_BY_STATE else {_REFUSED_BEFORE_HOLD, _REFUSED_AFTER_HOLD}
        )
        if counts not in allowed:
            yield f"payment {payment_id} is {state}, but was held, executed, released {counts} times"
    for reference in booked:
        yield f"journal entries without a payment: {reference}"


def _refunds(connection: Connection) -> Iterator[str]:
    """No payment gives back more than it brought, and each says how much it gave."""
    for row in refund_store.payments_beside_refunds(connection):
        brought = row.amount if row.state in EXECUTED else 0
        if row.refunded != row.total:
            yield f"payment {row.id}: it says that {row.refunded} was refunded, its refunds sum to {row.total}"
        if row.total > brought:
            yield f"payment {row.id}: {row.total} was refunded of {brought} that it brought"
        if row.state in EXECUTED and row.state != state_after(row.amount, row.total):
            yield f"payment {row.id} is {row.state}, but {row.total} of {row.amount} was refunded"


def _refund_bookings(connection: Connection) -> Iterator[str]:
    """Each refund is booked once, from the merchant's wallet to the payer's."""
    for row in refund_store.wrong_bookings(connection):
        yield f"refund {row.id}: {row.amount} went back, but {row.given} was booked out and {row.received} in"
    for key in refund_store.bookings_without_refund(connection):
        yield f"journal entry {key}: it books a refund that is not there"
