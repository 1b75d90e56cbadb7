"""A hosted page as others see it: what is asked for, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.contracts.cards import CardFacts
from sandbox.contracts.payments import Destination

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Row


@dataclass(frozen=True, kw_only=True)
class NewPage:
    """What a merchant's server asks for. ``amount`` in millimes; ``seconds`` is how long the page stays open."""

    generation: str
    amount: int
    success_url: str
    failure_url: str
    webhook_url: str | None = None
    reference: str | None = None
    accepts_cards: bool = False
    seconds: int = 1200
    image_url: str | None = None
    customer: str | None = None
    holds_only: bool = False
    terminal_id: str | None = None
    shares: tuple[Destination, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class HostedPage:
    """A page with its order and its app, as they stood in one look. Amounts in millimes.

    ``status`` and ``reason`` are the order's (see ``orders/states.py``); ``payment_id`` is that of the attempt in the Payments
    API, which merchants never see: what they know is ``id``. ``card`` is the one that pays, if one does; ``method`` names the
    way to pay (qr, login, card); ``chosen_quirks`` are the app's.
    """

    id: str
    number: int
    generation: str
    app_id: str
    is_test: bool
    merchant: str
    image_url: str | None
    amount: int
    refunded_amount: int
    reference: str | None
    status: str
    reason: str | None
    payment_id: str | None
    payer_name: str | None
    payer_phone: str | None
    card: CardFacts | None
    method: str | None
    success_url: str
    failure_url: str
    webhook_url: str | None
    accepts_cards: bool
    holds_only: bool
    customer: str | None
    shares: tuple[Destination, ...]
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    chosen_quirks: Mapping[str, Any] | None


_OF_ORDER = (
    "number",
    "app_id",
    "is_test",
    "amount",
    "refunded_amount",
    "reference",
    "status",
    "reason",
    "payment_id",
    "payer_name",
    "payer_phone",
    "method",
    "created_at",
    "expires_at",
    "paid_at",
)
_OF_PAGE = (
    "generation",
    "success_url",
    "failure_url",
    "webhook_url",
    "image_url",
    "accepts_cards",
    "holds_only",
    "customer",
)


def to_page(page: Row[Any], order: Row[Any], app: Row[Any]) -> HostedPage:
    facts = {name: getattr(order, name) for name in _OF_ORDER} | {name: getattr(page, name) for name in _OF_PAGE}
    facts["card"] = CardFacts(**order.card) if order.card else None
    shares = tuple(Destination(**share) for share in page.shares or ())
    return HostedPage(
        id=order.id, merchant=order.name or app.trade_name, shares=shares, chosen_quirks=app.quirks, **facts
    )
