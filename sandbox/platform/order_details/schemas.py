"""Shapes of one order with its story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.kit.clock import to_iso
from sandbox.kit.shapes import Shape
from sandbox.platform.orders.schemas import Order, order_json
from sandbox.platform.refunds.schemas import Refund, refund_json

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.platform.order_details.story import Story

_OWN_KINDS = frozenset({"payment.executed"})
"""The detail of these is the program's own affair."""


class OrderEvent(Shape):
    """One step of an order: ``detail`` is the code of a reason, or an amount in millimes of a refund."""

    kind: str
    detail: str | None
    at: str


class OrderItem(Shape):
    """``price`` of one and ``total`` in millimes, where the checkout told them."""

    id: str | None
    name: str
    quantity: int
    price: int | None
    total: int | None


class OrderCustomer(Shape):
    """Whom the checkout named."""

    id: str | None
    name: str | None
    email: str | None


class OrderWebhook(Shape):
    """What the app's server was told, and how that stands."""

    id: str
    type: str
    state: str
    created_at: str


class OrderStory(Order):
    """An order with its steps, webhooks and refunds, each oldest first. ``refundable`` is what may still be given back."""

    refundable: int
    items: list[OrderItem]
    customer: OrderCustomer | None
    webhooks: list[OrderWebhook]
    events: list[OrderEvent]
    refunds: list[Refund]


def event_json(event: Row[Any]) -> dict[str, Any]:
    detail = None if event.kind in _OWN_KINDS else event.detail
    return {"kind": event.kind, "detail": detail, "at": to_iso(event.at)}


def item_json(item: Row[Any]) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("name", "quantity", "price", "total")} | {"id": item.item_id}


def customer_json(order: Row[Any]) -> dict[str, Any] | None:
    if order.customer_key is None:
        return None
    return {"id": order.customer_id, "name": order.customer_name, "email": order.customer_email}


def webhook_json(event: Row[Any]) -> dict[str, Any]:
    return {"id": event.id, "type": event.type, "state": event.state, "created_at": to_iso(event.created_at)}


def story_json(story: Story) -> dict[str, Any]:
    return order_json(story.order) | {
        "refundable": story.refundable,
        "items": [item_json(item) for item in story.items],
        "customer": customer_json(story.order),
        "webhooks": [webhook_json(event) for event in story.webhooks],
        "events": [event_json(event) for event in story.events],
        "refunds": [refund_json(refund) for refund in story.refunds],
    }
