"""Writing down what an app's server must be told, in the transaction of the order that changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.kit.clock import to_iso
from sandbox.kit.db import after_commit
from sandbox.platform.orders import store as order_store
from sandbox.platform.orders.schemas import order_json
from sandbox.platform.webhooks import store
from sandbox.platform.webhooks.signing import make_secret
from sandbox.platform.webhooks.states import EVENT, TYPE_OF_STATUS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from sandbox.kit.ids import Ids

_LONGEST_URL = 500


class Announcer:
    """``wake`` tells whoever sends that there is something to send."""

    def __init__(self, ids: Ids, wake: Callable[[], None]) -> None:
        self._ids = ids
        self._wake = wake

    def order_changed(self, connection: Connection, order_id: str, app_id: str, status: str, at: datetime) -> None:
        """Called after an order got another status; the caller holds its lock. Saying the same twice adds nothing."""
        kind = TYPE_OF_STATUS.get(status)
        listening = store.find_listening(connection, app_id) if kind else None
        if kind is None or listening is None:
            return
        order = order_store.get(connection, order_id)
        key = f"{order.id}:{order.status}:{order.refunded_amount}"
        if store.has_event(connection, key):
            return
        self.add(connection, app_id, kind, {"app": listening.public_token, **order_json(order)}, at=at, key=key)
        if listening.stopped_at is not None:
            store.stop_pending(connection, app_id, at)

    def add(
        self, connection: Connection, app_id: str, kind: str, data: dict[str, Any], *, at: datetime, key: str = ""
    ) -> str:
        """The id of the new event."""
        event_id = f"evt_{self._ids.token22()}"
        values = {
            "id": event_id,
            "key": key or event_id,
            "app_id": app_id,
            "order_id": data.get("id"),
            "type": kind,
            "payload": json.dumps({"type": kind, "timestamp": to_iso(at), "data": data}, ensure_ascii=False),
            "state": EVENT.initial,
            "attempts": 0,
            "round": 0,
            "due_at": at,
            "created_at": at,
        }
        store.add_event(connection, values)
        self.wake_after(connection)
        return event_id

    def add_page_event(
        self, connection: Connection, app_id: str, event: dict[str, Any], data: dict[str, Any], *, at: datetime
    ) -> str:
        """The id of an event for the address of its own that a payment page has: ``event`` has its type, key, url and style.

        A signed one needs a secret: an app that has none gets one.
        """
        if event["style"] == "signed" and store.find_endpoint(connection, app_id) is None:
            secret = make_secret(self._ids.secret())
            store.add_endpoint(
                connection, {"app_id": app_id, "secret": secret, "url": event["url"][:_LONGEST_URL], "changed_at": at}
            )
        event_id = self.add(connection, app_id, event["type"], data, at=at, key=event["key"])
        store.send_elsewhere(connection, event["key"], event["url"], event["style"])
        return event_id

    def wake_after(self, connection: Connection) -> None:
        """There is something to send once the transaction of ``connection`` is committed."""
        after_commit(connection, self._wake)
