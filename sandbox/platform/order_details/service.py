"""One order of a developer's, with its steps and refunds, all read in one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.platform.order_details import store
from sandbox.platform.order_details.story import Story
from sandbox.platform.refunds import store as refund_store
from sandbox.platform.refunds.service import find_committed
from sandbox.platform.webhooks import store as webhook_store

if TYPE_CHECKING:
    from sandbox.kit.db import Database


class OrderDetails:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, developer_id: str, order_id: str) -> Story:
        """Raises OrderNotFound."""
        with self._database.read() as connection:
            order = store.get_order(connection, developer_id, order_id)
            return Story(
                order=order,
                app=store.get_app(connection, order.app_id),
                events=store.list_events(connection, order_id),
                items=store.list_items(connection, order_id),
                webhooks=webhook_store.list_events_of_order(connection, order_id),
                refunds=refund_store.list_by_order(connection, order_id),
                committed=find_committed(connection, order),
            )
