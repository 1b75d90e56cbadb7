"""What a seed file comes to once everything in it is known to fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.seed_file import SeedApp, SeedDeveloper, SeedOrder, SeedWallet
    from sandbox.seeding.facts import Facts, KnownApp
    from sandbox.seeding.history import Customer, Sale
    from sandbox.seeding.problems import Place


@dataclass(frozen=True)
class PlannedWallet:
    """``place`` is where it stands in the file; a business is shown under ``trade_name``."""

    place: Place
    said: SeedWallet
    is_business: bool

    @property
    def name(self) -> str:
        return self.said.name or self.said.trade_name or f"Phone {self.said.phone_number}"

    @property
    def trade_name(self) -> str | None:
        return self.said.trade_name or self.name if self.is_business else None


@dataclass(frozen=True)
class PlannedApp:
    place: Place
    said: SeedApp
    developer: SeedDeveloper
    wallet_phone: str


@dataclass(frozen=True)
class PlannedOrder:
    """``payer`` is a phone number; the form is opened at ``at`` for ``open_seconds``, and what goes back does so at
    ``refunded_at``.
    """

    place: Place
    said: SeedOrder
    app: PlannedApp | KnownApp
    payer: str
    at: datetime
    open_seconds: int
    refunded_at: datetime


@dataclass(frozen=True)
class PlannedHistory:
    place: Place
    app: PlannedApp | KnownApp
    open_seconds: int
    customers: list[Customer]
    sales: list[Sale]


@dataclass
class Plan:
    """A file in which everything fits: ready to be made. Orders stand in the order of their moments."""

    developers: dict[Place, SeedDeveloper] = field(default_factory=dict)
    wallets: list[PlannedWallet] = field(default_factory=list)
    apps: list[PlannedApp] = field(default_factory=list)
    orders: list[PlannedOrder] = field(default_factory=list)
    history: list[PlannedHistory] = field(default_factory=list)
    webhooks: bool = False


def find_app(plan: Plan, facts: Facts, wanted: str) -> list[PlannedApp | KnownApp]:
    """All that are called so."""
    own: list[PlannedApp | KnownApp] = [each for each in plan.apps if each.said.name.lower() == wanted.lower()]
    return own or [each for each in facts.apps.values() if each.name.lower() == wanted.lower()]
