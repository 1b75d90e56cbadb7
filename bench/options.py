"""How long the benchmark may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """``turns`` is how often each measurement is repeated, ``seconds`` how long one load lasts, ``orders`` how many the dashboard is measured with,
    ``entries`` how many the full ledger holds, ``shopping_seconds`` how long the ``phones`` pay in ``shops``.
    """

    turns: int = 5
    seconds: float = 4.0
    payments: int = 100_000
    orders: int = 1_000_000
    visits: int = 200
    entries: int = 1_000_000
    phones: int = 100
    shops: int = 5
    shopping_seconds: float = 60.0

    @classmethod
    def quick(cls, payments: int) -> Options:
        return cls(
            turns=2,
            seconds=2.0,
            payments=payments,
            orders=100_000,
            visits=40,
            entries=100_000,
            shopping_seconds=10.0,
        )
