"""Changing an app: its settings, whether it accepts payments, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import AppNameTaken, AppNotFound, FixedTestApp, SettingsChanged
from sandbox.kit.errors import InvalidInput, translatable
from sandbox.platform.apps import store
from sandbox.platform.apps.schemas import to_app
from sandbox.platform.apps.states import APP, TEST_APP_NAME
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.contracts.platform import App
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.platform.apps.schemas import ChangeApp, DeleteApp
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.orders.service import OrderService

_ACTIONS = {"ENABLED": "app.enabled", "DISABLED": "app.disabled"}


class AppSettings:
    def __init__(self, database: Database, clock: Clock, *, audit: Audit, orders: OrderService, base_url: str) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._orders = orders
        self._base_url = base_url

    def change(self, developer_id: str, app_id: str, request: ChangeApp) -> App:
        """Raises SettingsChanged when somebody else changed them since they were read, and not to the same."""
        try:
            with self._database.write() as connection:
                row = store.get_owned(connection, developer_id, app_id, lock=True)
                changes = {name: value for name, value in request.changes().items() if getattr(row, name) != value}
                if changes:
                    self._change(connection, row, request.version, changes)
                return self._to_app(store.get(connection, app_id))
        except IntegrityError:
            raise AppNameTaken(field="name") from None

    def _change(self, connection: Connection, row: Row[Any], version: int, changes: dict[str, Any]) -> None:
        if row.version != version:
            raise SettingsChanged(version=row.version)
        if "name" in changes:
            _require_free_name(connection, row, changes["name"])
        store.change(connection, row.id, **changes, version=row.version + 1)
        told = {"fields": sorted(changes)} | ({"new_name": changes["name"]} if "name" in changes else {})
        self._record(connection, "app.settings_changed", row, **told)

    def tells_nobody(self, developer_id: str, app_id: str) -> bool:
        """Whether the app is in passive mode without an address that its events could go to."""
        with self._database.read() as connection:
            row = store.get_owned(connection, developer_id, app_id)
            return row.verification_mode == "passive" and not store.has_webhook(connection, app_id)

    def set_status(self, developer_id: str, app_id: str, status: str) -> App:
        """ENABLED or DISABLED; what it is already it stays."""
        with self._database.write() as connection:
            row = store.get_owned(connection, developer_id, app_id, lock=True)
            if row.status != status:
                APP.require(row.status, status)
                store.change(connection, app_id, status=status)
                self._record(connection, _ACTIONS[status], row)
            return self._to_app(store.get(connection, app_id))

    def delete(self, developer_id: str, app_id: str, request: DeleteApp) -> None:
        """From this moment its tokens resolve nothing, its open forms end, and its name is free; its orders stay.

        A payment that is under way cannot be accepted any more: its money returns when its time is over. A second click
        finds the work done.
        """
        with self._database.write() as connection:
            row = store.get_owned(connection, developer_id, app_id, lock=True, even_deleted=True)
            if row.status == "DELETED":
                return
            if row.is_test:
                raise FixedTestApp
            if request.name.strip() != row.name:
                raise InvalidInput(
                    translatable("This is not the name of the app."),
                    field="name",
                    hint=translatable("Type the name exactly as it stands on this page."),
                )
            store.change(connection, app_id, status="DELETED", deleted_at=self._clock.now(), image_id=None)
            store.delete_images(connection, app_id)
            self._orders.end_forms(connection, app_id, AppNotFound.code)
            self._record(connection, "app.deleted", row)

    def _record(self, connection: Connection, action: str, row: Row[Any], **details: Any) -> None:
        target = Target("app", row.id, row.name)
        self._audit.record(connection, action, target, developer_id=row.developer_id, **details)

    def _to_app(self, row: Row[Any]) -> App:
        return to_app(row, now=self._clock.now(), base_url=self._base_url)


def _require_free_name(connection: Connection, row: Row[Any], name: str) -> None:
    if row.is_test:
        raise FixedTestApp(field="name")
    if name == TEST_APP_NAME or store.find_by_name(connection, row.developer_id, name) is not None:
        raise AppNameTaken(field="name")
