"""What a developer does with an app's webhook: set it up, see its secret, test it, look at events and send them again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.contracts.errors import WebhookNotSet
from sandbox.platform.apps import store as app_store
from sandbox.platform.audit.service import Target
from sandbox.platform.webhooks import store
from sandbox.platform.webhooks.schemas import (
    SaveWebhook,
    WebhookAddress,
    WebhookEvent,
    WebhookEventDetails,
    WebhookSecret,
    to_address,
    to_attempt,
    to_details,
    to_event,
)
from sandbox.platform.webhooks.signing import make_secret
from sandbox.platform.webhooks.states import EVENT, TEST_TYPE

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection, Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.outgoing import OutgoingHttp
    from sandbox.kit.paging import Page, PageQuery
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.webhooks.announcing import Announcer

_BOTH_SECRETS_HOURS = 24


class WebhookService:
    """Every method takes the app's owner: somebody else's app is as unknown as one that is not there."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        *,
        audit: Audit,
        outgoing: OutgoingHttp,
        announcer: Announcer,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._outgoing = outgoing
        self._announcer = announcer

    def find(self, developer_id: str, app_id: str) -> WebhookAddress | None:
        with self._database.read() as connection:
            app_store.get_owned(connection, developer_id, app_id)
            row = store.find_endpoint(connection, app_id)
        return to_address(row, self._clock.now()) if row is not None else None

    def get(self, developer_id: str, app_id: str) -> WebhookAddress:
        found = self.find(developer_id, app_id)
        if found is None:
            raise WebhookNotSet
        return found

    def save(self, developer_id: str, app_id: str, request: SaveWebhook) -> WebhookAddress:
        """Where events go from now on, those that wait included; the app is in passive mode then (report, 2.3).

        Raises InvalidInput and AddressNotAllowed for an address that may not be called.
        """
        self.find(developer_id, app_id)
        self._outgoing.check(request.url, field="url")
        now = self._clock.now()
        with self._database.write() as connection:
            app = app_store.get_owned(connection, developer_id, app_id)
            kept = {"url": request.url, "stopped_at": None, "changed_at": now}
            if store.find_endpoint(connection, app_id) is None:
                store.add_endpoint(connection, {"app_id": app_id, "secret": make_secret(self._ids.secret()), **kept})
            else:
                store.change_endpoint(connection, app_id, **kept)
            app_store.change(connection, app_id, verification_mode="passive", version=app.version + 1)
            self._record(connection, "webhook.saved", app, url=request.url)
            return to_address(self._endpoint(connection, app_id), now)

    def turn_off(self, developer_id: str, app_id: str) -> None:
        """Back to active mode; the address and its secret are kept for another time."""
        with self._database.write() as connection:
            app = app_store.get_owned(connection, developer_id, app_id)
            if app.verification_mode == "passive":
                app_store.change(connection, app_id, verification_mode="active", version=app.version + 1)
                self._record(connection, "webhook.turned_off", app)

    def reveal_secret(self, developer_id: str, app_id: str) -> WebhookSecret:
        with self._database.write() as connection:
            app = app_store.get_owned(connection, developer_id, app_id)
            row = self._endpoint(connection, app_id)
            self._record(connection, "webhook.secret_revealed", app)
        return WebhookSecret(secret=row.secret)

    def rotate_secret(self, developer_id: str, app_id: str, *, seen: str | None = None) -> WebhookSecret:
        """A new secret; for a day every delivery is signed with the old one too, so that the server can follow.

        ``seen`` is until when the one before was still good as the page showed it, or an empty text: where that is no longer
        so, the form was sent twice, and the secret that the first click made is told again. A second new one would leave
        the server with neither of the two that sign.
        """
        now = self._clock.now()
        until, secret = now + timedelta(hours=_BOTH_SECRETS_HOURS), make_secret(self._ids.secret())
        with self._database.write() as connection:
            app = app_store.get_owned(connection, developer_id, app_id, lock=True)
            row = self._endpoint(connection, app_id)
            if seen is not None and seen != (to_address(row, now).previous_secret_until or ""):
                self._record(connection, "webhook.secret_revealed", app)
                return WebhookSecret(secret=row.secret)
            old = {"previous_secret": row.secret, "previous_until": until}
            store.change_endpoint(connection, app_id, secret=secret, **old)
            self._record(connection, "webhook.secret_rotated", app)
        return WebhookSecret(secret=secret)

    def send_test(self, developer_id: str, app_id: str) -> WebhookEvent:
        """An event that tells nothing but that it arrived; it is delivered and tried again like every other."""
        with self._database.write() as connection:
            app = app_store.get_owned(connection, developer_id, app_id)
            self._endpoint(connection, app_id)
            data = {"app": app.public_token, "message": "Your server has received a test event of the sandbox."}
            event_id = self._announcer.add(connection, app_id, TEST_TYPE, data, at=self._clock.now())
            self._record(connection, "webhook.tested", app)
            return to_event(store.get_event(connection, app_id, event_id))

    def list_events(self, developer_id: str, app_id: str, wanted: PageQuery) -> Page[WebhookEvent]:
        with self._database.read() as connection:
            app_store.get_owned(connection, developer_id, app_id)
            return store.list_events(connection, app_id, wanted).map(to_event)

    def get_event(self, developer_id: str, app_id: str, event_id: str) -> WebhookEventDetails:
        with self._database.read() as connection:
            app_store.get_owned(connection, developer_id, app_id)
            row = store.get_event(connection, app_id, event_id)
            tries = [to_attempt(attempt) for attempt in store.list_attempts(connection, event_id)]
        return to_details(row, tries)

    def resend(self, developer_id: str, app_id: str, event_id: str) -> WebhookEvent:
        """Try this event again, at once, and after that on the schedule from its beginning; with the same id and content."""
        now = self._clock.now()
        with self._database.write() as connection:
            app = app_store.get_owned(connection, developer_id, app_id)
            if store.get_event(connection, app_id, event_id).url is None:
                self._endpoint(connection, app_id)
            row = store.lock_event(connection, event_id)
            EVENT.require(row.state, EVENT.initial)
            again = {"state": EVENT.initial, "attempts": 0, "round": row.round + 1, "due_at": now, "finished_at": None}
            store.change_event(connection, event_id, **again)
            self._announcer.wake_after(connection)
            self._record(connection, "webhook.resent", app, event=event_id)
            return to_event(store.get_event(connection, app_id, event_id))

    def _endpoint(self, connection: Connection, app_id: str) -> Row[Any]:
        row = store.find_endpoint(connection, app_id)
        if row is None:
            raise WebhookNotSet
        return row

    def _record(self, connection: Connection, action: str, app: Row[Any], **details: str) -> None:
        self._audit.record(connection, action, Target("app", app.id, app.name), **details)
