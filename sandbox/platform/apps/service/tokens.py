"""An app's two tokens: told, replaced by new ones, and compared with what a merchant's back end sends."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AppNotFound, BadCredentials, TokenReplaced
from sandbox.contracts.platform import AppWithSecret
from sandbox.platform.apps import store
from sandbox.platform.apps.schemas import EndGrace, RevokePublicToken, RotatePrivateToken, grace_until, to_app
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from sandbox.contracts.platform import App
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.orders.service import OrderService


class AppTokens:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, audit: Audit, orders: OrderService, base_url: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._orders = orders
        self._base_url = base_url

    def reveal(self, developer_id: str, app_id: str) -> str:
        """The private token, which no page or list tells unasked."""
        with self._database.write() as connection:
            row = store.get_owned(connection, developer_id, app_id)
            self._record(connection, "app.private_token_revealed", row)
            return str(row.private_token)

    def revoke_public(self, developer_id: str, app_id: str, request: RevokePublicToken) -> App:
        """A new public token; the old one resolves nothing from this moment, and the forms it opened end.

        A payment that a phone has prepared already goes on: its money is held for this merchant, who may accept it with
        the new token. Raises TokenReplaced when the token was revoked before.
        """
        with self._database.write() as connection:
            row = store.get_owned(connection, developer_id, app_id, lock=True)
            if row.public_token != request.public_token:
                raise TokenReplaced(field="public_token")
            store.change(connection, app_id, public_token=self._ids.uuid())
            self._orders.end_forms(connection, app_id, AppNotFound.code)
            self._record(connection, "app.public_token_revoked", row)
            return self._to_app(store.get(connection, app_id))

    def rotate_private(self, developer_id: str, app_id: str, request: RotatePrivateToken) -> AppWithSecret:
        """A new private token; the one before stays good for the grace period, the one before that is worth nothing.

        Raises TokenReplaced when this version of it was replaced before.
        """
        with self._database.write() as connection:
            row = self._get_version(connection, developer_id, app_id, request.version)
            grace = request.grace_seconds
            changes = {
                "private_token": self._ids.uuid(),
                "private_token_version": row.private_token_version + 1,
                "former_private_token": row.private_token if grace else None,
                "former_valid_until": self._clock.now() + timedelta(seconds=grace) if grace else None,
            }
            store.change(connection, app_id, **changes)
            self._record(connection, "app.private_token_rotated", row, grace_seconds=grace)
            shown = self._to_app(store.get(connection, app_id)).model_dump()
            return AppWithSecret(**shown, private_token=changes["private_token"])

    def end_grace(self, developer_id: str, app_id: str, request: EndGrace) -> App:
        """The former private token is worth nothing from this moment; once it is, nothing happens."""
        with self._database.write() as connection:
            row = self._get_version(connection, developer_id, app_id, request.version)
            if grace_until(row, self._clock.now()) is not None:
                store.change(connection, app_id, former_private_token=None, former_valid_until=None)
                self._record(connection, "app.grace_ended", row)
            return self._to_app(store.get(connection, app_id))

    def _get_version(self, connection: Connection, developer_id: str, app_id: str, version: int) -> Row[Any]:
        row = store.get_owned(connection, developer_id, app_id, lock=True)
        if row.private_token_version != version:
            raise TokenReplaced(field="version")
        return row

    def _record(self, connection: Connection, action: str, row: Row[Any], **details: Any) -> None:
        target = Target("app", row.id, row.name)
        self._audit.record(connection, action, target, developer_id=row.developer_id, **details)

    def _to_app(self, row: Row[Any]) -> App:
        return to_app(row, now=self._clock.now(), base_url=self._base_url)


def require_owned_token(connection: Connection, developer_id: str, public_token: str) -> Row[Any]:
    """The developer's app with this public token. Raises AppNotFound, also for somebody else's."""
    row = store.find_by_public_token(connection, public_token)
    if row is None or row.developer_id != developer_id:
        raise AppNotFound(field="merchant_id")
    return row


def require_credentials(connection: Connection, public_token: str, private_token: str, now: datetime) -> Row[Any]:
    """The app of these tokens. In a grace period the former private token is as good as the new one.

    Raises BadCredentials. Each comparison takes as long whatever was sent.
    """
    row = store.find_by_public_token(connection, public_token)
    if row is None:
        raise BadCredentials
    former = row.former_private_token if grace_until(row, now) else None
    is_right = [
        hmac.compare_digest(token.encode(), private_token.encode()) for token in (row.private_token, former) if token
    ]
    if not any(is_right):
        raise BadCredentials
    return row
