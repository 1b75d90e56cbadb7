"""A new activation mail and a new password by mail, for who cannot log in.

Whether an address has an account is told by no answer, nor by the time it takes: a request only puts a question into the
outbox, the same work for every address, and whether a mail comes of it is decided beside the requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import ResetKeyInvalid
from sandbox.kit.passwords import password_hasher
from sandbox.platform.accounts import store as account_store
from sandbox.platform.accounts.schemas import account_target
from sandbox.platform.audit.actor import Actor, Authority, acting_as, current_actor
from sandbox.platform.mail_keys import store as key_store
from sandbox.platform.mail_keys.service import HOURS, Purpose
from sandbox.platform.sessions import store as session_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from sandbox.kit.outbox import Message, Outbox
    from sandbox.platform.accounts.service import AccountService
    from sandbox.platform.accounts.tools import AccountTools

_TOPIC = "mail_asked"
_MAY_RESET = frozenset({"pending", "active"})


class RecoveryService:
    def __init__(self, tools: AccountTools, outbox: Outbox, accounts: AccountService) -> None:
        self._database = tools.database
        self._audit = tools.audit
        self._limits = tools.limits
        self._outbox = outbox
        self._accounts = accounts
        self._keys = tools.keys
        self._mail = tools.mail
        self._base_url = tools.base_url
        outbox.handle({_TOPIC: self._answer_all})

    def ask_activation(self, email: str) -> None:
        """Another activation mail; its key replaces the one before. Raises TooManyRequests."""
        subjects = {"activation_account": email.lower(), "activation_address": current_actor().address}
        self._ask(Purpose.ACTIVATION, email, subjects)

    def ask_reset(self, email: str) -> None:
        """A mail with a link to a page for a new password. Raises TooManyRequests."""
        self._ask(Purpose.RESET, email, {"reset_account": email.lower(), "reset_address": current_actor().address})

    def mail_waits(self) -> bool:
        return not self._mail.is_reachable()

    def require_reset_key(self, key: str) -> None:
        """Raises ResetKeyInvalid."""
        with self._database.read() as connection:
            if self._keys.find(connection, Purpose.RESET, key) is None:
                raise ResetKeyInvalid

    def reset(self, key: str, password: str) -> str:
        """Set the password and end all sessions; returns the account's address. Raises ResetKeyInvalid.

        Who can read the key at an address has proved what an activation proves.
        """
        self.require_reset_key(key)
        hashed = password_hasher().hash(password)
        with self._database.write() as connection:
            found = self._keys.take(connection, Purpose.RESET, key)
            row = account_store.get(connection, found.developer_id, lock=True) if found else None
            if row is None or row.status not in _MAY_RESET:
                raise ResetKeyInvalid
            if row.status == "pending":
                self._accounts.make_active(connection, row)
            key_store.delete_of(connection, row.id)
            account_store.change(connection, row.id, password_hash=hashed)
            ended = session_store.delete_all(connection, row.id)
            target = account_target(row)
            self._audit.record(connection, "password.reset", target, developer_id=row.id, sessions_ended=ended)
            self._mail.add(connection, row.email, "password_changed", row.language, {"name": row.name})
        return str(row.email)

    def _ask(self, purpose: Purpose, email: str, subjects: dict[str, str | None]) -> None:
        actor = current_actor()
        asked_by = {"address": actor.address, "request_id": actor.request_id}
        with self._database.write() as connection:
            self._limits.take(connection, **subjects)
            self._outbox.add(connection, _TOPIC, {"purpose": purpose.value, "email": email.lower(), "by": asked_by})

    def _answer_all(self, messages: Sequence[Message]) -> None:
        for message in messages:
            asked = message.payload
            with acting_as(Actor(Authority.ANONYMOUS, **asked["by"])), self._database.write() as connection:
                row = account_store.find_by_email(connection, asked["email"])
                if row is not None:
                    self._answer(connection, Purpose(asked["purpose"]), row)

    def _answer(self, connection: Connection, purpose: Purpose, row: Row[Any]) -> None:
        """The mail that was asked for, if this account can use it."""
        if purpose is Purpose.ACTIVATION and row.status == "pending":
            self._accounts.send_activation(connection, row.id, row.email, row.name, row.language)
            action = "account.activation_resent"
        elif purpose is Purpose.RESET and row.status in _MAY_RESET:
            key = self._keys.issue(connection, row.id, Purpose.RESET)
            link = f"{self._base_url}/password/reset/{key}"
            details = {"name": row.name, "link": link, "hours": HOURS[Purpose.RESET]}
            self._mail.add(connection, row.email, "password_reset", row.language, details)
            action = "password.reset_asked"
        else:
            return
        self._audit.record(connection, action, account_target(row), developer_id=row.id)
