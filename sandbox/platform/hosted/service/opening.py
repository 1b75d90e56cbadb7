"""A new page, and what is told of those that are there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.kit.tracing import join_trace
from sandbox.platform.apps import store as app_store
from sandbox.platform.apps.accepting import require_accepting
from sandbox.platform.hosted import store
from sandbox.platform.hosted.schemas import to_page
from sandbox.platform.hosted.service.base import PageOperations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from sandbox.kit.paging import Page, PageQuery
    from sandbox.platform.hosted.schemas import HostedPage, NewPage
    from sandbox.platform.hosted.store import PageFilter


class Opening(PageOperations):
    def open(self, app: Row[Any], new: NewPage) -> HostedPage:
        """A new page and its order. Raises AppDisabled."""
        page_id, now = self._ids.token22(), self._clock.now()
        join_trace(page_id)
        require_accepting(app)
        facts = {"amount": new.amount, "reference": new.reference, "name": None, "description": None}
        kept = {"order_id": page_id, "app_id": app.id, "created_at": now}
        kept |= {"generation": new.generation, "success_url": new.success_url, "failure_url": new.failure_url}
        kept |= {"webhook_url": new.webhook_url, "image_url": new.image_url, "accepts_cards": new.accepts_cards}
        kept |= {"holds_only": new.holds_only, "customer": new.customer, "terminal_id": new.terminal_id}
        kept["shares"] = [share.model_dump() for share in new.shares] or None
        with self._database.write() as connection:
            order = self._orders.add(
                connection, app, page_id, facts | {"expires_at": now + timedelta(seconds=new.seconds)}
            )
            store.add(connection, kept)
            return to_page(store.get(connection, page_id), order, app)


class Listing(PageOperations):
    def list_pages(self, wanted: PageFilter, page: PageQuery) -> Page[Row[Any]]:
        """Newest first."""
        with self._database.read() as connection:
            return store.read_pages(connection, wanted, page)

    def list_by_reference(self, app_id: str, generation: str, reference: str) -> list[HostedPage]:
        """Those that an app calls by ``reference``, newest first."""
        with self._database.read() as connection:
            found = store.list_by_reference(connection, [app_id], generation, reference)
        return [self.get(page_id) for page_id in found]

    def list_by_developer(self, developer_id: str, generation: str, reference: str) -> list[HostedPage]:
        """The same over all of a developer's apps."""
        with self._database.read() as connection:
            app_ids = [app.id for app in app_store.list_owned(connection, developer_id)]
            found = store.list_by_reference(connection, app_ids, generation, reference)
        return [self.get(page_id) for page_id in found]

    def list_bindings(self, app_id: str, customer: str) -> Sequence[Row[Any]]:
        """Cards that a shopper had kept, oldest first."""
        with self._database.read() as connection:
            return store.list_bindings(connection, app_id, customer)
