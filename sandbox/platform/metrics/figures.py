"""The figures of an app or of many in a span of time, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sandbox.platform.metrics.days import By, Range


@dataclass(frozen=True)
class Figures:
    """Counts of orders and refunds; ``gross`` and ``refunded`` in millimes."""

    opened: int = 0
    converted: int = 0
    transactions: int = 0
    gross: int = 0
    refunds: int = 0
    refunded: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @staticmethod
    def total(each: Iterable[Figures]) -> Figures:
        return sum(each, start=Figures())

    @property
    def net(self) -> int:
        """What was sold in the span less what went back in it, which may have been sold before."""
        return self.gross - self.refunded

    @property
    def average_basket(self) -> int | None:
        """Millimes, rounded down; None where nothing was sold."""
        return self.gross // self.transactions if self.transactions else None

    @property
    def conversion(self) -> float | None:
        """Of the orders opened, the part that was paid: 0 to 1; None where none was opened."""
        return self.converted / self.opened if self.opened else None


@dataclass(frozen=True)
class Ranked:
    """One of the best: ``count`` is how many pieces were sold, or how many orders were paid."""

    key: str
    name: str
    count: int
    sales: int

    def __add__(self, other: Ranked) -> Ranked:
        """The same one in two spans."""
        return Ranked(self.key, max(self.name, other.name), self.count + other.count, self.sales + other.sales)


@dataclass(frozen=True)
class Sales:
    """The figures of a range: all together, of the period before, and one by one. ``app_ids`` says whose."""

    app_ids: Sequence[str]
    span: Range
    by: By
    total: Figures
    before: Figures
    periods: Sequence[tuple[Range, Figures]] = field(repr=False)
