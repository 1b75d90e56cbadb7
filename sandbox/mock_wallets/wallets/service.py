"""Opening wallets, finding, blocking and unblocking them, and checking that a payer may pay a payee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import WalletBlocked, WalletClosed, WalletExists, WalletNotFound, WalletPending
from sandbox.contracts.events import WalletEvent
from sandbox.contracts.wallets import Authorization, Authorize, OpenWallet, Receivers, Standing, Wallet
from sandbox.kit.clock import to_iso
from sandbox.kit.passwords import pin_hasher
from sandbox.mock_wallets.wallets import store
from sandbox.mock_wallets.wallets.states import EVENT_OF_STATE, WALLET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from sandbox.contracts.wallets import AuthorizeReceivers, CloseWallet, Limits
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.outbox import Outbox
    from sandbox.mock_wallets.pins.guard import PinGuard
    from sandbox.mock_wallets.wallets.levels import WalletLevels


class WalletService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        outbox: Outbox,
        *,
        pins: PinGuard,
        levels: WalletLevels,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._outbox = outbox
        self._pins = pins
        self._levels = levels

    def open_wallet(self, request: OpenWallet) -> Wallet:
        values = request.model_dump(exclude={"pin"})
        values |= {"id": self._ids.token22(), "pin_hash": pin_hasher().hash(request.pin)}
        try:
            with self._database.write() as connection:
                store.add(connection, values, self._clock.now())
        except IntegrityError:
            raise WalletExists(field="phone_number") from None
        return Wallet.model_validate(values)

    def find_wallet(self, phone_number: str) -> Wallet | None:
        with self._database.read() as connection:
            row = store.find_by_phone(connection, phone_number)
        return row and to_wallet(row)

    def get_wallet(self, wallet_id: str) -> Wallet:
        with self._database.read() as connection:
            return to_wallet(store.get(connection, wallet_id))

    def get_standing(self, wallet_id: str) -> Standing:
        with self._database.read() as connection:
            row = store.get(connection, wallet_id)
        return Standing(
            wallet=to_wallet(row),
            limits=self._levels.limits_of(row),
            levels=self._levels.list_all(),
            pin_tries_left=self._pins.tries_left(row),
        )

    def block(self, wallet_id: str) -> Wallet:
        """From now on it neither pays nor is paid. Blocking it again changes nothing."""
        return self._move(wallet_id, "blocked")

    def unblock(self, wallet_id: str) -> Wallet:
        return self._move(wallet_id, "active")

    def begin_closing(self, request: CloseWallet) -> Wallet:
        """The owner wants it closed. Repeating the call is how one that was cut off goes on."""
        with self._database.read() as connection:
            row = store.get_by_phone(connection, request.phone_number)
        self._pins.require(row, request.pin)
        if row.status == "blocked":
            raise WalletBlocked(field="phone_number")
        return self._move(row.id, "closing")

    def finish_closing(self, wallet_id: str) -> Wallet:
        """It is empty: from now on it is closed, and its holder's identity is free for another wallet."""
        return self._move(wallet_id, "closed", cin=None)

    def cancel_closing(self, wallet_id: str) -> Wallet:
        """It is not empty: it acts as before."""
        return self._move(wallet_id, "active")

    def _move(self, wallet_id: str, status: str, **changes: Any) -> Wallet:
        """The change and the event that tells of it are one transaction."""
        with self._database.write() as connection:
            row = store.get(connection, wallet_id, lock=True)
            if row.status == "pending":
                raise WalletPending(field="wallet_id")
            if row.status != status:
                if not WALLET.allows(row.status, status):
                    raise WalletClosed(field="wallet_id")
                row = move_wallet(connection, self._outbox, row, status, self._clock.now(), **changes)
        return to_wallet(row)

    def authorize(self, request: Authorize) -> Authorization:
        """The PIN is looked at before the state, so that a stranger learns nothing of a wallet."""
        with self._database.read() as connection:
            payer = store.get_by_phone(connection, request.payer_phone)
            payee = store.get(connection, request.payee_wallet_id)
            destinations = [store.find(connection, wallet_id) for wallet_id in request.destinations]
        self._pins.require(payer, request.pin, attempt=request.attempt)
        if payer.status != "active":
            raise WalletBlocked(field="payer_phone")
        receivers = self._receivers(payee, destinations)
        return Authorization(payer=to_wallet(payer), payer_limits=self._levels.limits_of(payer), **dict(receivers))

    def authorize_receivers(self, request: AuthorizeReceivers) -> Receivers:
        with self._database.read() as connection:
            payee = store.get(connection, request.payee_wallet_id)
            destinations = [store.find(connection, wallet_id) for wallet_id in request.destinations]
        return self._receivers(payee, destinations)

    def _receivers(self, payee: Row[Any], destinations: Sequence[Row[Any] | None]) -> Receivers:
        if payee.status != "active":
            raise WalletBlocked("The merchant's wallet may not accept payments.", field="payee_wallet_id")
        limits = [self._limits_of_share(row, place) for place, row in enumerate(destinations)]
        return Receivers(payee=to_wallet(payee), payee_limits=self._levels.limits_of(payee), destination_limits=limits)

    def _limits_of_share(self, wallet: Row[Any] | None, place: int) -> Limits:
        """Of a wallet that is to get a share, and may receive money."""
        field = f"destinations.{place}.wallet_id"
        if wallet is None:
            raise WalletNotFound(field=field)
        if wallet.status != "active":
            raise WalletBlocked("A wallet that was to get a share may not receive money.", field=field)
        return self._levels.limits_of(wallet)


def move_wallet(
    connection: Connection, outbox: Outbox, row: Row[Any], status: str, now: datetime, **changes: Any
) -> Row[Any]:
    """The wallet in its new state, inside the caller's transaction, which has locked it; with the event that tells of it."""
    WALLET.require(row.status, status)
    store.change_status(connection, row.id, status)
    if changes:
        store.change(connection, row.id, **changes)
    moved = store.get(connection, row.id)
    if status in EVENT_OF_STATE:
        outbox.add(connection, "wallet_event", _event(moved, now).model_dump())
    return moved


def _event(row: Row[Any], at: datetime) -> WalletEvent:
    return WalletEvent(
        id=f"{row.id}:{row.sequence}",
        type=EVENT_OF_STATE[row.status],
        at=to_iso(at),
        wallet_id=row.id,
        status=row.status,
        sequence=row.sequence,
    )


def to_wallet(row: Row[Any]) -> Wallet:
    return Wallet.model_validate(row._mapping)
