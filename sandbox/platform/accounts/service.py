"""Registration, and activation by a mailed key (report, 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import ActivationKeyInvalid, EmailTaken
from sandbox.kit.passwords import matches, password_hasher
from sandbox.kit.tracing import join_trace
from sandbox.platform.accounts import store
from sandbox.platform.accounts.schemas import account_target, to_developer
from sandbox.platform.accounts.states import ACCOUNT, ACTIVE
from sandbox.platform.audit.actor import SYSTEM, acting_as, current_actor
from sandbox.platform.audit.service import Target
from sandbox.platform.mail_keys.service import HOURS, Purpose

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.contracts.platform import Registration
    from sandbox.kit.ids import Ids
    from sandbox.platform.accounts.schemas import Developer
    from sandbox.platform.accounts.tools import AccountTools


class AccountService:
    def __init__(self, tools: AccountTools, ids: Ids, *, admin_email: str) -> None:
        self._database = tools.database
        self._audit = tools.audit
        self._limits = tools.limits
        self._clock = tools.clock
        self._ids = ids
        self._keys = tools.keys
        self._mail = tools.mail
        self._base_url = tools.base_url
        self._admin_email = admin_email.strip().lower()

    def register(self, registration: Registration) -> None:
        """The account and its activation mail are stored together; the mail goes out when the SMTP server takes it.

        Sent again with the same password while it waits for its activation (a double click, the back button), it is the
        same registration. An account whose key ran out unused makes room: nobody can open it any more.
        Raises EmailTaken, TooManyRequests.
        """
        values = self.new_account(registration)
        join_trace(values["id"])
        try:
            with self._database.write() as connection:
                self._limits.take(connection, registration_address=current_actor().address)
                self.add(connection, values)
        except (
            IntegrityError
        ):  # the try was undone with the rest: whoever looks for addresses that are taken is counted too
            with self._database.write() as connection:
                self._limits.take(connection, registration_address=current_actor().address)
            self.require_same(registration)

    def mail_waits(self) -> bool:
        """Whether the mail server is away just now, so that mails go out later."""
        return not self._mail.is_reachable()

    def new_account(self, registration: Registration) -> dict[str, Any]:
        """The row of a registration; takes as long as hashing a password does."""
        return registration.model_dump(exclude={"password", "email"}) | {
            "id": self._ids.token22(),
            "email": registration.email.lower(),
            "password_hash": password_hasher().hash(registration.password),
            "status": ACCOUNT.initial,
            "created_at": self._clock.now(),
        }

    def add(self, connection: Connection, values: dict[str, Any]) -> None:
        """In the caller's transaction. Raises IntegrityError when the address has an account."""
        store.delete_never_activated(connection, values["email"], self._clock.now())
        store.add(connection, values)
        target = Target("account", values["id"], values["email"])
        self._audit.record(connection, "account.registered", target, developer_id=values["id"])
        self.send_activation(connection, values["id"], values["email"], values["name"], values["language"])

    def send_activation(self, connection: Connection, developer_id: str, email: str, name: str, language: str) -> None:
        """A new key, which replaces the one before."""
        key = self._keys.issue(connection, developer_id, Purpose.ACTIVATION)
        details = {
            "name": name,
            "link": f"{self._base_url}/activate/{key}",
            "hours": HOURS[Purpose.ACTIVATION],
        }
        self._mail.add(connection, email, "activation", language, details)

    def require_same(self, registration: Registration) -> None:
        """Raises EmailTaken unless this is the registration again that made the account.

        A wrong password counts like one at the login, so that this is no way around its limit: TooManyRequests.
        """
        email = registration.email.lower()
        with self._database.read() as connection:
            row = store.find_by_email(connection, email)
            if row is None or row.status != ACCOUNT.initial:
                raise EmailTaken(field="email")
            self._limits.require(connection, login_account=email)
        if matches(password_hasher(), row.password_hash, registration.password):
            return
        with self._database.write() as connection:
            refused = self._limits.count(connection, login_account=email)
        raise refused or EmailTaken(field="email")

    def activate(self, key: str) -> Developer:
        """The key works once, for 24 hours."""
        with self._database.write() as connection:
            found = self._keys.take(connection, Purpose.ACTIVATION, key)
            row = store.find(connection, found.developer_id, lock=True) if found else None
            if row is None or row.status != ACCOUNT.initial:
                raise ActivationKeyInvalid
            join_trace(row.id)
            self.make_active(connection, row)
            return to_developer(store.get(connection, row.id))

    def make_active(self, connection: Connection, row: Row[Any]) -> None:
        """The address of the setting ``admin_email`` makes an admin."""
        ACCOUNT.require(row.status, ACTIVE)
        store.change(connection, row.id, status=ACTIVE)
        self._audit.record(connection, "account.activated", account_target(row), developer_id=row.id)
        if row.email == self._admin_email:
            store.change(connection, row.id, is_admin=True)
            with acting_as(SYSTEM):
                self._audit.record(connection, "admin.granted", account_target(row), developer_id=row.id)
