"""What the Wallets API tells of the wallets behind apps: one that is suspended stops its apps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.platform.apps import store
from sandbox.platform.audit.actor import SYSTEM, acting_as
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from sandbox.contracts.events import WalletEvent
    from sandbox.kit.db import Database
    from sandbox.platform.audit.service import Audit

_ACTION_OF_STATUS = {
    "blocked": "app.wallet_suspended",
    "active": "app.wallet_restored",
    "closed": "app.wallet_closed",
}


class WalletNews:
    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def receive(self, events: Sequence[WalletEvent]) -> None:
        """Events come at least once, and an old one may come late: the greatest sequence counts."""
        with acting_as(SYSTEM), self._database.write() as connection:
            for event in sorted(events, key=lambda event: (event.wallet_id, event.sequence)):
                self._apply(connection, event)

    def _apply(self, connection: Connection, event: WalletEvent) -> None:
        status = store.learn_wallet(connection, event.wallet_id, event.status, event.sequence)
        for app in store.list_by_wallet(connection, event.wallet_id):
            if app.wallet_status == status:
                continue
            store.set_wallet_status(connection, app.id, status)
            action, target = _ACTION_OF_STATUS[status], Target("app", app.id, app.name)
            self._audit.record(connection, action, target, developer_id=app.developer_id)
