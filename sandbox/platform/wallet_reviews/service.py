"""Asks the Wallets API for applications, and tells it what an admin decided.

A decision is stored first, then told, and then its audit event is written: one that is cut off in between is finished by
:meth:`WalletReviews.finish_cut_off`, so that no wallet is approved without anybody who approved it.
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.contracts.errors import ApplicationNotFound, Refusal
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

    from sandbox.contracts.applications import Application
    from sandbox.contracts.wallets import WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.wallet_reviews.schemas import ReviewQuery

_LOOK_AGAIN = timedelta(minutes=1)


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

    def approve(self, application_id: str) -> Application:
        """Raises ApplicationStep, CinTaken."""
        return self._decide(application_id, "approved", lambda: self._wallets.approve_application(application_id))

    def reject(self, application_id: str, reason: str) -> Application:
        return self._decide(
            application_id,
            "rejected",
            lambda: self._wallets.reject_application(application_id, reason),
            reason=reason,
        )

    def finish_cut_off(self) -> int:
        """Look at what is under way when the sandbox starts, and every minute then; returns how many were brought to an end."""
        now = self._clock.now()
        if self._look_at is not None and now < self._look_at:
            return 0
        self._look_at = now + _LOOK_AGAIN
        with self._database.read() as connection:
            rows = store.list_under_way(connection)
        return sum(self._settle(row) for row in rows)

    def _decide(
        self, application_id: str, outcome: str, tell: Callable[[], Application], **details: Any
    ) -> Application:
        """Nothing is stored for an application that does not exist."""
        known = self._wallets.get_application(application_id)
        values: dict[str, Any] = {"application_id": known.id, "token": self._ids.token22(), "outcome": outcome}
        values |= {"details": details, "actor": asdict(current_actor())}
        with self._database.write() as connection:
            store.put(connection, values)
        try:
            application = tell()
        except Refusal:
            self._forget(known.id, values["token"])
            raise
        self._record(application, values["token"], outcome, details)
        return application

    def _settle(self, row: Row[Any]) -> int:
        """What became of it, as the Wallets API knows. One that it has not heard of stays: the admin was told so, and may repeat it."""
        try:
            application = self._wallets.get_application(row.application_id)
        except ServiceUnavailable:
            return 0
        except ApplicationNotFound:
            return self._forget(row.application_id, row.token)
        if (application.state, application.decided_by) == (row.outcome, "admin"):
            with acting_as(Actor(**row.actor | {"authority": Authority(row.actor["authority"])})):
                return self._record(application, row.token, row.outcome, row.details)
        is_over = application.state in {"approved", "rejected"}
        return self._forget(row.application_id, row.token) if is_over else 0

    def _record(self, application: Application, token: str, outcome: str, details: dict[str, Any]) -> int:
        """Once, whoever comes first: the call itself or who finishes what was cut off."""
        target = Target("wallet", application.id, application.trade_name or application.name or "")
        with self._database.write() as connection:
            if not store.remove(connection, application.id, token):
                return 0
            self._audit.record(connection, f"wallet.{outcome}", target, **details)
        return 1

    def _forget(self, application_id: str, token: str) -> int:
        with self._database.write() as connection:
            return int(store.remove(connection, application_id, token))
