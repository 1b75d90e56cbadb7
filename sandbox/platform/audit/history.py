"""Reading audit events: page by page for people and programs, whole for an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.kit.paging import PageQuery
from sandbox.platform.audit import store
from sandbox.platform.audit.schemas import AuditEvent, to_event
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.kit.db import Database
    from sandbox.kit.paging import Page
    from sandbox.platform.audit.filters import AuditFilter
    from sandbox.platform.audit.service import Audit

_READ_AT_ONCE = 200


class AuditHistory:
    """``developer_id`` leaves only what concerns this account; without it everything is told, which is for admins."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def list_events(self, wanted: AuditFilter, page: PageQuery, *, developer_id: str | None = None) -> Page[AuditEvent]:
        """Newest first. A page of a text search may hold less than asked for and go on all the same."""
        with self._database.read() as connection:
            return store.list_events(connection, wanted, page, developer_id=developer_id).map(to_event)

    def export(self, wanted: AuditFilter, *, developer_id: str | None = None) -> Iterator[Sequence[AuditEvent]]:
        """All of them, a part at a time, each read by itself: an export of a million events blocks nobody.

        The export is audited too, before its first part.
        """
        filters = wanted.model_dump(mode="json", exclude_none=True, exclude={"limit", "after"})
        with self._database.write() as connection:
            self._audit.record(connection, "audit.exported", Target("audit", "audit"), filters=filters)
        return self._read_all(wanted, developer_id)

    def _read_all(self, wanted: AuditFilter, developer_id: str | None) -> Iterator[Sequence[AuditEvent]]:
        page = PageQuery(limit=_READ_AT_ONCE)
        while True:
            found = self.list_events(wanted, page, developer_id=developer_id)
            yield found.rows
            if found.next_cursor is None:
                return
            page = PageQuery(limit=_READ_AT_ONCE, after=found.next_cursor)
