"""Login and logout (report, 4.2), who is logged in where, and ending that."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AccountSuspended, BadLogin, LoginSessionNotFound, NotActivated
from sandbox.kit.passwords import matches, password_hasher
from sandbox.kit.secret_hash import hash_secret
from sandbox.platform.accounts import store as account_store
from sandbox.platform.accounts.schemas import account_target, to_developer
from sandbox.platform.accounts.states import ACTIVE
from sandbox.platform.audit.actor import current_actor
from sandbox.platform.audit.service import Target
from sandbox.platform.sessions import store
from sandbox.platform.sessions.schemas import CurrentSession, OpenedSession, to_session

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.contracts.platform import Login
    from sandbox.kit.errors import SandboxError
    from sandbox.kit.ids import Ids
    from sandbox.kit.paging import Page, PageQuery
    from sandbox.platform.accounts.tools import AccountTools
    from sandbox.platform.sessions.schemas import OpenSession

REMEMBERED_DAYS, USUAL_HOURS = 30, 12
_SEEN_SECONDS = 60
_LONGEST_USER_AGENT = 300


class SessionService:
    def __init__(self, tools: AccountTools, ids: Ids) -> None:
        self._database = tools.database
        self._audit = tools.audit
        self._limits = tools.limits
        self._clock = tools.clock
        self._ids = ids

    def login(self, login: Login, user_agent: str = "", *, replaces: str | None = None) -> OpenedSession:
        """A new session, instead of the one whose token it ``replaces``.

        An unknown address costs as much time as a wrong password, and says the same. Raises BadLogin, NotActivated,
        AccountSuspended, and TooManyRequests after too many wrong passwords, whatever the one that came is.
        """
        email = login.email.strip().lower()
        tries = {"login_account": email, "login_address": current_actor().address}
        with self._database.read() as connection:
            self._limits.require(connection, **tries)
            row = account_store.find_by_email(connection, email)
        hashed = row.password_hash if row is not None else _nobody()
        if not matches(password_hasher(), hashed, login.password) or row is None:
            raise self._count_failure(row, tries)
        return self._open(row, tries, user_agent, remember=login.remember, replaces=replaces)

    def logout(self, token: str) -> None:
        with self._database.write() as connection:
            row = store.find_open(connection, hash_secret(token), self._clock.now())
            store.delete_by_token(connection, hash_secret(token))
            if row is not None:
                self._audit.record(connection, "session.closed", account_target(row), developer_id=row.id)

    def find(self, token: str) -> CurrentSession | None:
        """Whose session this is; None when it is unknown, has expired, or its account is not active."""
        now, token_hash = self._clock.now(), hash_secret(token)
        with self._database.read() as connection:
            row = store.find_open(connection, token_hash, now)
        if row is None:
            return None
        if now >= row.last_seen_at + timedelta(seconds=_SEEN_SECONDS):
            with self._database.write() as connection:
                store.touch(connection, row.session_id, now)
        return CurrentSession(to_developer(row), row.session_id)

    def list_open(self, developer_id: str, current_id: str | None, wanted: PageQuery) -> Page[OpenSession]:
        """Newest first."""
        with self._database.read() as connection:
            page = store.list_open(connection, developer_id, self._clock.now(), wanted)
        return page.map(lambda row: to_session(row, current_id))

    def revoke(self, developer_id: str, session_id: str) -> None:
        """Raises LoginSessionNotFound, also for somebody else's."""
        with self._database.write() as connection:
            if not store.delete_one(connection, developer_id, session_id):
                raise LoginSessionNotFound
            self._audit.record(connection, "session.revoked", Target("session", session_id), developer_id=developer_id)

    def revoke_others(self, developer_id: str, current_id: str | None) -> int:
        """All but the current one; returns how many there were."""
        with self._database.write() as connection:
            ended = store.delete_all(connection, developer_id, but=current_id)
            if ended:
                self._audit.record(connection, "session.others_revoked", developer_id=developer_id, sessions=ended)
        return ended

    def _open(
        self, row: Row[Any], tries: dict[str, str | None], user_agent: str, *, remember: bool, replaces: str | None
    ) -> OpenedSession:
        token, now = self._ids.secret(), self._clock.now()
        lasts = timedelta(days=REMEMBERED_DAYS) if remember else timedelta(hours=USUAL_HOURS)
        values = {
            "token_hash": hash_secret(token),
            "id": self._ids.token22(),
            "developer_id": row.id,
            "is_remembered": remember,
            "address": current_actor().address,
            "user_agent": user_agent[:_LONGEST_USER_AGENT],
            "created_at": now,
            "last_seen_at": now,
            "expires_at": now + lasts,
        }
        with self._database.write() as connection:
            self._require_still_right(connection, row, tries)
            store.delete_expired(connection, now)
            if replaces is not None:
                store.delete_by_token(connection, hash_secret(replaces))
            store.add(connection, values)
            self._audit.record(connection, "session.opened", account_target(row), developer_id=row.id)
        return OpenedSession(token, now + lasts, row.language)

    def _require_still_right(self, connection: Connection, row: Row[Any], tries: dict[str, str | None]) -> None:
        """What else happened while the password was checked counts: who guesses a thousand at once has ten tries too,
        and no old password logs in after a new one ended all sessions.
        """
        self._limits.require(connection, **tries)
        now = account_store.find(connection, row.id, lock=True)
        if now is None or now.password_hash != row.password_hash:
            raise BadLogin
        _require_active(now)

    def _count_failure(self, row: Row[Any] | None, tries: dict[str, str | None]) -> SandboxError:
        """What to raise once the failure is counted."""
        with self._database.write() as connection:
            refused = self._limits.count(connection, **tries)
            if row is not None:
                self._audit.record(connection, "session.refused", account_target(row), developer_id=row.id)
        return refused or BadLogin()


def _require_active(row: Row[Any]) -> None:
    """Said only to who knows the password: that an account is suspended, and why, is nobody else's business."""
    if row.status == "suspended":
        raise AccountSuspended(reason=row.suspension_reason)
    if row.status == "closed":
        raise BadLogin
    if row.status != ACTIVE:
        raise NotActivated


@cache
def _nobody() -> str:
    """A hash that no password has: what an unknown address is compared with."""
    return password_hasher().hash("nobody has this password")
