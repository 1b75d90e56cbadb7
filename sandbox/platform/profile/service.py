"""Changing one's own account: basic info, password, e-mail address; and closing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import EmailKeyInvalid, EmailTaken, LastAdmin, WrongPassword
from sandbox.kit.errors import InvalidInput, translatable
from sandbox.kit.passwords import matches, password_hasher
from sandbox.platform.accounts import store as account_store
from sandbox.platform.accounts.schemas import account_target, to_developer
from sandbox.platform.accounts.states import ACCOUNT, ACTIVE
from sandbox.platform.admin import store as admin_store
from sandbox.platform.audit.actor import current_actor
from sandbox.platform.audit.service import Target
from sandbox.platform.mail_keys import store as key_store
from sandbox.platform.mail_keys.service import HOURS, Purpose
from sandbox.platform.sessions import store as session_store

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.platform.accounts.schemas import Developer
    from sandbox.platform.accounts.tools import AccountTools
    from sandbox.platform.profile.schemas import EmailChange, PasswordChange, Profile

_NOBODY = {"name": "—", "password_hash": "!", "is_admin": False, "suspended_at": None, "suspension_reason": None}
_EMPTY = dict.fromkeys(("company", "website", "phone_number", "wallet_phone"))


class ProfileService:
    def __init__(self, tools: AccountTools) -> None:
        self._database = tools.database
        self._audit = tools.audit
        self._limits = tools.limits
        self._keys = tools.keys
        self._mail = tools.mail
        self._base_url = tools.base_url

    def mail_waits(self) -> bool:
        return not self._mail.is_reachable()

    def change(self, developer_id: str, profile: Profile) -> Developer:
        with self._database.write() as connection:
            before = account_store.get(connection, developer_id, lock=True)
            values = profile.model_dump()
            changed = sorted(name for name, value in values.items() if getattr(before, name) != value)
            if changed:
                account_store.change(connection, developer_id, **values)
                self._audit.record(connection, "account.changed", account_target(before), fields=changed)
            return to_developer(account_store.get(connection, developer_id))

    def change_password(self, developer_id: str, session_id: str | None, wanted: PasswordChange) -> None:
        """All other sessions end. Raises WrongPassword."""
        row = self._require_password(developer_id, wanted.password)
        hashed = password_hasher().hash(wanted.new_password)
        with self._database.write() as connection:
            self._lock(connection, row)
            account_store.change(connection, row.id, password_hash=hashed)
            key_store.delete_of(connection, row.id)  # also an e-mail change, asked for by who knew the old password
            ended = session_store.delete_all(connection, row.id, but=session_id)
            self._audit.record(connection, "password.changed", account_target(row), sessions_ended=ended)
            self._mail.add(connection, row.email, "password_changed", row.language, {"name": row.name})

    def ask_email(self, developer_id: str, wanted: EmailChange) -> None:
        """A link goes to the new address, which stays out of use until it is opened.

        An address that has an account already is told so itself: the answer is the same. Raises WrongPassword,
        TooManyRequests, and InvalidInput for the address that the account has.
        """
        row, email = self._require_password(developer_id, wanted.password), wanted.email.lower()
        if email == row.email:
            raise InvalidInput(
                translatable("This is your address already."),
                field="email",
                hint=translatable("Enter another address."),
            )
        subjects = {"email_account": row.id, "email_address": current_actor().address}
        with self._database.write() as connection:
            self._lock(connection, row)
            self._limits.take(connection, **subjects)
            self._audit.record(connection, "email.change_asked", account_target(row), new_email=email)
            key = self._keys.issue(connection, row.id, Purpose.EMAIL, email=email)
            if account_store.find_by_email(connection, email) is not None:
                self._mail.add(connection, email, "email_taken", row.language, {})
                return
            link = f"{self._base_url}/email/confirm/{key}"
            details = {"name": row.name, "link": link, "hours": HOURS[Purpose.EMAIL]}
            self._mail.add(connection, email, "email_confirm", row.language, details)

    def confirm_email(self, key: str) -> Developer:
        """The new address counts from now on; the old one gets a notice. Raises EmailKeyInvalid, EmailTaken."""
        try:
            with self._database.write() as connection:
                found = self._keys.take(connection, Purpose.EMAIL, key)
                row = account_store.get(connection, found.developer_id, lock=True) if found else None
                if found is None or row is None or row.status != ACTIVE:
                    raise EmailKeyInvalid
                account_store.change(connection, row.id, email=found.email)
                key_store.delete_of(connection, row.id, Purpose.RESET.value)  # it went to the old address
                target = Target("account", row.id, found.email)
                self._audit.record(connection, "email.changed", target, developer_id=row.id, old_email=row.email)
                details = {"name": row.name, "email": found.email}
                self._mail.add(connection, row.email, "email_changed", row.language, details)
                return to_developer(account_store.get(connection, row.id))
        except IntegrityError:
            raise EmailTaken from None

    def close(self, developer_id: str, password: str) -> None:
        """Nobody logs in and no app accepts any more; who it was is forgotten, orders stay.

        Raises WrongPassword, and LastAdmin for who would leave the platform without one.
        """
        row = self._require_password(developer_id, password)
        with self._database.write() as connection:
            _, admins = admin_store.lock_with_admins(connection, row.id)
            self._lock(connection, row)
            if admins == {row.id}:
                raise LastAdmin
            self._audit.record(connection, "account.closed", Target("account", row.id))
            self._mail.add(connection, row.email, "account_closed", row.language, {"name": row.name})
            session_store.delete_all(connection, row.id)
            key_store.delete_of(connection, row.id)
            ACCOUNT.require(row.status, "closed")
            values = {**_NOBODY, **_EMPTY, "email": f"{row.id.lower()}@closed.invalid", "status": "closed"}
            account_store.change(connection, row.id, **values)

    def _require_password(self, developer_id: str, password: str) -> Row[Any]:
        """Counted like a login: a stolen session must not be a way to guess the password."""
        with self._database.read() as connection:
            row = account_store.get(connection, developer_id)
            self._limits.require(connection, login_account=row.email)
        if matches(password_hasher(), row.password_hash, password):
            return row
        with self._database.write() as connection:
            refused = self._limits.count(connection, login_account=row.email)
        raise refused or WrongPassword(field="password")

    def _lock(self, connection: Connection, row: Row[Any]) -> None:
        """Raises WrongPassword when the password, or the account, changed while it was being checked; TooManyRequests when
        wrong ones used up the tries meanwhile.
        """
        self._limits.require(connection, login_account=row.email)
        now = account_store.get(connection, row.id, lock=True)
        if (now.password_hash, now.status) != (row.password_hash, row.status):
            raise WrongPassword(field="password")
