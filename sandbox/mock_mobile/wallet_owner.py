"""What the owner of a phone does with the wallet itself: look at it, PIN, bank account, statement, closing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.contracts.bank import BankMove, LinkBank, OpenBankAccount
from sandbox.contracts.errors import BankNotLinked, PhoneNotFound
from sandbox.contracts.mobile import PhoneWallet, WalletState
from sandbox.contracts.wallets import ChangePin, CloseWallet, UnlockPin
from sandbox.kit.sheets import to_csv
from sandbox.mock_mobile import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Row

    from sandbox.contracts.bank import Bank, BankAccount, BankMovement
    from sandbox.contracts.ledger import Statement
    from sandbox.contracts.mobile import ConfirmUnlock, EnterPin, MoveMoney, NewPin, StatementDays, StatementPage
    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.wallets import Challenge, Wallet, WalletsClient
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids

_COLUMNS = ("id", "at", "kind", "reference", "amount", "balance")
_LINES_AT_ONCE = 200


class WalletOwner:
    def __init__(self, database: Database, ids: Ids, *, wallets: WalletsClient, payments: PaymentsClient) -> None:
        self._database = database
        self._ids = ids
        self._wallets = wallets
        self._payments = payments

    def describe(self, number: str) -> PhoneWallet:
        """With its bank account and its newest application, where there are any."""
        with self._database.read() as connection:
            phone = store.get_phone(connection, number)
        application = self._wallets.get_application(phone.application_id) if phone.application_id else None
        wallet_id: str | None = phone.wallet_id or (application.wallet_id if application else None)
        if wallet_id is None:
            return PhoneWallet(phone_number=number, status="none", application=application)
        standing = self._wallets.get_standing(wallet_id)
        return PhoneWallet(
            phone_number=number,
            status=standing.wallet.status,
            kind=standing.wallet.kind,
            level=standing.wallet.level,
            limits=standing.limits,
            levels=standing.levels,
            pin_tries_left=standing.pin_tries_left,
            bank=self._find_bank(wallet_id),
            application=application,
        )

    def read_statement(self, number: str, wanted: StatementPage) -> Statement:
        """What came in and went out on days of Tunisia, oldest first, each with the balance after it."""
        wallet_id = self._phone(number).wallet_id
        return self._payments.get_statement(
            wallet_id, first=wanted.from_, last=wanted.to, limit=wanted.limit, after=wanted.after
        )

    def statement_as_csv(self, number: str, period: StatementDays) -> Iterator[bytes]:
        """Page after page; a wrong period is refused before the first byte."""
        wallet_id = self._phone(number).wallet_id
        read = partial(
            self._payments.get_statement, wallet_id, first=period.from_, last=period.to, limit=_LINES_AT_ONCE
        )
        first = read()

        def lines() -> Iterator[list[tuple[object, ...]]]:
            page: Statement | None = first
            while page is not None:
                yield [tuple(getattr(line, name) for name in _COLUMNS) for line in page.data]
                page = read(after=page.next_cursor) if page.next_cursor else None

        return to_csv(_COLUMNS, lines(), for_spreadsheet=False, ids=("reference",))

    def change_pin(self, number: str, request: NewPin) -> WalletState:
        """The phone knows the new PIN from then on, as its owner does."""
        phone = self._phone(number)
        change = ChangePin(old_pin=request.old_pin or phone.pin, new_pin=request.new_pin)
        return self._learn_pin(self._wallets.change_pin(phone.wallet_id, change), request.new_pin)

    def start_unlock(self, number: str) -> Challenge:
        return self._wallets.start_unlock(self._phone(number).wallet_id)

    def confirm_unlock(self, number: str, request: ConfirmUnlock) -> WalletState:
        self._phone(number)
        unlock = UnlockPin(code=request.code, new_pin=request.new_pin)
        return self._learn_pin(self._wallets.unlock_pin(request.challenge_id, unlock), request.new_pin)

    def list_banks(self) -> list[Bank]:
        return self._wallets.list_banks()

    def get_bank(self, number: str) -> BankAccount:
        return self._wallets.get_bank_account(self._phone(number).wallet_id)

    def link_bank(self, number: str, request: LinkBank) -> BankAccount:
        return self._wallets.link_bank(self._phone(number).wallet_id, request)

    def open_bank(self, number: str, request: OpenBankAccount) -> BankAccount:
        return self._wallets.open_bank_account(self._phone(number).wallet_id, request)

    def unlink_bank(self, number: str) -> BankAccount:
        return self._wallets.unlink_bank(self._phone(number).wallet_id)

    def top_up(self, number: str, request: MoveMoney) -> BankMovement:
        return self._payments.top_up_from_bank(self._move(number, request))

    def withdraw(self, number: str, request: MoveMoney) -> BankMovement:
        return self._payments.withdraw(self._move(number, request))

    def close(self, number: str, request: EnterPin) -> WalletState:
        phone = self._phone(number)
        return _to_state(self._payments.close_wallet(CloseWallet(phone_number=number, pin=request.pin or phone.pin)))

    def _find_bank(self, wallet_id: str) -> BankAccount | None:
        try:
            return self._wallets.get_bank_account(wallet_id)
        except BankNotLinked:
            return None

    def _move(self, number: str, request: MoveMoney) -> BankMove:
        """Keys of two phones do not meet; without a key each call is a movement of its own."""
        phone = self._phone(number)
        key = f"{number}:{request.idempotency_key or self._ids.token22()}"
        return BankMove(idempotency_key=key, phone_number=number, pin=request.pin or phone.pin, amount=request.amount)

    def _phone(self, number: str) -> Row[Any]:
        with self._database.read() as connection:
            phone = store.get_phone(connection, number)
        if phone.wallet_id is None:  # its making was cut off
            raise PhoneNotFound(field="phone_number")
        return phone

    def _learn_pin(self, wallet: Wallet, pin: str) -> WalletState:
        with self._database.write() as connection:
            store.change_phone(connection, wallet.phone_number, pin=pin)
        return _to_state(wallet)


def _to_state(wallet: Wallet) -> WalletState:
    return WalletState(phone_number=wallet.phone_number, status=wallet.status)
