"""What a developer chooses of an app's quirks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.platform.apps import store as app_store
from sandbox.platform.audit.service import Target
from sandbox.platform.quirks.schemas import AppQuirks
from sandbox.platform.quirks.table import of_app

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.kit.db import Database
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.quirks.schemas import SaveQuirks
    from sandbox.platform.quirks.table import Quirks


class QuirkService:
    """``sandbox`` are those of apps that chose nothing."""

    def __init__(self, database: Database, audit: Audit, sandbox: Quirks) -> None:
        self._database = database
        self._audit = audit
        self.sandbox = sandbox

    def of(self, app: Row[Any]) -> Quirks:
        return of_app(self.sandbox, app.quirks)

    def get(self, developer_id: str, app_id: str) -> AppQuirks:
        """Raises AppNotFound."""
        with self._database.read() as connection:
            return self._show(app_store.get_owned(connection, developer_id, app_id))

    def save(self, developer_id: str, app_id: str, request: SaveQuirks) -> AppQuirks:
        """Raises AppNotFound."""
        chosen = request.model_dump()
        with self._database.write() as connection:
            app = app_store.get_owned(connection, developer_id, app_id, lock=True)
            app_store.change(connection, app_id, quirks=chosen if any(chosen.values()) else None)
            self._audit.record(
                connection,
                "app.quirks_changed",
                Target("app", app.id, app.name),
                developer_id=developer_id,
                profile=request.profile or "",
                switches=", ".join(f"{name}={value}" for name, value in request.switches.items()),
            )
            return self._show(app_store.get(connection, app_id))

    def _show(self, app: Row[Any]) -> AppQuirks:
        chosen = app.quirks or {}
        return AppQuirks(
            app_id=app.id,
            profile=chosen.get("profile"),
            switches=chosen.get("switches") or {},
            values=dict(self.of(app).values),
        )
