"""What must be true of money, kept beside the world by whoever calls it: purses, payments, requests, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.soak.money.world import RULE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.contracts.payments import Payment
    from sandbox.contracts.wallets import Wallet

HOLDING = frozenset({"prepared", "verified"})
EXECUTED = frozenset({"executed", "partly_refunded", "refunded"})


@dataclass(eq=False)
class Purse:
    """What a wallet must have, in millimes, and whether it may act."""

    wallet: Wallet
    available: int = 0
    held: int = 0
    status: str = "active"

    @property
    def phone(self) -> str:
        return self.wallet.phone_number


@dataclass(eq=False)
class Paid:
    """What must be true of a payment. ``share`` goes to ``partner``, the fee to the operator, the rest to ``payee``.

    Of what goes back, ``partner`` gives as much of its share as is refunded of the payment, rounded down; ``payee`` the rest.
    """

    payment: Payment
    payer: Purse
    payee: Purse
    partner: Purse
    share: int
    ends_at: datetime
    state: str = "prepared"
    refunded: int = 0

    @property
    def amount(self) -> int:
        return self.payment.amount

    @property
    def rest(self) -> int:
        """The merchant's part, when the fee is taken."""
        part = self.amount - self.share
        return part - RULE.of(self.amount, part)

    def execute(self) -> None:
        self.state = "executed"
        self.payer.held -= self.amount
        self.payee.available += self.rest
        self.partner.available += self.share

    def release(self, state: str) -> None:
        self.state = state
        self.payer.held -= self.amount
        self.payer.available += self.amount

    def give_back(self, amount: int) -> None:
        part = self.part_of(amount)
        self.refunded += amount
        self.state = "refunded" if self.refunded == self.amount else "partly_refunded"
        self.payee.available -= amount - part
        self.partner.available -= part
        self.payer.available += amount

    def part_of(self, refund: int) -> int:
        """The partner's part of this refund."""
        before, after = (self.share * total // self.amount for total in (self.refunded, self.refunded + refund))
        return after - before


@dataclass(eq=False)
class Asked:
    """A request for money."""

    id: str
    payee: Purse
    payer: Purse
    amount: int
    ends_at: datetime
    state: str = "pending"


@dataclass
class Answered:
    """A call that was answered, to be made again. ``changed`` is the same key with another body, where there is one."""

    call: Callable[[], Any]
    answer: Any
    changed: Callable[[], Any] | None = None


@dataclass
class Memory:
    purses: list[Purse] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
