"""How an order gets another status: whoever must know of it does so in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.platform.metrics.store import marks
from sandbox.platform.orders import store

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Listener = Callable[[Any, str, str, str, datetime], None]
"""Gets the connection, the order's id, its app's id, its new status, which it has by then, and the moment."""


class OrderChanges:
    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def make(self, connection: Connection, order: Row[Any], at: datetime, *, status: str, **values: Any) -> None:
        """Store ``status`` and ``values``; the caller holds the order's lock and has made sure that the change is allowed."""
        store.change(connection, order.id, status=status, **values)
        marks.mark_changed(connection, order.app_id, at, order.created_at)
        for listener in self._listeners:
            listener(connection, order.id, order.app_id, status, at)
