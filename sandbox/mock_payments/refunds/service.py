"""Giving money back: each refund is one transaction under its payment's lock, once per key whatever crashes or races.

Whoever got money of the payment gives it back: the merchant, and each wallet with a share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import (
    AlreadyRefunded,
    InsufficientFunds,
    NotRefundable,
    PaymentNotFound,
    RefundTooLarge,
    WalletBlocked,
    WalletClosed,
)
from sandbox.contracts.payments import Refund, RefundPayment
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import translatable
from sandbox.kit.fingerprints import fingerprint_of
from sandbox.kit.tracing import join_trace
from sandbox.mock_payments.currency import require_dinars
from sandbox.mock_payments.ledger import store as ledger
from sandbox.mock_payments.ledger.entries import JournalEntry, Posting, purse_account, wallet_account
from sandbox.mock_payments.once import do_once
from sandbox.mock_payments.payments import store as payment_store
from sandbox.mock_payments.payments.records import GivenBack, tell_refund
from sandbox.mock_payments.payments.states import PAYMENT, REFUNDABLE, state_after
from sandbox.mock_payments.refunds import store
from sandbox.mock_payments.refunds.parts import give_back

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from sandbox.contracts.wallets import Wallet, WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.outbox import Outbox


class RefundService:
    def __init__(self, database: Database, clock: Clock, ids: Ids, outbox: Outbox, wallets: WalletsClient) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._outbox = outbox
        self._wallets = wallets

    def refund(self, payment_id: str, request: RefundPayment) -> Refund:
        """The same key gets the first answer again; with another body it is refused."""
        require_dinars(request.currency)
        fingerprint = fingerprint_of([payment_id, request.model_dump(exclude={"currency"})])
        partners = self._find_partners(payment_id, request.refund_key)

        def lock(connection: Connection) -> None:
            payment = payment_store.get(connection, payment_id, lock=True)
            join_trace(payment.session)

        done = do_once(
            self._database,
            fingerprint,
            lock=lock,
            find=lambda connection: store.find_by_key(connection, request.refund_key),
            act=lambda connection: self._move_back(connection, payment_id, request, fingerprint, partners),
            field="refund_key",
        )
        return _to_refund(done)

    def get_refund(self, payment_id: str, refund_id: str) -> Refund:
        with self._database.read() as connection:
            return _to_refund(store.get(connection, payment_id, refund_id))

    def list_refunds(self, payment_id: str) -> list[Refund]:
        with self._database.read() as connection:
            payment_store.get(connection, payment_id)
            return [_to_refund(row) for row in store.list_by_payment(connection, payment_id)]

    def _find_partners(self, payment_id: str, refund_key: str) -> dict[str, Wallet]:
        """The wallets that got a share, as they stand now: asked for before the transaction, and not for a repetition."""
        with self._database.read() as connection:
            payment = payment_store.get(connection, payment_id)
            if not payment.shared or store.find_by_key(connection, refund_key) is not None:
                return {}
            wallet_ids = [share.wallet_id for share in payment_store.shares_of(connection, payment)]
        return {wallet_id: self._wallets.get_wallet(wallet_id) for wallet_id in wallet_ids}

    def _move_back(
        self,
        connection: Connection,
        payment_id: str,
        request: RefundPayment,
        fingerprint: str,
        partners: Mapping[str, Wallet],
    ) -> Row[Any]:
        payment = payment_store.get(connection, payment_id)
        _require_refundable(payment, request)
        total, now = payment.refunded + request.amount, self._clock.now()
        state = state_after(payment.amount, total)
        PAYMENT.require(payment.state, state)
        parts = _parts_of(connection, payment, request.amount)
        values = {
            "id": self._ids.token22(),
            "refund_key": request.refund_key,
            "fingerprint": fingerprint,
            "payment_id": payment.id,
            "amount": request.amount,
            "refunded_total": total,
            "state": state,
            "reason": request.reason,
            "created_at": now,
            "shared": sum(parts.values()),
        }
        given = [_given(partners[wallet_id], part) for wallet_id, part in parts.items()]
        store.add(connection, values)
        store.add_shares(connection, values["id"], parts)
        try:
            ledger.add_entry(connection, _entry(payment, request, parts), now)
        except InsufficientFunds:
            raise _too_little_left() from None
        except ledger.AccountClosed:
            raise _wallet_is_closed() from None
        payment_store.change(connection, payment.id, state=state, refunded=total)
        row = store.get(connection, payment.id, values["id"])
        tell_refund(connection, self._outbox, payment_store.get(connection, payment.id), _to_refund(row), given)
        return row


def _parts_of(connection: Connection, payment: Row[Any], refund: int) -> dict[str, int]:
    """What wallets with a share give of it, those that give nothing left out."""
    shares = {share.wallet_id: share.amount for share in payment_store.shares_of(connection, payment)}
    if not shares:
        return {}
    given = store.given_by_wallet(connection, payment.id)
    parts = give_back(payment.amount, payment.refunded, refund, shares, given)
    return {wallet_id: part for wallet_id, part in parts.items() if part}


def _given(wallet: Wallet, part: int) -> GivenBack:
    if wallet.status == "blocked":
        raise WalletBlocked(
            translatable("A wallet that got a share of this payment is blocked."),
            hint=translatable("Unblock it first: each wallet gives back its own share."),
            field="payment_id",
        )
    return GivenBack(wallet.id, wallet.phone_number, part)


def _entry(payment: Row[Any], request: RefundPayment, parts: Mapping[str, int]) -> JournalEntry:
    """Out of everybody's wallet who got something, into the payer's purse."""
    sources = {payment.payee_wallet_id: request.amount - sum(parts.values()), **parts}
    out = (Posting(wallet_account(wallet_id), -part) for wallet_id, part in sources.items() if part)
    target = Posting(purse_account(payment.payer_wallet_id), request.amount)
    return JournalEntry(store.entry_key(request.refund_key), store.KIND, payment.id, (*out, target))


def _require_refundable(payment: Row[Any], request: RefundPayment) -> None:
    if payment.app_id != request.app_id or payment.payee_wallet_id != request.payee_wallet_id:
        raise PaymentNotFound(field="payment_id")
    if payment.state == "refunded":
        raise AlreadyRefunded(field="payment_id")
    if payment.state not in REFUNDABLE:
        raise NotRefundable(field="payment_id")
    refundable = payment.amount - payment.refunded
    if request.amount > refundable:
        raise RefundTooLarge(field="amount", refundable=refundable)


def _too_little_left() -> InsufficientFunds:
    return InsufficientFunds(
        translatable("The merchant's wallet, or one that got a share, has not enough money for this refund."),
        hint=translatable(
            "The merchant's wallet pays refunds, and each wallet with a share its part: top it up, or refund less."
        ),
        field="amount",
    )


def _wallet_is_closed() -> WalletClosed:
    return WalletClosed(
        translatable("The wallet that paid, or the one that was paid, has been closed since."),
        hint=translatable("Give the money back in another way; a closed wallet neither pays nor is paid."),
        field="payment_id",
    )


def _to_refund(row: Row[Any]) -> Refund:
    return Refund(
        id=row.id,
        payment_id=row.payment_id,
        amount=row.amount,
        refunded_total=row.refunded_total,
        state=row.state,
        reason=row.reason,
        created_at=to_iso(row.created_at),
    )
