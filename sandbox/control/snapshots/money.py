"""Whose money is more or less than it was, and what is held of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.control.snapshots.things import ACCOUNTS

if TYPE_CHECKING:
    from sandbox.control.snapshots.rows import Pair

_WALLET, _HOLD = "wallet", "hold"
_OF_NOBODY = {"fees": "fees", "bank": "the bank", "clearing": "cards", "payouts": "payouts under way"}


@dataclass(frozen=True)
class Balance:
    """``change`` is of all that the owner has, ``held_change`` of what is held of it for payments. Millimes.

    ``wallet_id`` is empty for accounts of nobody: fees, the bank, what card processors owe, and payouts.
    """

    owner: str
    wallet_id: str
    phone_number: str
    change: int
    held_change: int


def list_balances(payments: Pair, wallets: Pair) -> list[Balance]:
    """Only those that are different: wallets by their owners' names, then the accounts of nobody."""
    _, table, columns = ACCOUNTS
    was, now = (dict(rows) for rows in payments.both(table, columns))
    moved: dict[str, dict[str, int]] = {}
    for key in was.keys() | now.keys():
        kind, _, wallet = key.partition(":")
        moved.setdefault(wallet if kind in {_WALLET, _HOLD} else f"/{kind}", {})[kind] = now.get(key, 0) - was.get(
            key, 0
        )
    names = wallets.names("wallets", "coalesce(trade_name, holder_name)")
    numbers = wallets.names("wallets", "phone_number")
    found = [_balance(owner, changes, names, numbers) for owner, changes in moved.items()]
    different = [each for each in found if each.change or each.held_change]
    return sorted(different, key=lambda each: (not each.wallet_id, each.owner, each.wallet_id))


def _balance(owner: str, changes: dict[str, int], names: dict[str, str], numbers: dict[str, str]) -> Balance:
    if owner.startswith("/"):
        kind = owner[1:]
        return Balance(_OF_NOBODY.get(kind, kind), "", "", changes[kind], 0)
    held = changes.get(_HOLD, 0)
    total = changes.get(_WALLET, 0) + held
    return Balance(names.get(owner, owner), owner, numbers.get(owner, ""), total, held)
