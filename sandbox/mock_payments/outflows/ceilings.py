"""The two ceilings of a wallet, each checked inside the transaction that moves the money, under the lock of what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.contracts.errors import LimitExceeded
from sandbox.kit.clock import to_iso
from sandbox.kit.days import day_of, end_of_day
from sandbox.kit.errors import translatable
from sandbox.mock_payments.ledger import store as ledger
from sandbox.mock_payments.ledger.entries import hold_account, wallet_account
from sandbox.mock_payments.outflows import store

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from sandbox.contracts.wallets import Limits


def spend(connection: Connection, wallet_id: str, amount: int, limits: Limits, now: datetime) -> None:
    """Count what leaves a wallet today. Call it before the ledger is touched. Raises LimitExceeded; the transaction ends then."""
    day, ceiling = day_of(now), limits.daily_outflow
    total = store.add(connection, wallet_id, day, amount)
    if ceiling is not None and total > ceiling:
        raise LimitExceeded(
            translatable("This is more than the wallet may still pay today."),
            hint=translatable("Pay less, wait until midnight in Tunis, or raise the wallet's level."),
            field="amount",
            limit="daily_outflow",
            ceiling=ceiling,
            used_today=total - amount,
            left_today=max(0, ceiling - (total - amount)),
            resets_at=to_iso(end_of_day(day)),
        )


def give_back(connection: Connection, wallet_id: str, amount: int, spent_at: datetime) -> None:
    """What was counted comes back before it arrived anywhere: it no longer counts for the day on which it was spent."""
    store.add(connection, wallet_id, day_of(spent_at), -amount)


def require_room(
    connection: Connection, wallet_id: str, ceiling: int | None, *, coming: int = 0, field: str = "amount"
) -> None:
    """Call it after the money was booked, when the wallet's account is locked. Raises LimitExceeded; the transaction ends then.

    Before that, with what is ``coming``, it only tells early what would be refused. What is held for payments that are
    prepared belongs to the wallet too.
    """
    if ceiling is None:
        return
    balance = sum(ledger.balance_of(connection, of(wallet_id)) for of in (wallet_account, hold_account))
    if balance + coming > ceiling:
        raise LimitExceeded(
            translatable("The wallet that would receive this may not hold so much."),
            hint=translatable("Send less, or let the receiver spend first or raise the wallet's level."),
            field=field,
            limit="balance",
            ceiling=ceiling,
        )
