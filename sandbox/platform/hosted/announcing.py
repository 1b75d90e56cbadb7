"""Telling the webhook of a payment page how it ended, in the transaction of the order that changed (CONTRACT.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.platform.apps import store as app_store
from sandbox.platform.hosted import store
from sandbox.platform.hosted.levers import apply_levers
from sandbox.platform.orders import store as order_store
from sandbox.platform.orders.schemas import order_json
from sandbox.platform.orders.states import SOLD
from sandbox.platform.quirks.table import Quirks, of_app
from sandbox.platform.webhooks import store as webhook_store
from sandbox.platform.webhooks.states import TYPE_OF_STATUS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from sandbox.platform.webhooks.announcing import Announcer

GOOD = frozenset({"PAID", "PREAUTHORISED"})
_OVER = GOOD | {"REFUSED", "EXPIRED"}


class PageAnnouncer:
    """``sandbox`` are the quirks of apps that chose nothing."""

    def __init__(self, announcer: Announcer, sandbox: Quirks) -> None:
        self._announcer = announcer
        self._sandbox = sandbox

    def order_changed(self, connection: Connection, order_id: str, app_id: str, status: str, at: datetime) -> None:
        """Called after an order got another status. Each outcome is told once: money that was held first is no second success."""
        page = store.find(connection, order_id) if status in _OVER else None
        if page is None or page.webhook_url is None:
            return
        order, success = order_store.get(connection, order_id), status in GOOD
        key = f"{order.id}:page:{success}"
        if webhook_store.has_event(connection, key):
            return
        app = app_store.get(connection, app_id)
        quirks = of_app(self._sandbox, app.quirks)
        kind = "payment.executed" if success else TYPE_OF_STATUS[order.status]
        event = {"type": kind, "key": key, "url": page.webhook_url, "style": _style(quirks)}
        told = _told(order, app, success=success)
        event_id = self._announcer.add_page_event(connection, app_id, event, told, at=at)
        apply_levers(connection, quirks, app_id, order_id, event_id, at)
        if quirks.has("webhook_fate", "twice"):
            again = self._announcer.add_page_event(connection, app_id, event | {"key": f"{key}:2"}, told, at=at)
            apply_levers(connection, quirks, app_id, order_id, again, at)


def _style(quirks: Quirks) -> str:
    return "signed" if quirks.is_on("webhook_style", "signed") else quirks["webhook_join"]


def _told(order: Row[Any], app: Row[Any], *, success: bool) -> dict[str, Any]:
    """The transaction. The page's id is what the merchant knows the payment by."""
    told = {"app": app.public_token, **order_json(order), "payment_id": order.id}
    return told | {"developer_tracking_id": order.reference, "success": success, "is_paid": order.status in SOLD}
