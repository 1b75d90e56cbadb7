"""Moving the money of a transfer: the row, its journal entry and both SMS in the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import WalletClosed
from sandbox.contracts.transfers import Transfer
from sandbox.kit.clock import to_iso
from sandbox.kit.money import format_number
from sandbox.kit.phone_numbers import format_phone_number, mask_phone_number
from sandbox.mock_payments.ledger import store as ledger
from sandbox.mock_payments.ledger.entries import JournalEntry, Posting, wallet_account
from sandbox.mock_payments.outflows.ceilings import require_room, spend
from sandbox.mock_payments.payments.fees import NO_FEE, FeeRule, share_out
from sandbox.mock_payments.transfers import store
from sandbox.mock_payments.transfers.sides import name_for_others

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Row

    from sandbox.contracts.wallets import Authorization
    from sandbox.kit.clock import Clock
    from sandbox.kit.ids import Ids
    from sandbox.kit.outbox import Outbox

_SHOWN_REFERENCE = 8


class Moving:
    def __init__(self, clock: Clock, ids: Ids, outbox: Outbox, fees: FeeRule = NO_FEE) -> None:
        self._fees = fees
        self.clock = clock
        self._ids = ids
        self._outbox = outbox

    def move(self, connection: Connection, sides: Authorization, asked: Mapping[str, Any]) -> Row[Any]:
        """The transfer's row. ``asked`` has its key, fingerprint, kind, amount and note. Raises InsufficientFunds, LimitExceeded.

        The row comes first: a parallel call with the same key waits for it, and is not told that money is missing.
        """
        payer, payee, transfer_id, now = sides.payer, sides.payee, self._ids.token22(), self.clock.now()
        fee = self._fees.of(asked["amount"]) if asked["kind"] == "counter" else 0
        who = {
            "payer_wallet_id": payer.id,
            "payer_phone": payer.phone_number,
            "payer_name": name_for_others(payer),
            "payee_wallet_id": payee.id,
            "payee_phone": payee.phone_number,
            "payee_name": name_for_others(payee),
        }
        store.add(connection, {"request_id": None, **asked, "fee": fee, **who, "id": transfer_id, "created_at": now})
        row = store.get(connection, transfer_id)
        received = share_out(row.amount, fee, payee.id, {})
        spend(connection, payer.id, row.amount, sides.payer_limits, now)
        postings = (Posting(wallet_account(payer.id), -row.amount), *received)
        ledger.open_accounts(connection, [posting.account for posting in postings])
        entry = JournalEntry(store.entry_key(transfer_id), row.kind, transfer_id, postings)
        try:
            ledger.add_entry(connection, entry, now)
        except ledger.AccountClosed as refusal:
            is_payer = refusal.account == wallet_account(payer.id)
            raise WalletClosed(field="payer_phone" if is_payer else "payee_phone") from None
        require_room(connection, payee.id, sides.payee_limits.balance)
        for message in _messages(row):
            self._outbox.add(connection, "sms", message)
        return row


def _messages(row: Row[Any]) -> Iterator[dict[str, Any]]:
    """SMS to payer and payee; a merchant sees a masked number (report, 2.3.7), a person the whole one, to answer."""
    at_counter = row.kind == "counter"
    texts = ("payment_sent", "payment_received") if at_counter else ("transfer_sent", "transfer_received")
    phone = (mask_phone_number if at_counter else format_phone_number)(row.payer_phone)
    names = (row.payee_name, f"{row.payer_name} ({phone})")
    values = {"amount": format_number(row.amount), "reference": row.id[:_SHOWN_REFERENCE]}
    for template, number, name in zip(texts, (row.payer_phone, row.payee_phone), names, strict=True):
        yield {
            "key": f"{row.id}:{template}",
            "phone_number": number,
            "template": template,
            "values": values | {"name": name},
        }


def to_transfer(row: Row[Any]) -> Transfer:
    return Transfer.model_validate({**row._mapping, "created_at": to_iso(row.created_at)})
