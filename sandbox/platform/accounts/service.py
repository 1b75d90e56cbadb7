"""Registration, activation by a mailed key, login and logout (report, 4.2)."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import AccountSuspended, ActivationKeyInvalid, BadLogin, EmailTaken, NotActivated
from sandbox.kit.passwords import matches, password_hasher
from sandbox.platform.accounts import store
from sandbox.platform.accounts.schemas import Developer
from sandbox.platform.accounts.states import ACCOUNT
from sandbox.platform.audit.actor import SYSTEM, acting_as
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.platform import Login, Registration
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.mail.service import MailService
    from sandbox.platform.settings import PlatformSettings

ACTIVATION_HOURS = 24
_SESSION_DAYS = 14


class AccountService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        *,
        audit: Audit,
        mail: MailService,
        settings: PlatformSettings,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._mail = mail
        self._settings = settings

    def register(self, registration: Registration) -> None:
        """The account and its activation mail are stored together; the mail goes out when the SMTP server takes it.

        An account whose key ran out unused makes room: nobody can open it any more.
        """
        key, now = self._ids.secret(), self._clock.now()
        values = registration.model_dump(exclude={"password", "email"}) | {
            "id": self._ids.token22(),
            "email": registration.email.lower(),
            "password_hash": password_hasher().hash(registration.password),
            "status": "pending",
            "activation_hash": _hash(key),
            "activation_expires_at": now + timedelta(hours=ACTIVATION_HOURS),
            "created_at": now,
        }
        link = f"{self._settings.base_url}/activate/{key}"
        try:
            with self._database.write() as connection:
                store.delete_never_activated(connection, values["email"], now)
                store.add(connection, values)
                details = {"name": registration.name, "link": link, "hours": ACTIVATION_HOURS}
                self._mail.add(connection, values["email"], "activation", registration.language, details)
                target = Target("account", values["id"], values["email"])
                self._audit.record(connection, "account.registered", target, developer_id=values["id"])
        except IntegrityError:
            raise EmailTaken(field="email") from None

    def activate(self, key: str) -> Developer:
        """The key works once, for 24 hours. The address of the setting ``admin_email`` makes an admin."""
        with self._database.write() as connection:
            row = store.find_by_activation(connection, _hash(key))
            if row is None or row.status != ACCOUNT.initial or self._clock.now() >= row.activation_expires_at:
                raise ActivationKeyInvalid
            store.change(connection, row.id, status="active", activation_hash=None, activation_expires_at=None)
            self._audit.record(connection, "account.activated", _target(row), developer_id=row.id)
            if row.email == self._settings.admin_email.strip().lower():
                store.change(connection, row.id, is_admin=True)
                with acting_as(SYSTEM):
                    self._audit.record(connection, "admin.granted", _target(row), developer_id=row.id)
            return _to_developer(store.get(connection, row.id))

    def login(self, login: Login) -> str:
        """A new session token. An unknown address costs as much time as a wrong password, and says the same."""
        with self._database.read() as connection:
            row = store.find_by_email(connection, login.email.strip().lower())
        hashed = row.password_hash if row is not None else _nobody()
        if not matches(password_hasher(), hashed, login.password) or row is None:
            raise BadLogin
        _require_active(row)
        token, now = self._ids.secret(), self._clock.now()
        session = {"token_hash": _hash(token), "developer_id": row.id, "created_at": now}
        with self._database.write() as connection:
            store.delete_expired_sessions(connection, now)
            store.add_session(connection, session | {"expires_at": now + timedelta(days=_SESSION_DAYS)})
            self._audit.record(connection, "session.opened", _target(row), developer_id=row.id)
        return token

    def logout(self, token: str) -> None:
        with self._database.write() as connection:
            row = store.find_by_session(connection, _hash(token), self._clock.now())
            store.delete_session(connection, _hash(token))
            if row is not None:
                self._audit.record(connection, "session.closed", _target(row), developer_id=row.id)

    def find_developer(self, token: str) -> Developer | None:
        """Whose session this is; None when it is unknown or has expired."""
        with self._database.read() as connection:
            row = store.find_by_session(connection, _hash(token), self._clock.now())
        return _to_developer(row) if row is not None else None


def _require_active(row: Row[Any]) -> None:
    """Said only to who knows the password: that an account is suspended, and why, is nobody else's business."""
    if row.status == "suspended":
        raise AccountSuspended(reason=row.suspension_reason)
    if row.status == "closed":
        raise BadLogin
    if row.status != "active":
        raise NotActivated


@cache
def _nobody() -> str:
    """A hash that no password has: what an unknown address is compared with."""
    return password_hasher().hash("nobody has this password")


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _to_developer(row: Row[Any]) -> Developer:
    return Developer.model_validate(row._mapping)


def _target(row: Row[Any]) -> Target:
    return Target("account", row.id, row.email)
