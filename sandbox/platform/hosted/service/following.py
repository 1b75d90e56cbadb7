"""What a browser that shows a page asks, and how it is led back to the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.platform.hosted.levers import note_leaving
from sandbox.platform.hosted.progress import OVER, progress_of
from sandbox.platform.hosted.service.base import PageOperations
from sandbox.platform.webhooks import store as webhook_store

if TYPE_CHECKING:
    from sandbox.platform.hosted.progress import Progress
    from sandbox.platform.hosted.schemas import HostedPage
    from sandbox.platform.quirks.table import Quirks


class Following(PageOperations):
    def progress_of(self, page: HostedPage, quirks: Quirks) -> Progress:
        """``quirks`` are the app's: where the webhook comes before the way back, the payment is not over until it was tried."""
        progress = progress_of(page, self._clock)
        if progress.state not in OVER or not page.webhook_url or not quirks.is_on("webhook_moment", "before"):
            return progress
        with self._database.read() as connection:
            is_untold = webhook_store.has_untold(connection, page.id)
        return progress.model_copy(update={"state": "paying"}) if is_untold else progress

    def note_leaving(self, page: HostedPage, quirks: Quirks) -> None:
        """A browser is led back to the shop."""
        if page.webhook_url and quirks.is_on("webhook_moment", "after"):
            with self._database.write() as connection:
                note_leaving(connection, quirks, page.id, self._clock.now())
