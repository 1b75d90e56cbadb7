"""Shapes of webhook endpoints, events and attempts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sandbox.kit.clock import to_iso
from sandbox.kit.shapes import Shape

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row


class SaveWebhook(Shape):
    """``url`` gets a POST for each event."""

    url: Annotated[str, Field(min_length=1, max_length=500)]


class WebhookAddress(Shape):
    """Where an app's events go. ``stopped_at`` is set when the server answered 410 Gone. Moments are ISO 8601 in UTC."""

    app_id: str
    url: str
    stopped_at: str | None = None
    previous_secret_until: str | None = None
    changed_at: str


class WebhookSecret(Shape):
    """The key of the signatures, as libraries for Standard Webhooks take it."""

    secret: str


class WebhookEvent(Shape):
    """``state`` is pending, delivered, failed (no more tries) or stopped (410 Gone)."""

    id: str
    type: str
    order_id: str | None
    state: str
    attempts: int
    due_at: str | None
    created_at: str
    finished_at: str | None


class WebhookAttempt(Shape):
    """One try. ``status`` is None when nobody answered; ``error`` then says why."""

    at: str
    by_hand: bool
    url: str
    request_headers: dict[str, str]
    status: int | None
    answer_headers: dict[str, str] | None
    answer_body: str | None
    error: str | None
    reason: str | None
    milliseconds: int


class WebhookEventDetails(WebhookEvent):
    """With what was sent, and every try, newest first."""

    payload: dict[str, Any]
    tries: list[WebhookAttempt]


def to_address(row: Row[Any], now: datetime) -> WebhookAddress:
    is_replaced = row.previous_until is not None and now < row.previous_until
    return WebhookAddress(
        app_id=row.app_id,
        url=row.url,
        stopped_at=to_iso(row.stopped_at) if row.stopped_at else None,
        previous_secret_until=to_iso(row.previous_until) if is_replaced else None,
        changed_at=to_iso(row.changed_at),
    )


def to_event(row: Row[Any]) -> WebhookEvent:
    return WebhookEvent(**_event_fields(row))


def to_details(row: Row[Any], tries: list[WebhookAttempt]) -> WebhookEventDetails:
    return WebhookEventDetails(**_event_fields(row), payload=json.loads(row.payload), tries=tries)


def to_attempt(row: Row[Any]) -> WebhookAttempt:
    return WebhookAttempt.model_validate({**row._mapping, "at": to_iso(row.at)})


def _event_fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "type": row.type,
        "order_id": row.order_id,
        "state": row.state,
        "attempts": row.attempts,
        "due_at": to_iso(row.due_at) if row.due_at else None,
        "created_at": to_iso(row.created_at),
        "finished_at": to_iso(row.finished_at) if row.finished_at else None,
    }
