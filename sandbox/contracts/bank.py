"""Bank accounts of wallets: linked or opened in the Wallets API, and the money that goes there and comes from there."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sandbox.contracts.transport import ServiceClient, path_part
from sandbox.kit.rib import parse_rib
from sandbox.kit.shapes import Amount, Moment, Optional, PhoneNumber, Pin, Shape

Rib = Annotated[str, BeforeValidator(parse_rib)]
"""Twenty digits with the right key, from a RIB or an IBAN."""
BankCode = Annotated[str, Field(pattern=r"^[0-9]{2}$")]


class LinkBank(Shape):
    """An account that the wallet's owner has already."""

    rib: Rib


class OpenBankAccount(Shape):
    """``bank`` is the code of a partner institution."""

    bank: BankCode


class Bank(Shape):
    """A partner institution, where an account can be opened from the wallet. They are fictional."""

    code: str
    name: str


class BankAccount(Shape):
    """The account that a wallet is linked to; ``opened`` when a partner opened it for the wallet."""

    wallet_id: str
    rib: str
    iban: str
    bank_name: str
    opened: bool
    linked_at: Moment


class BankMove(Shape):
    """Money between a wallet and its bank account, in millimes; asked by the owner, with the PIN."""

    idempotency_key: Annotated[str, Field(min_length=1, max_length=100)]
    phone_number: PhoneNumber
    pin: Pin
    amount: Amount
    currency: Annotated[str | None, Optional] = None


class BankMovement(Shape):
    """``account`` shows the bank and the last four digits. ``balance`` is what the wallet could spend right after it."""

    id: str
    kind: Literal["top_up", "withdrawal"]
    wallet_id: str
    amount: int
    account: str
    balance: int
    created_at: Moment


class BankLinkCalls(ServiceClient):
    """Calls of the Wallets API about bank accounts; :class:`WalletsClient` has them all."""

    def list_banks(self) -> list[Bank]:
        """The partner institutions."""
        rows: list[dict[str, Any]] = self._call("GET", "/wallets/api/banks")["banks"]
        return [Bank.parse(row) for row in rows]

    def get_bank_account(self, wallet_id: str) -> BankAccount:
        """Raises BankNotLinked."""
        return BankAccount.parse(self._call("GET", f"/wallets/api/wallets/{path_part(wallet_id)}/bank"))

    def link_bank(self, wallet_id: str, link: LinkBank) -> BankAccount:
        """In place of an account that was linked before. Raises WalletBlocked."""
        path = f"/wallets/api/wallets/{path_part(wallet_id)}/bank"
        return BankAccount.parse(self._call("POST", path, link.model_dump()))

    def open_bank_account(self, wallet_id: str, wanted: OpenBankAccount) -> BankAccount:
        """A new account with a partner institution. Raises BankNotFound, BankAlreadyLinked, WalletBlocked."""
        path = f"/wallets/api/wallets/{path_part(wallet_id)}/bank/open"
        return BankAccount.parse(self._call("POST", path, wanted.model_dump()))

    def unlink_bank(self, wallet_id: str) -> BankAccount:
        """The account that was linked. Raises BankNotLinked."""
        return BankAccount.parse(self._call("DELETE", f"/wallets/api/wallets/{path_part(wallet_id)}/bank"))


class BankMoveCalls(ServiceClient):
    """Calls of the Payments API about the bank; :class:`PaymentsClient` has them all."""

    def top_up_from_bank(self, move: BankMove) -> BankMovement:
        """Bring money in from the linked account, once per key.

        Raises BankNotLinked, LimitExceeded (balance), WrongPin (tries_left), PinBlocked, WalletBlocked.
        """
        return BankMovement.parse(self._call("POST", "/payments/api/bank/top-ups", move.model_dump()))

    def withdraw(self, move: BankMove) -> BankMovement:
        """Send money to the linked account, once per key.

        Raises BankNotLinked, InsufficientFunds, LimitExceeded (daily_outflow), WrongPin (tries_left), PinBlocked, WalletBlocked.
        """
        return BankMovement.parse(self._call("POST", "/payments/api/bank/withdrawals", move.model_dump()))
