"""Making, listing, revoking and recognising API keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.contracts.errors import TooManyApiKeys
from sandbox.kit.secret_hash import hash_secret
from sandbox.platform.accounts.schemas import Developer
from sandbox.platform.api_keys import store
from sandbox.platform.api_keys.schemas import KEY_PREFIX, ApiKey, KeyHolder, MadeApiKey, NewApiKey, to_api_key
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.paging import Page, PageQuery
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.limits.service import Limits

_SHOWN_CHARACTERS = 6
_USE_IS_NOTED_AFTER = timedelta(minutes=1)


class ApiKeyService:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, audit: Audit, limits: Limits, max_keys: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._limits = limits
        self._max_keys = max_keys

    def make(self, developer_id: str, wanted: NewApiKey) -> MadeApiKey:
        """A new key; it is told here and never again. Raises TooManyApiKeys, TooManyRequests."""
        key, now = KEY_PREFIX + self._ids.secret(), self._clock.now()
        prefix, days = key[: len(KEY_PREFIX) + _SHOWN_CHARACTERS], wanted.expires_in_days
        values = wanted.model_dump(include={"name", "access"}) | {
            "id": self._ids.token22(),
            "developer_id": developer_id,
            "prefix": prefix,
            "key_hash": hash_secret(key),
            "created_at": now,
            "expires_at": None if days is None else now + timedelta(days=days),
        }
        with self._database.write() as connection:
            self._limits.take(connection, api_key_developer=developer_id)
            if store.count_working(connection, developer_id, now) >= self._max_keys:
                raise TooManyApiKeys
            store.add(connection, values)
            made = to_api_key(store.get_owned(connection, developer_id, values["id"]), now)
            details = {"prefix": prefix, "access": wanted.access, "expires_at": made.expires_at}
            self._audit.record(connection, "api_key.created", _target(made), developer_id=developer_id, **details)
        return MadeApiKey(**made.model_dump(), key=key)

    def list_owned(self, developer_id: str, wanted: PageQuery) -> Page[ApiKey]:
        now = self._clock.now()
        with self._database.read() as connection:
            return store.list_owned(connection, developer_id, wanted).map(lambda row: to_api_key(row, now))

    def revoke(self, developer_id: str, key_id: str) -> ApiKey:
        """The key works no more; saying it again changes nothing. Raises ApiKeyNotFound."""
        now = self._clock.now()
        with self._database.write() as connection:
            store.get_owned(connection, developer_id, key_id)
            is_new = store.revoke(connection, key_id, now)
            key = to_api_key(store.get_owned(connection, developer_id, key_id), now)
            if is_new:
                details = {"prefix": key.prefix}
                self._audit.record(connection, "api_key.revoked", _target(key), developer_id=developer_id, **details)
        return key

    def find_holder(self, key: str) -> KeyHolder | None:
        """Who calls with this key; None when it is unknown, revoked or expired, or its owner's account is not active."""
        now = self._clock.now()
        with self._database.read() as connection:
            row = store.find_holder(connection, hash_secret(key), now)
        if row is None:
            return None
        self._note_use(row.key_id, row.last_used_at, now)
        developer = Developer.model_validate(row._mapping)
        return KeyHolder(developer, f"{row.key_name} ({row.prefix}…)", may_write=row.access == "write")

    def _note_use(self, key_id: str, last: datetime | None, now: datetime) -> None:
        """At most once a minute, so that reading stays reading."""
        if last is None or abs(now - last) >= _USE_IS_NOTED_AFTER:
            with self._database.write() as connection:
                store.note_use(connection, key_id, now)


def _target(key: ApiKey) -> Target:
    return Target("api_key", key.id, key.name)
