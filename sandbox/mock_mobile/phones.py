"""Phones of this sandbox: each has a wallet, a PIN that it knows, and a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import PhoneExists, PhoneNotFound, WalletExists
from sandbox.contracts.mobile import NewPhone, Phone, WalletState
from sandbox.contracts.payments import PaymentsClient, TopUp
from sandbox.contracts.personas import DEMO_PIN, find_persona
from sandbox.contracts.wallets import OpenWallet, Wallet, WalletsClient
from sandbox.mock_mobile import screens, store

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database


class PhoneService:
    def __init__(self, database: Database, clock: Clock, wallets: WalletsClient, payments: PaymentsClient) -> None:
        self._database = database
        self._clock = clock
        self._wallets = wallets
        self._payments = payments

    def add(self, request: NewPhone) -> Phone:
        """Open a wallet and bring the opening balance in. A call that was cut off is finished by repeating it."""
        number, persona = request.phone_number, find_persona(request.phone_number)
        name, pin = request.name or f"Phone {number}", request.pin or DEMO_PIN
        with self._database.write() as connection:
            values = {"phone_number": number, "name": name, "trade_name": request.trade_name, "pin": pin}
            store.add_phone(connection, values | {"screen": screens.HOME}, self._clock.now())
            phone = store.get_phone(connection, number)
        if phone.wallet_id is not None:
            raise PhoneExists(field="phone_number")
        wallet = OpenWallet(
            kind="business" if phone.trade_name else "personal",
            phone_number=number,
            holder_name=phone.name,
            trade_name=phone.trade_name,
            pin=phone.pin,
            language=request.language,
            status="blocked" if persona and persona.blocked else "active",
        )
        wallet_id = self._open_wallet(wallet)
        if request.balance:
            key = f"opening:{number}"
            self._payments.top_up(TopUp(wallet_id=wallet_id, amount=request.balance, idempotency_key=key))
        with self._database.write() as connection:
            store.change_phone(connection, number, wallet_id=wallet_id)
        return self.get(number)

    def get(self, number: str) -> Phone:
        """The phone with its screen as it is now: a code that was used, or has expired, is not shown any more."""
        with self._database.read() as connection:
            row = store.get_phone(connection, number)
        phone = self._to_phone(row)
        if row.screen["name"] != "code":
            return phone
        payment = self._payments.get_payment(row.screen["payment_id"])
        return phone.model_copy(update={"screen": screens.after_code(row.screen, payment, self._clock.now())})

    def list_all(self) -> list[Phone]:
        with self._database.read() as connection:
            rows = store.list_phones(connection)
        return [self._to_phone(row) for row in rows]

    def block(self, number: str) -> WalletState:
        """What the bank does to a wallet that it suspends."""
        return _to_state(self._wallets.block(self._wallet_of(number)))

    def unblock(self, number: str) -> WalletState:
        return _to_state(self._wallets.unblock(self._wallet_of(number)))

    def _wallet_of(self, number: str) -> str:
        with self._database.read() as connection:
            phone = store.get_phone(connection, number)
        if phone.wallet_id is None:  # its making was cut off
            raise PhoneNotFound(field="phone_number")
        return str(phone.wallet_id)

    def _open_wallet(self, wallet: OpenWallet) -> str:
        try:
            return self._wallets.open_wallet(wallet).id
        except WalletExists:
            found = self._wallets.find_wallet(wallet.phone_number)
            if found is None or found.kind != wallet.kind:
                raise
            return found.id

    def _to_phone(self, row: Row[Any]) -> Phone:
        persona = find_persona(row.phone_number)
        return Phone(
            phone_number=row.phone_number,
            name=row.name,
            trade_name=row.trade_name,
            pin=row.pin,
            balance=self._payments.get_balance(row.wallet_id).available if row.wallet_id else 0,
            persona=persona.outcome if persona else None,
            screen=row.screen,
        )


def _to_state(wallet: Wallet) -> WalletState:
    return WalletState(phone_number=wallet.phone_number, status=wallet.status)
