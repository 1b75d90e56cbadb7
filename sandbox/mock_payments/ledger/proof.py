"""The rules that a right ledger keeps, each as a check that lists what breaks it in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.mock_payments.ledger import store
from sandbox.mock_payments.money_requests import store as request_store
from sandbox.mock_payments.payments import store as payment_store
from sandbox.mock_payments.payments.states import EXECUTED, state_after
from sandbox.mock_payments.refunds import store as refund_store
from sandbox.mock_payments.transfers import store as transfer_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_HELD, _EXECUTED, _RELEASED = frozenset({(1, 0, 0)}), frozenset({(1, 1, 0), (1, 1, 1)}), frozenset({(1, 0, 1)})
_BOOKINGS_BY_STATE = {
    "prepared": _HELD,
    "verified": _HELD,
    "executed": _EXECUTED,
    "partly_refunded": _EXECUTED,
    "refunded": _EXECUTED,
    "expired": _RELEASED,
    "cancelled": _RELEASED,
    "refused": _RELEASED | {(0, 0, 0)},
}
"""How often a payment in this state was held, executed and released. One is refused before its hold, or after it;
what is executed of a pre-authorization may be less than what was held, and the rest released."""


def list_problems(connection: Connection) -> list[str]:
    checks = (_unbalanced, _wrong_balances, _overdrawn, _holds, _bookings, _refunds, _refund_bookings, _transfers)
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
    for state, *found in payment_store.count_bookings(connection):
        counts = tuple(int(count or 0) for count in found)
        if counts not in _BOOKINGS_BY_STATE[state]:
            for payment_id in payment_store.list_booked(connection, state, tuple(found)):
                yield f"payment {payment_id} is {state}, but was held, executed, released {counts} times"
    for reference in payment_store.bookings_without_payment(connection):
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


def _transfers(connection: Connection) -> Iterator[str]:
    """Each transfer is booked once, from one wallet to the other; each approved request for money was paid by one of them."""
    for row in transfer_store.wrong_bookings(connection):
        yield (
            f"transfer {row.id}: {row.amount} was sent with a fee of {row.fee},"
            f" but {row.given} was booked out and {row.received} in"
        )
    for key in transfer_store.bookings_without_transfer(connection):
        yield f"journal entry {key}: it books a transfer that is not there"
    for request_id in request_store.wrongly_paid(connection):
        yield f"request for money {request_id}: its state and the transfer that paid it disagree"
