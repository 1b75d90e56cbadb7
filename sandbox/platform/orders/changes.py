"""How an order gets another status: whoever must know of it does so in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.platform.metrics.store import marks
from sandbox.platform.orders import store

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Listener = Callable[[Any, str, str, datetime], None]
"""Gets the connection, the order's id, its app's id and the moment; the order has its new status by then."""


class OrderChanges:
    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def make(self, connection: Connection, order: Row[Any], at: datetime, **values: Any) -> None:
        """Store ``values``; the caller holds the order's lock and has made sure that the change is allowed."""
        store.change(connection, order.id, **values)
        marks.mark_changed(connection, order.app_id, at, order.created_at)
        for listener in self._listeners:
            listener(connection, order.id, order.app_id, at)
