"""Levers on a payment page's webhook: when it is sent beside the way back to the shop, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.platform.webhooks import store as webhook_store

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from sandbox.platform.quirks.table import Quirks

_BEHIND = timedelta(seconds=2)
_AT_LATEST = timedelta(seconds=60)


def apply_levers(
    connection: Connection, quirks: Quirks, app_id: str, order_id: str, event_id: str, at: datetime
) -> None:
    """What the app chose for an event that was just added, in the same transaction. What is lost is neither late nor swapped."""
    delay = delay_of(quirks)
    if quirks.has("webhook_fate", "lost"):
        webhook_store.change_event(connection, event_id, state="stopped", due_at=None, finished_at=at)
        return
    if quirks.is_on("webhook_moment", "after"):
        delay += _AT_LATEST
    if quirks.has("webhook_fate", "swapped"):
        held = webhook_store.find_held(connection, app_id, order_id, at)
        if held is None:
            delay += _AT_LATEST
        else:
            webhook_store.send_from(connection, held, at + delay + _BEHIND)
    if delay:
        webhook_store.change_event(connection, event_id, due_at=at + delay)


def note_leaving(connection: Connection, quirks: Quirks, page_id: str, at: datetime) -> None:
    """The shopper is on the way back to the shop, so the webhook that comes after may follow."""
    if quirks.is_on("webhook_moment", "after") and not quirks.has("webhook_fate", "swapped"):
        webhook_store.send_from(connection, page_id, at + _BEHIND + delay_of(quirks))


def delay_of(quirks: Quirks) -> timedelta:
    return timedelta(seconds=quirks.number("webhook_delay_seconds"))
