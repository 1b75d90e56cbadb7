"""The rules that right books keep, each as a check that lists what breaks it in words."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sandbox.mock_payments.proof import accounts, bookings, given_back, movements, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Row

    Check = Callable[[Connection], Iterator[str]]

_MOST_OF_A_KIND = 1_000
"""Who has a thousand of one kind needs no more to begin with."""
_RECORD_OF_KIND = {
    "refund": "refund",
    "person": "transfer",
    "counter": "transfer",
    "top_up": "bank movement",
    "withdrawal": "bank movement",
    **dict.fromkeys(("hold", "execute", "release"), "payment in a state that explains it"),
}


def list_problems(connection: Connection) -> list[str]:
    """Everything that is kept, compared with the postings, as it stands at one moment."""
    problems = list(islice(_movements(connection), _MOST_OF_A_KIND))
    problems += islice(bookings.list_wrong_payments(connection, whole=bool(problems)), _MOST_OF_A_KIND)
    for check in _CHECKS:
        problems += islice(check(connection), _MOST_OF_A_KIND)
    return problems


def _movements(connection: Connection) -> Iterator[str]:
    """Each entry is balanced, and moves what its record says, from whom it says, to whom it says."""
    for row in movements.list_wrong(connection):
        if row.total != 0:
            yield f"journal entry {row.key}: its postings sum to {row.total or 0}, not to zero"
        if row.amount is None:
            yield f"journal entry {row.key}: there is no {_RECORD_OF_KIND.get(row.kind, 'record of this kind')}"
        elif row.total == 0:
            yield f"journal entry {row.key}: {_what_moved(row)}"


def _what_moved(row: Row[Any]) -> str:
    out, rest = row.amount - row.given, row.amount - row.fee - row.shared
    return (
        f"{out} should go out, {rest} in, {row.fee} to fees and {row.shared} to others;"
        f" {row.out} went out, {row.received} in, {row.fee_booked} to fees, {row.moved // 2} in all"
    )


def _balances(connection: Connection) -> Iterator[str]:
    for row in accounts.wrong_balances(connection):
        yield f"account {row.key}: its balance says {row.balance}, its postings sum to {row.total}"
    for row in accounts.overdrawn(connection):
        yield f"account {row.key}: below zero ({row.balance})"
    for key in accounts.wrongly_closed(connection):
        yield f"account {key}: it is closed and has money, or its wallet's closing and it disagree"


def _holds(connection: Connection) -> Iterator[str]:
    for row in accounts.wrong_holds(connection):
        yield f"wallet {row.wallet_id}: {row.held} held, but its live payments need {row.needed}"


def _payments(connection: Connection) -> Iterator[str]:
    for row in records.wrong_payments(connection):
        yield (
            f"payment {row.id} is {row.state}, but {row.refunded} of {row.amount} was refunded, with a fee of {row.fee},"
            f" {row.shared} shared, executed at {row.executed_at}"
        )


def _shares(connection: Connection) -> Iterator[str]:
    for row in records.wrong_share_sums(connection):
        yield f"payment {row.id}: it says that {row.said} is shared, its shares sum to {row.given}"
    for row in records.unpaid_shares(connection):
        yield f"payment {row.payment_id}: the share of {row.amount} for wallet {row.wallet_id} was not paid as such"


def _refunds(connection: Connection) -> Iterator[str]:
    """No payment gives back more than it brought, and each says how much it gave."""
    for row in records.wrong_refund_sums(connection):
        yield f"payment {row.id}: it says that {row.said} was refunded, its refunds sum to {row.given}"
    for row in records.wrong_refund_totals(connection):
        yield f"refund {row.id}: it says that {row.said} was refunded by then, it was {row.given}"
    for row in given_back.wrong_sums(connection):
        yield f"refund {row.id}: it says that {row.said} came from wallets with a share, their parts sum to {row.given}"
    for row in given_back.unpaid(connection):
        yield f"refund {row.refund_id}: the part of {row.amount} of wallet {row.wallet_id} was not taken as such"
    for refund_id, wallet_id, should, did in given_back.wrong_parts(connection):
        yield f"refund {refund_id}: wallet {wallet_id} should give {should} back of its share, and gave {did}"


def _bank(connection: Connection) -> Iterator[str]:
    for row in accounts.wrong_bank_balances(connection):
        yield f"bank movement {row.id}: it says that {row.balance} was left, it was {row.total}"


def _outflows(connection: Connection) -> Iterator[str]:
    for row in records.wrong_outflows(connection):
        yield f"wallet {row.wallet_id}, day {row.day}: {row.kept} counts as paid, but {row.paid} was paid"


def _requests(connection: Connection) -> Iterator[str]:
    for request_id in records.wrongly_paid_requests(connection):
        yield f"request for money {request_id}: its state and the transfer that paid it disagree"


_CHECKS: tuple[Check, ...] = (
    bookings.list_missing,
    _balances,
    _holds,
    _payments,
    _shares,
    _refunds,
    _bank,
    _outflows,
    _requests,
)
