"""What admins do to users. Each action is idempotent, audited, and safe against another admin who does the opposite."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AdminsOnly, LastAdmin, UserStateChanged
from sandbox.platform.accounts.states import ACCOUNT
from sandbox.platform.admin import store
from sandbox.platform.admin.schemas import User, UserPage, to_user, to_user_app
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.paging import Page, PageQuery
    from sandbox.platform.admin.filters import UserFilter
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.mail.service import MailService


class UserService:
    """``admin_id`` is who acts: whether they still are an admin is looked at again inside the transaction."""

    def __init__(self, database: Database, clock: Clock, *, audit: Audit, mail: MailService, base_url: str) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._mail = mail
        self._base_url = base_url

    def list_users(self, wanted: UserFilter, page: PageQuery) -> Page[User]:
        with self._database.read() as connection:
            return store.list_users(connection, wanted, page).map(to_user)

    def get(self, user_id: str) -> UserPage:
        """Raises UserNotFound."""
        now = self._clock.now()
        with self._database.read() as connection:
            user = to_user(store.get(connection, user_id))
            return UserPage(
                **user.model_dump(),
                sessions=store.count_sessions(connection, user_id, now),
                api_keys=store.count_keys(connection, user_id, now),
                apps=[to_user_app(row) for row in store.list_apps(connection, user_id)],
            )

    def activate(self, admin_id: str, user_id: str) -> UserPage:
        """A pending account is active without its mail."""
        with self._acting(admin_id, user_id) as (connection, user, _):
            if self._moves(user, "active", without={"suspended"}):
                store.change(connection, user_id, status="active")
                self._record(connection, "user.activated", user)
        return self.get(user_id)

    def suspend(self, admin_id: str, user_id: str, reason: str) -> UserPage:
        """Sessions end, API keys and apps stop, and the user is told why. Raises LastAdmin, UserStateChanged."""
        with self._acting(admin_id, user_id) as (connection, user, admins):
            if self._moves(user, "suspended"):
                _require_another(admins, user_id)
                values = {"suspended_at": self._clock.now(), "suspension_reason": reason}
                store.change(connection, user_id, status="suspended", **values)
                ended = store.end_sessions(connection, user_id)
                self._record(connection, "user.suspended", user, reason=reason, sessions_ended=ended)
                self._mail.add(
                    connection, user.email, "suspended", user.language, {"name": user.name, "reason": reason}
                )
        return self.get(user_id)

    def reinstate(self, admin_id: str, user_id: str) -> UserPage:
        """Keys and apps work again; the user logs in anew, and is told."""
        with self._acting(admin_id, user_id) as (connection, user, _):
            if self._moves(user, "active", without={"pending"}):
                store.change(connection, user_id, status="active", suspended_at=None, suspension_reason=None)
                self._record(connection, "user.reinstated", user)
                values = {"name": user.name, "link": f"{self._base_url}/login"}
                self._mail.add(connection, user.email, "reinstated", user.language, values)
        return self.get(user_id)

    def grant_admin(self, admin_id: str, user_id: str) -> UserPage:
        """Raises UserStateChanged for an account that is not active."""
        with self._acting(admin_id, user_id) as (connection, user, _):
            if not user.is_admin:
                if user.status != "active":
                    raise UserStateChanged(status=user.status)
                store.change(connection, user_id, is_admin=True)
                self._record(connection, "admin.granted", user)
        return self.get(user_id)

    def withdraw_admin(self, admin_id: str, user_id: str) -> UserPage:
        """Raises LastAdmin."""
        with self._acting(admin_id, user_id) as (connection, user, admins):
            if user.is_admin:
                _require_another(admins, user_id)
                store.change(connection, user_id, is_admin=False)
                self._record(connection, "admin.withdrawn", user)
        return self.get(user_id)

    @contextmanager
    def _acting(self, admin_id: str, user_id: str) -> Iterator[tuple[Connection, Row[Any], set[str]]]:
        """A transaction with the user and all active admins, of whom the acting one must still be one."""
        with self._database.write() as connection:
            user, admins = store.lock_with_admins(connection, user_id)
            if admin_id not in admins:
                raise AdminsOnly
            yield connection, user, admins

    def _moves(self, user: Row[Any], to: str, *, without: frozenset[str] | set[str] = frozenset()) -> bool:
        """False when it is there already; raises UserStateChanged where its state does not lead there this way."""
        if user.status == to:
            return False
        if user.status in without or not ACCOUNT.allows(user.status, to):
            raise UserStateChanged(status=user.status)
        return True

    def _record(self, connection: Connection, action: str, user: Row[Any], **details: Any) -> None:
        target = Target("account", user.id, user.email)
        self._audit.record(connection, action, target, developer_id=user.id, **details)


def _require_another(admins: set[str], user_id: str) -> None:
    """Nobody, not even the last admin, may leave the platform without one."""
    if admins == {user_id}:
        raise LastAdmin
