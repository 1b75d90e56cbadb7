"""Levels of wallets and their ceilings, as data. BCT circular 2018-16 has levels; its figures may not be quoted, so ours are assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.contracts.wallets import Level, Limits

if TYPE_CHECKING:
    from sqlalchemy import Row

LEVEL_OF_PHONE = 1
"""The phone is confirmed, nothing more."""
LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class WalletLevels:
    """Millimes, for levels 1 to 3; 0: no ceiling. A business sells, so it has none (ours)."""

    balance: tuple[int, int, int] = (500_000, 5_000_000, 20_000_000)
    daily_outflow: tuple[int, int, int] = (250_000, 2_000_000, 10_000_000)

    def limits_of(self, wallet: Row[Any]) -> Limits:
        return Limits() if wallet.kind == "business" else self._limits_at(wallet.level)

    def list_all(self) -> list[Level]:
        return [Level(level=level, limits=self._limits_at(level)) for level in LEVELS]

    def _limits_at(self, level: int) -> Limits:
        place = level - 1
        return Limits(balance=self.balance[place] or None, daily_outflow=self.daily_outflow[place] or None)
