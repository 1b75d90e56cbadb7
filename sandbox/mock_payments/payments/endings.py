"""Ways a payment ends: executed, or its hold released; each one journal entry and one event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import SplitTooLarge
from sandbox.mock_payments.ledger import store as ledger
from sandbox.mock_payments.ledger.entries import JournalEntry, Posting, hold_account, move, purse_account
from sandbox.mock_payments.outflows.ceilings import give_back, require_room
from sandbox.mock_payments.payments import store
from sandbox.mock_payments.payments.fees import NO_FEE, FeeRule, share_out
from sandbox.mock_payments.payments.records import tell_both_sides, tell_platform
from sandbox.mock_payments.payments.states import LEFT, PAYMENT

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from sandbox.kit.outbox import Outbox


class Endings:
    """Each method works inside the caller's transaction, on a row that the caller has locked."""

    def __init__(self, outbox: Outbox, fees: FeeRule = NO_FEE) -> None:
        self._outbox = outbox
        self._fees = fees

    def execute(self, connection: Connection, row: Row[Any], now: datetime, execution_key: str) -> Row[Any]:
        """The held money goes to the merchant, and to whoever gets a share.

        Raises LimitExceeded where a wallet would hold too much, and AccountClosed where one takes no money any more; the
        caller's transaction ends then.
        """
        PAYMENT.require(row.state, "executed")
        shares = store.shares_of(connection, row)
        fee = self._fees.of(row.amount, row.amount - row.shared)
        received = share_out(row.amount, fee, row.payee_wallet_id, {each.wallet_id: each.amount for each in shares})
        ledger.open_accounts(connection, [posting.account for posting in received])
        source = Posting(hold_account(row.payer_wallet_id), -row.amount)
        entry = JournalEntry(f"execute:{row.id}", "execute", row.id, (source, *received))
        ledger.add_entry(connection, entry, now)
        require_room(connection, row.payee_wallet_id, row.payee_ceiling)
        for share in shares:
            require_room(connection, share.wallet_id, share.ceiling)
        store.change(connection, row.id, state="executed", executed_at=now, execution_key=execution_key, fee=fee)
        executed = store.get(connection, row.id)
        tell_platform(connection, self._outbox, executed, now)
        tell_both_sides(connection, self._outbox, executed)
        return executed

    def give_back_rest(self, connection: Connection, row: Row[Any], amount: int, now: datetime) -> Row[Any]:
        """Of what is held only ``amount`` millimes will be taken: the rest returns to the payer. Raises SplitTooLarge."""
        if row.shared > amount:
            raise SplitTooLarge(field="amount")
        rest, hold, purse = row.amount - amount, hold_account(row.payer_wallet_id), purse_account(row.payer_wallet_id)
        entry = move(f"release:{row.id}", "release", row.id, amount=rest, source=hold, target=purse)
        if row.counted:
            give_back(connection, row.payer_wallet_id, rest, row.created_at)
        ledger.add_entry(connection, entry, now)
        store.change(connection, row.id, amount=amount, released=rest)
        return store.get(connection, row.id)

    def expire(self, connection: Connection, row: Row[Any], now: datetime) -> Row[Any]:
        return self._release(connection, row, now, "expired", "CODE_EXPIRED")

    def lock_code(self, connection: Connection, row: Row[Any], now: datetime) -> Row[Any]:
        """Three wrong codes: the attempt is over."""
        return self._release(connection, row, now, "refused", "WRONG_CODE")

    def cancel(self, connection: Connection, row: Row[Any], now: datetime) -> Row[Any]:
        return self._release(connection, row, now, "cancelled", "REFUSED_BY_SHOPPER")

    def leave(self, connection: Connection, row: Row[Any], now: datetime) -> Row[Any]:
        """The shopper goes another way: the form may be paid anew."""
        return self._release(connection, row, now, "refused", LEFT)

    def give_up(self, connection: Connection, row: Row[Any], now: datetime) -> Row[Any]:
        """A wallet that was to receive money has been closed meanwhile."""
        return self._release(connection, row, now, "refused", "WALLET_CLOSED")

    def _release(self, connection: Connection, row: Row[Any], now: datetime, state: str, reason: str) -> Row[Any]:
        """The held money goes back to the payer."""
        PAYMENT.require(row.state, state)
        hold, purse = hold_account(row.payer_wallet_id), purse_account(row.payer_wallet_id)
        entry = move(f"release:{row.id}", "release", row.id, amount=row.amount, source=hold, target=purse)
        if row.counted:
            give_back(connection, row.payer_wallet_id, row.amount, row.created_at)
        ledger.add_entry(connection, entry, now)
        store.change(connection, row.id, state=state, reason=reason)
        released = store.get(connection, row.id)
        tell_platform(connection, self._outbox, released, now)
        return released
