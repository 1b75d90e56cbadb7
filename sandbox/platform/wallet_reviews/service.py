"""Asks the Wallets API for applications, and tells it what an admin decided.

A decision is stored first, then told, and then its audit event is written: one that is cut off in between is finished by
:meth:`WalletReviews.finish_cut_off`, so that no wallet is approved without anybody who approved it.
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from sandbox.contracts.applications import Application
from sandbox.contracts.errors import ApplicationNotFound, Refusal, WalletNotFound
from sandbox.contracts.wallets import Wallet
from sandbox.kit.errors import ServiceUnavailable
from sandbox.kit.paging import Page
from sandbox.platform.audit.actor import Actor, Authority, acting_as, current_actor
from sandbox.platform.audit.service import Target
from sandbox.platform.wallet_reviews import store
from sandbox.platform.wallet_reviews.schemas import ReviewedApplication

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Row

    from sandbox.contracts.wallets import Standing, WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.wallet_reviews.schemas import ReviewQuery

_LOOK_AGAIN = timedelta(minutes=1)
_STATUS_AFTER = {"blocked": "blocked", "unblocked": "active"}
Decided = TypeVar("Decided", Application, Wallet)


class WalletReviews:
    def __init__(self, database: Database, clock: Clock, ids: Ids, *, audit: Audit, wallets: WalletsClient) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._wallets = wallets
        self._look_at: datetime | None = None

    def list_applications(self, wanted: ReviewQuery) -> Page[Application]:
        rows, cursor = self._wallets.list_applications(state=wanted.state, limit=wanted.limit, after=wanted.after)
        return Page(rows, cursor)

    def get(self, application_id: str) -> ReviewedApplication:
        """With the picture. Raises ApplicationNotFound."""
        application = self._wallets.get_application(application_id)
        image = None
        if application.has_picture:
            content = base64.b64encode(self._wallets.get_card(application_id)).decode()
            image = f"data:image/jpeg;base64,{content}"
        return ReviewedApplication(**application.model_dump(), image=image)

    def find_wallet(self, phone_number: str) -> str:
        """The id of the wallet behind a phone number. Raises WalletNotFound."""
        wallet = self._wallets.find_wallet(phone_number)
        if wallet is None:
            raise WalletNotFound(field="phone_number")
        return wallet.id

    def get_standing(self, wallet_id: str) -> Standing:
        """Raises WalletNotFound."""
        return self._wallets.get_standing(wallet_id)

    def approve(self, application_id: str) -> Application:
        """Raises ApplicationStep, CinTaken."""
        known = self._wallets.get_application(application_id)
        return self._decide(known, "approved", lambda: self._wallets.approve_application(known.id))

    def reject(self, application_id: str, reason: str) -> Application:
        known = self._wallets.get_application(application_id)
        return self._decide(
            known, "rejected", lambda: self._wallets.reject_application(known.id, reason), reason=reason
        )

    def block(self, wallet_id: str) -> Standing:
        """From now on it neither pays nor is paid. Raises WalletPending, WalletClosed."""
        known = self._wallets.get_wallet(wallet_id)
        self._decide(known, "blocked", lambda: self._wallets.block(known.id))
        return self._wallets.get_standing(known.id)

    def unblock(self, wallet_id: str) -> Standing:
        known = self._wallets.get_wallet(wallet_id)
        self._decide(known, "unblocked", lambda: self._wallets.unblock(known.id))
        return self._wallets.get_standing(known.id)

    def finish_cut_off(self) -> int:
        """Look at what is under way when the sandbox starts, and every minute then; returns how many were brought to an end."""
        now = self._clock.now()
        if self._look_at is not None and now < self._look_at:
            return 0
        self._look_at = now + _LOOK_AGAIN
        with self._database.read() as connection:
            rows = store.list_under_way(connection)
        return sum(self._settle(row) for row in rows)

    def _decide(self, known: Decided, outcome: str, tell: Callable[[], Decided], **details: Any) -> Decided:
        """``known`` is there: nothing is stored for what does not exist."""
        values: dict[str, Any] = {"subject_id": known.id, "token": self._ids.token22(), "outcome": outcome}
        values |= {"details": details, "actor": asdict(current_actor())}
        with self._database.write() as connection:
            store.put(connection, values)
        try:
            decided = tell()
        except Refusal:
            self._forget(known.id, values["token"])
            raise
        self._record(decided, values["token"], outcome, details)
        return decided

    def _settle(self, row: Row[Any]) -> int:
        """What became of it, as the Wallets API knows. One that it has not heard of stays: the admin was told so, and may repeat it."""
        try:
            subject, is_done, is_over = self._look(row)
        except ServiceUnavailable:
            return 0
        except ApplicationNotFound:
            return self._forget(row.subject_id, row.token)
        if is_done:
            with acting_as(Actor(**row.actor | {"authority": Authority(row.actor["authority"])})):
                return self._record(subject, row.token, row.outcome, row.details)
        return self._forget(row.subject_id, row.token) if is_over else 0

    def _look(self, row: Row[Any]) -> tuple[Application | Wallet, bool, bool]:
        """On what was decided, whether it came about, and whether it cannot any more."""
        if row.outcome in _STATUS_AFTER:
            wallet = self._wallets.get_wallet(row.subject_id)
            return wallet, wallet.status == _STATUS_AFTER[row.outcome], wallet.status == "closed"
        application = self._wallets.get_application(row.subject_id)
        is_done = (application.state, application.decided_by) == (row.outcome, "admin")
        return application, is_done, application.state in {"approved", "rejected"}

    def _record(self, subject: Application | Wallet, token: str, outcome: str, details: dict[str, Any]) -> int:
        """Once, whoever comes first: the call itself or who finishes what was cut off."""
        name = subject.display_name if isinstance(subject, Wallet) else subject.trade_name or subject.name or ""
        with self._database.write() as connection:
            if not store.remove(connection, subject.id, token):
                return 0
            self._audit.record(connection, f"wallet.{outcome}", Target("wallet", subject.id, name), **details)
        return 1

    def _forget(self, subject_id: str, token: str) -> int:
        with self._database.write() as connection:
            return int(store.remove(connection, subject_id, token))
