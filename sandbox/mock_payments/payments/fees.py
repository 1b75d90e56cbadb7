"""Who gets what of a payment: the fee and the shares of a split, as pure arithmetic in millimes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.mock_payments.ledger.entries import FEES, Posting, wallet_account

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class FeeRule:
    """``permille`` of the amount, rounded half up to a millime, and ``fixed`` millimes; never more than the merchant's part.

    The merchant pays it when the money moves. A refund gives no fee back (ours: fees are not published).
    """

    permille: int = 0
    fixed: int = 0

    def of(self, amount: int, most: int | None = None) -> int:
        rounded = (amount * self.permille + 500) // 1_000
        return min(rounded + self.fixed, amount if most is None else most)


NO_FEE = FeeRule()


def share_out(amount: int, fee: int, merchant: str, shares: Mapping[str, int]) -> tuple[Posting, ...]:
    """Postings that put ``amount`` where it goes: the shares of other wallets, the fee, and the rest to the merchant.

    ``merchant`` and the keys of ``shares`` are wallet ids; a share of the merchant's own is part of the rest.
    """
    others = {wallet_id: share for wallet_id, share in shares.items() if wallet_id != merchant}
    rest = amount - fee - sum(others.values())
    wanted = {wallet_account(merchant): rest, FEES: fee}
    wanted |= {wallet_account(wallet_id): share for wallet_id, share in others.items()}
    return tuple(Posting(account, share) for account, share in wanted.items() if share)
