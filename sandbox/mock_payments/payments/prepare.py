"""The first step: hold the shopper's money and make the six-digit code."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import (
    AlreadyAccepted,
    AlreadyPrepared,
    CodeExpired,
    CodeLocked,
    InsufficientFunds,
    Refusal,
    SessionEnded,
    SessionExpired,
    WalletClosed,
)
from sandbox.kit.errors import SandboxError
from sandbox.kit.fingerprints import fingerprint_of
from sandbox.kit.tracing import join_trace
from sandbox.mock_payments.currency import require_dinars
from sandbox.mock_payments.ledger import store as ledger
from sandbox.mock_payments.ledger.entries import CARDS, hold_account, move, purse_account
from sandbox.mock_payments.methods.method import find_method
from sandbox.mock_payments.once import require_same
from sandbox.mock_payments.outflows.ceilings import spend
from sandbox.mock_payments.payments import store
from sandbox.mock_payments.payments.endings import Endings
from sandbox.mock_payments.payments.fees import NO_FEE, FeeRule
from sandbox.mock_payments.payments.receivers import Receiver, require_room_for, require_shares, shares_of
from sandbox.mock_payments.payments.records import tell_platform, to_payment
from sandbox.mock_payments.payments.states import CODE_DIGITS, CODE_TRIES, EXECUTED, HOLDING

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.payments import Payment, PreparePayment
    from sandbox.contracts.wallets import Authorization, WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.outbox import Outbox


class PrepareService:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, outbox: Outbox, wallets: WalletsClient, fees: FeeRule = NO_FEE
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._outbox = outbox
        self._wallets = wallets
        self._fees = fees
        self._endings = Endings(outbox)

    def prepare(self, request: PreparePayment) -> Payment:
        """Idempotent by key: the same request gets the same payment and code, another one with the key is refused.

        A refusal (no money, wrong PIN, blocked wallet) is recorded too, so that the form can say why.
        """
        join_trace(request.session)
        require_dinars(request.currency)
        require_shares(request)
        method = find_method(request.method)
        earlier = self._find_earlier(request)
        if earlier is not None and earlier.state not in HOLDING:
            raise _why_ended(earlier)
        try:
            authorization = method.authorize(self._wallets, request)
            if earlier is not None:
                return self._show_again(earlier)
            shares = shares_of(request, authorization)
            while (row := self._hold(request, authorization, shares)) is None:
                self._end_expired(request.session)
            return to_payment(row, with_code=True)
        except IntegrityError:  # another call with the same key or session was faster
            earlier = self._find_earlier(request)
            if earlier is None:
                raise AlreadyPrepared from None
            return self._show_again(earlier)
        except Refusal as met:
            refusal = find_method(request.method).as_told(met)
            if earlier is None and not isinstance(refusal, AlreadyPrepared | SessionEnded | SessionExpired):
                self._record_refusal(request, refusal.code)
            raise refusal from None

    def _show_again(self, row: Row[Any]) -> Payment:
        """The first answer again, as long as its code is worth anything."""
        if row.state not in HOLDING:
            raise _why_ended(row)
        if self._clock.now() >= row.expires_at:
            raise CodeExpired
        return to_payment(row, with_code=True)

    def _find_earlier(self, request: PreparePayment) -> Row[Any] | None:
        with self._database.read() as connection:
            row = store.find_by_key(connection, request.idempotency_key)
        return None if row is None else require_same(row, _fingerprint(request))

    def _hold(self, request: PreparePayment, authorization: Authorization, shares: list[Receiver]) -> Row[Any] | None:
        """The new payment; None when an expired one of this form has to be ended first."""
        payer, payee = authorization.payer, authorization.payee
        payment_id, now = self._ids.token22(), self._clock.now()
        source, hold = purse_account(payer.id), hold_account(payer.id)
        values = self._values(request, payment_id, payer.display_name) | {
            "payer_wallet_id": payer.id,
            "payee_phone": payee.phone_number,
            "code": self._ids.digits(CODE_DIGITS),
            "state": "prepared",
            "counted": payer.id != CARDS,
            "payee_ceiling": authorization.payee_limits.balance,
            "shared": sum(share.amount for share in shares),
            "created_at": now,
            "expires_at": now + timedelta(seconds=request.code_seconds),
        }
        entry = move(f"hold:{payment_id}", "hold", payment_id, amount=request.amount, source=source, target=hold)
        if request.form_expires_at is not None and now >= datetime.fromisoformat(request.form_expires_at):
            raise SessionExpired
        with self._database.write() as connection:
            if store.enter_form(connection, request.session):
                raise SessionEnded
            live = store.find_latest(connection, request.session)
            if live is not None and live.state in HOLDING and now >= live.expires_at:
                return None
            if (
                live is not None
                and live.state in HOLDING | EXECUTED
                and live.idempotency_key != request.idempotency_key
            ):
                raise AlreadyPrepared
            require_room_for(connection, request, authorization, shares, self._fees)
            store.add(connection, values)
            store.add_shares(connection, payment_id, shares)
            if values["counted"]:
                spend(connection, payer.id, request.amount, authorization.payer_limits, now)
            ledger.open_accounts(connection, (source, hold))
            try:
                ledger.add_entry(connection, entry, now)
            except ledger.AccountClosed:
                raise WalletClosed(field="payer_phone") from None
            row = store.get(connection, payment_id)
            find_method(request.method).tell_code(connection, self._outbox, row, now)
            tell_platform(connection, self._outbox, row, now)
        return row

    def _end_expired(self, session: str) -> None:
        """In a transaction of its own: two that each locked the money of two payers could wait for one another."""
        with self._database.write() as connection:
            live, now = store.find_latest(connection, session), self._clock.now()
            if live is not None and live.state in HOLDING and now >= live.expires_at:
                self._endings.expire(connection, live, now)

    def _record_refusal(self, request: PreparePayment, reason: str) -> None:
        payment_id, now = self._ids.token22(), self._clock.now()
        values = self._values(request, payment_id, "") | {"state": "refused", "reason": reason, "expires_at": now}
        try:
            with self._database.write() as connection:
                if store.find_by_key(connection, request.idempotency_key) is None:
                    store.add(connection, values)
                    tell_platform(connection, self._outbox, store.get(connection, payment_id), now)
        except IntegrityError:
            return  # another call with the same key recorded its refusal at the same moment

    def _values(self, request: PreparePayment, payment_id: str, payer_name: str) -> dict[str, Any]:
        taken = request.model_dump(
            exclude={"pin", "form_expires_at", "code_seconds", "currency", "destinations", "is_good"}
        )
        return taken | {
            "id": payment_id,
            "payer_name": payer_name,
            "tries_left": CODE_TRIES,
            "fingerprint": _fingerprint(request),
            "created_at": self._clock.now(),
        }


def _fingerprint(request: PreparePayment) -> str:
    """A new try of the PIN comes with a new key."""
    return fingerprint_of(request.model_dump(exclude={"pin", "code_seconds", "currency", "card", "is_good"}))


def _why_ended(row: Row[Any]) -> SandboxError:
    """What a repeated call is told of a payment that is over: its refusal again, or how it ended."""
    if row.state == "refused" and row.code is None:
        return SandboxError.by_code.get(row.reason, InsufficientFunds)()
    if row.state in EXECUTED:
        return AlreadyAccepted()
    if row.reason == WalletClosed.code:
        return WalletClosed()
    ended: dict[str, type[SandboxError]] = {"refused": CodeLocked, "expired": CodeExpired}
    return ended.get(row.state, SessionEnded)()
