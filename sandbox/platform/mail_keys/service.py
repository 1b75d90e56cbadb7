"""Making keys for mails, and taking them back: each works once, for a while, and a new one replaces the one before."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sandbox.kit.secret_hash import hash_secret
from sandbox.platform.mail_keys import store

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.ids import Ids


class Purpose(StrEnum):
    ACTIVATION = "activation"
    RESET = "reset"
    EMAIL = "email"


HOURS = {Purpose.ACTIVATION: 24, Purpose.RESET: 1, Purpose.EMAIL: 24}
"""How long a key of each purpose works."""


class MailKeys:
    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids

    def issue(self, connection: Connection, developer_id: str, purpose: Purpose, *, email: str | None = None) -> str:
        """A new key; ``email`` is the address that it is about, when that is not the account's own."""
        key = self._ids.secret()
        expires_at = self._clock.now() + timedelta(hours=HOURS[purpose])
        values = {"developer_id": developer_id, "purpose": purpose.value, "email": email, "expires_at": expires_at}
        store.replace(connection, values | {"key_hash": hash_secret(key)})
        return key

    def find(self, connection: Connection, purpose: Purpose, key: str) -> Row[Any] | None:
        """Whose key it is, and about which address; None when it is unknown, used or too old."""
        return store.find(connection, purpose.value, hash_secret(key), self._clock.now())

    def take(self, connection: Connection, purpose: Purpose, key: str) -> Row[Any] | None:
        """Like :meth:`find`; the key is used up. Of two clicks at once, one gets it."""
        found = store.find(connection, purpose.value, hash_secret(key), self._clock.now(), lock=True)
        if found is not None:
            store.delete_of(connection, found.developer_id, purpose.value)
        return found
