"""What each wallet that got money of a payment gives back of a refund, as pure arithmetic in millimes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def give_back(
    amount: int, refunded: int, refund: int, shares: Mapping[str, int], given: Mapping[str, int]
) -> dict[str, int]:
    """What the wallets with ``shares`` of ``amount`` give of ``refund``; the merchant gives the rest of it, zero or more.

    ``refunded`` went back before, ``given`` of it by these wallets. Each gives in proportion to what it got, rounded down over
    all refunds together, so that the odd millimes are the merchant's; but nobody gives more than it got, and with the last
    millime of the payment everybody has given just that.
    """
    total, left = refunded + refund, {wallet_id: share - given.get(wallet_id, 0) for wallet_id, share in shares.items()}
    parts = {
        wallet_id: max(0, share * total // amount - given.get(wallet_id, 0)) for wallet_id, share in shares.items()
    }
    if sum(parts.values()) > refund:
        return apportion(refund, parts)
    merchant_left = max(0, amount - sum(shares.values()) - (refunded - sum(given.values())))
    lacking = refund - sum(parts.values()) - merchant_left
    if lacking > 0:
        more = apportion(lacking, {wallet_id: left[wallet_id] - part for wallet_id, part in parts.items()})
        parts = {wallet_id: part + more[wallet_id] for wallet_id, part in parts.items()}
    return parts


def apportion(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """``amount``, which is no more than all weights together, in whole millimes, to none more than its weight."""
    whole = sum(weights.values())
    parts = {name: weight * amount // whole for name, weight in weights.items()}
    odd = amount - sum(parts.values())
    by_remainder = sorted(weights, key=lambda name: (-(weights[name] * amount % whole), name))
    return parts | {name: parts[name] + 1 for name in by_remainder[:odd]}
