"""What a developer sees of the orders of all apps, or of one: page by page, and as one long table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AppNotFound
from sandbox.kit.errors import translatable
from sandbox.kit.paging import Page, PageQuery
from sandbox.platform.order_lists import store
from sandbox.platform.order_lists.schemas import to_search
from sandbox.platform.order_lists.store import Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Row

    from sandbox.kit.db import Database
    from sandbox.platform.order_lists.schemas import OrderFilter

_ID = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_EXPORTED_AT_ONCE = PageQuery.model_construct(limit=1_000)
Apps = "Mapping[str, Row[Any]]"


class OrderLists:
    def __init__(self, database: Database) -> None:
        self._database = database

    def list_apps(self, developer_id: str) -> Sequence[Row[Any]]:
        """All apps, also those that are deleted."""
        with self._database.read() as connection:
            return store.list_apps(connection, developer_id)

    def list_orders(
        self, developer_id: str, wanted: OrderFilter, page: PageQuery, *, app_id: str | None = None
    ) -> Found:
        """One page, of one app or of all. Raises AppNotFound, and InvalidInput for a cursor that is none of this list."""
        with self._database.read() as connection:
            app_ids = _choose_apps(connection, developer_id, wanted, app_id)
            if wanted.q and _ID.fullmatch(wanted.q):
                found = store.find_by_id(connection, app_ids, wanted.q)
                if found:
                    return Found(Page(found))
            return store.find_page(connection, to_search(wanted, app_ids), page)

    def export(
        self, developer_id: str, wanted: OrderFilter, *, app_id: str | None = None
    ) -> Iterator[Sequence[Row[Any]]]:
        """All orders, some at a time. Each part is a transaction of its own, so that a slow reader holds nothing up.

        What can be refused is refused at once, not when the first part is asked for.
        """
        first = self.list_orders(developer_id, wanted, PageQuery(limit=1), app_id=app_id)
        del first
        return self._read_on(developer_id, wanted, app_id)

    def _read_on(self, developer_id: str, wanted: OrderFilter, app_id: str | None) -> Iterator[Sequence[Row[Any]]]:
        page = _EXPORTED_AT_ONCE
        while True:
            found = self.list_orders(developer_id, wanted, page, app_id=app_id).page
            yield found.rows
            if found.next_cursor is None:
                return
            page = page.model_copy(update={"after": found.next_cursor})


def _choose_apps(connection: Connection, developer_id: str, wanted: OrderFilter, app_id: str | None) -> list[str]:
    """Somebody else's app is as unknown as one that is not there."""
    apps = store.list_apps(connection, developer_id)
    for field, asked in (("app_id", app_id), ("app", wanted.app)):
        if asked is not None:
            apps = [app for app in apps if app.id == asked]
            if not apps:
                raise AppNotFound(
                    translatable("You have no such app."),
                    hint=translatable("List your apps to see their ids."),
                    field=field,
                )
    return [app.id for app in apps if wanted.mode is None or app.is_test == (wanted.mode == "test")]
