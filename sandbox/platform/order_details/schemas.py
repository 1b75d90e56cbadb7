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


class OrderStory(Order):
    """An order with its steps and refunds, each oldest first. ``refundable`` is what may still be given back."""

    refundable: int
    events: list[OrderEvent]
    refunds: list[Refund]


def event_json(event: Row[Any]) -> dict[str, Any]:
    detail = None if event.kind in _OWN_KINDS else event.detail
    return {"kind": event.kind, "detail": detail, "at": to_iso(event.at)}


def story_json(story: Story) -> dict[str, Any]:
    return order_json(story.order) | {
        "refundable": story.refundable,
        "events": [event_json(event) for event in story.events],
        "refunds": [refund_json(refund) for refund in story.refunds],
    }
