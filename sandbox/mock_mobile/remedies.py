"""What personas put right themselves: wrong PINs are made forgotten, and missing money is brought in."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sandbox.contracts.payments import PaymentsClient, TopUp
from sandbox.contracts.wallets import Authorize, WalletsClient
from sandbox.kit.errors import SandboxError

if TYPE_CHECKING:
    from sqlalchemy import Row


class Remedies:
    def __init__(self, wallets: WalletsClient, payments: PaymentsClient) -> None:
        self._wallets = wallets
        self._payments = payments

    def enter_right_pin(self, phone: Row[Any], payee_wallet_id: str | None = None) -> None:
        payee = payee_wallet_id or phone.wallet_id
        right = Authorize(payer_phone=phone.phone_number, pin=phone.pin, payee_wallet_id=payee)
        with suppress(SandboxError):
            self._wallets.authorize(right)

    def top_up(self, phone: Row[Any], amount: int, key: str) -> None:
        """As much as ``amount`` millimes need beside what is there, and no more."""
        missing = amount - self._payments.get_balance(phone.wallet_id).available
        if missing > 0:
            self._payments.top_up(TopUp(wallet_id=phone.wallet_id, amount=missing, idempotency_key=key))
