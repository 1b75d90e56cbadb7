"""Topping a wallet up from its bank account, and withdrawing to it: one transaction, once per key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sandbox.contracts.bank import BankMove, BankMovement
from sandbox.contracts.errors import WalletClosed
from sandbox.contracts.wallets import AuthorizeBank, BankAuthorization, WalletsClient
from sandbox.kit.clock import to_iso
from sandbox.kit.fingerprints import fingerprint_of
from sandbox.kit.money import format_number
from sandbox.kit.rib import mask_rib
from sandbox.mock_payments.bank import store
from sandbox.mock_payments.currency import require_dinars
from sandbox.mock_payments.ledger import store as ledger
from sandbox.mock_payments.ledger.entries import BANK, move, wallet_account
from sandbox.mock_payments.once import do_once, require_same
from sandbox.mock_payments.outflows.ceilings import require_room, spend

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.outbox import Outbox

Kind = Literal["top_up", "withdrawal"]
_SMS = {"top_up": "topped_up", "withdrawal": "withdrawn"}
_SHOWN_REFERENCE = 8


class BankMoveService:
    def __init__(self, database: Database, clock: Clock, ids: Ids, outbox: Outbox, wallets: WalletsClient) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._outbox = outbox
        self._wallets = wallets

    def top_up(self, request: BankMove) -> BankMovement:
        """Held to what the wallet may have; what comes in does not count as paid."""
        return self._move(request, "top_up")

    def withdraw(self, request: BankMove) -> BankMovement:
        """Held to what the wallet may pay in a day."""
        return self._move(request, "withdrawal")

    def _move(self, request: BankMove, kind: Kind) -> BankMovement:
        """The first answer comes again for the same key, whatever became of PIN and account since: that money has moved."""
        require_dinars(request.currency)
        fingerprint = fingerprint_of([kind, request.model_dump(exclude={"pin", "idempotency_key", "currency"})])

        def find(connection: Connection) -> Row[Any] | None:
            return store.find_by_key(connection, request.idempotency_key)

        with self._database.read() as connection:
            earlier = find(connection)
        if earlier is not None:
            return _to_movement(require_same(earlier, fingerprint))
        allowed = self._wallets.authorize_bank(
            AuthorizeBank(phone_number=request.phone_number, pin=request.pin, attempt=f"bank:{request.idempotency_key}")
        )
        values: dict[str, Any] = {
            "idempotency_key": request.idempotency_key,
            "fingerprint": fingerprint,
            "kind": kind,
            "wallet_id": allowed.wallet.id,
            "rib": allowed.account.rib,
            "amount": request.amount,
            "balance": 0,
        }
        done = do_once(
            self._database, fingerprint, find=find, act=lambda connection: self._book(connection, values, allowed)
        )
        return _to_movement(done)

    def _book(self, connection: Connection, values: dict[str, Any], allowed: BankAuthorization) -> Row[Any]:
        """The row comes first: a parallel call with the same key waits for it, and is not told that money is missing."""
        movement_id, now = self._ids.token22(), self._clock.now()
        wallet, kind, amount = allowed.wallet, values["kind"], values["amount"]
        store.add(connection, values | {"id": movement_id, "created_at": now})
        account = wallet_account(wallet.id)
        source, target = (BANK, account) if kind == "top_up" else (account, BANK)
        if kind == "withdrawal":
            spend(connection, wallet.id, amount, allowed.limits, now)
        ledger.open_accounts(connection, (source, target))
        entry = move(f"bank:{movement_id}", kind, movement_id, amount=amount, source=source, target=target)
        try:
            ledger.add_entry(connection, entry, now)
        except ledger.AccountClosed:
            raise WalletClosed(field="phone_number") from None
        if kind == "top_up":
            require_room(connection, wallet.id, allowed.limits.balance)
        store.set_balance(connection, movement_id, ledger.balance_of(connection, account))
        self._tell(connection, movement_id, wallet.phone_number, values)
        return store.get(connection, movement_id)

    def _tell(self, connection: Connection, movement_id: str, phone_number: str, values: dict[str, Any]) -> None:
        told = {"amount": format_number(values["amount"]), "name": mask_rib(values["rib"])}
        message = {
            "key": f"{movement_id}:{_SMS[values['kind']]}",
            "phone_number": phone_number,
            "template": _SMS[values["kind"]],
            "values": told | {"reference": movement_id[:_SHOWN_REFERENCE]},
        }
        self._outbox.add(connection, "sms", message)


def _to_movement(row: Row[Any]) -> BankMovement:
    return BankMovement(
        id=row.id,
        kind=row.kind,
        wallet_id=row.wallet_id,
        amount=row.amount,
        account=mask_rib(row.rib),
        balance=row.balance,
        created_at=to_iso(row.created_at),
    )
