"""Who pays and who is paid: asked from the Wallets API, before any transaction begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.contracts.errors import NotABusinessWallet, SelfTransfer, WalletBlocked, WalletNotFound
from sandbox.contracts.transfers import Payee
from sandbox.contracts.wallets import Authorization, Authorize
from sandbox.kit.names import mask_name

if TYPE_CHECKING:
    from sandbox.contracts.transfers import TransferKind
    from sandbox.contracts.wallets import Wallet, WalletsClient


def name_for_others(wallet: Wallet) -> str:
    """A merchant's trade name is public; of a person no more is shown than is needed to know the right one."""
    return wallet.trade_name or mask_name(wallet.holder_name)


class Sides:
    def __init__(self, wallets: WalletsClient) -> None:
        self._wallets = wallets

    def find_payee(self, phone_number: str) -> Payee:
        wallet = self.find(phone_number, "phone_number")
        name, is_active = name_for_others(wallet), wallet.status == "active"
        return Payee(phone_number=wallet.phone_number, name=name, kind=wallet.kind, can_be_paid=is_active)

    def find(self, phone_number: str, field: str) -> Wallet:
        wallet = self._wallets.find_wallet(phone_number)
        if wallet is None:
            raise WalletNotFound(field=field)
        return wallet

    def require_two(self, payer_phone: str, payee_phone: str) -> None:
        if payer_phone == payee_phone:
            raise SelfTransfer(field="payee_phone")

    def authorize(self, payer_phone: str, pin: str, payee_phone: str, kind: TransferKind, key: str) -> Authorization:
        """Both wallets, once the payer's PIN is right and both may act. A number without a wallet is told before the PIN."""
        self.require_two(payer_phone, payee_phone)
        payee = self.find(payee_phone, "payee_phone")
        if kind == "counter" and payee.kind != "business":
            raise NotABusinessWallet(field="payee_phone")
        try:
            return self._wallets.authorize(
                Authorize(payer_phone=payer_phone, pin=pin, payee_wallet_id=payee.id, attempt=f"send:{key}")
            )
        except WalletBlocked as refusal:
            raise payee_is_blocked() if refusal.field == "payee_wallet_id" else refusal from None


def payee_is_blocked() -> WalletBlocked:
    return WalletBlocked(
        "The other side's wallet may not receive money.",
        hint="Ask the other side for another number.",
        field="payee_phone",
    )
