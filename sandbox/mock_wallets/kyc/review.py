"""The review of applications: by rule at once, or by an admin; both end in the same two ways."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import ApplicationStep, CinTaken
from sandbox.kit.days import day_of
from sandbox.mock_wallets.kyc import store
from sandbox.mock_wallets.kyc.rules import Facts, broken_rules
from sandbox.mock_wallets.kyc.shapes import to_application
from sandbox.mock_wallets.kyc.states import APPLICATION
from sandbox.mock_wallets.sms import store as sms_store
from sandbox.mock_wallets.sms.texts import render
from sandbox.mock_wallets.wallets import store as wallet_store
from sandbox.mock_wallets.wallets.service import move_wallet

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.contracts.applications import Application
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.outbox import Outbox
    from sandbox.kit.paging import Page, PageQuery


class Reviewing:
    """``automatic``: the rules decide; otherwise an application waits for an admin."""

    def __init__(self, clock: Clock, ids: Ids, outbox: Outbox, *, automatic: bool) -> None:
        self._clock = clock
        self._ids = ids
        self._outbox = outbox
        self._automatic = automatic

    def submit(self, connection: Connection, row: Row[Any]) -> Row[Any]:
        """The last step is done. The rules that it breaks are noted in any case: they help an admin."""
        broken = broken_rules(self._facts(connection, row))
        codes = [rule.code for rule in broken]
        row = store.change(connection, row.id, submitted_at=self._clock.now(), reasons=codes)
        if not self._automatic:
            return row
        if broken:
            return self.reject(connection, row, " ".join(rule.sentence for rule in broken), "rule")
        return self.approve(connection, row, "rule")

    def approve(self, connection: Connection, row: Row[Any], by: str) -> Row[Any]:
        """The wallet gets its level and its holder's name; a business's becomes active."""
        if store.cin_is_taken(connection, row.cin, row.kind, row.wallet_id):
            raise CinTaken(field="cin")
        wallet = wallet_store.get(connection, row.wallet_id, lock=True)
        values = {"level": row.level, "holder_name": row.name, "cin": row.cin}
        if row.kind == "business":
            values |= {"trade_name": row.trade_name, "tax_number": row.tax_number}
        if wallet.status == "pending":
            move_wallet(connection, self._outbox, wallet, "active", self._clock.now(), **values)
        else:
            wallet_store.change(connection, wallet.id, **values)
        return self._decide(connection, row, "approved", by)

    def reject(self, connection: Connection, row: Row[Any], reason: str, by: str) -> Row[Any]:
        return self._decide(connection, row, "rejected", by, reason=reason)

    def _decide(
        self, connection: Connection, row: Row[Any], state: str, by: str, reason: str | None = None
    ) -> Row[Any]:
        APPLICATION.require(row.state, state)
        now = self._clock.now()
        decided = store.change(connection, row.id, state=state, decided_at=now, decided_by=by, reason=reason)
        key = f"application:{self._ids.token22()}"
        sms_store.add(connection, key, row.phone_number, render(f"application_{state}", row.language, {}), now)
        return decided

    def _facts(self, connection: Connection, row: Row[Any]) -> Facts:
        return Facts(
            name=row.name,
            birth_date=date.fromisoformat(row.birth_date),
            today=day_of(self._clock.now()),
            cin_is_taken=store.cin_is_taken(connection, row.cin, row.kind, row.wallet_id),
            contrast=row.contrast,
            selfie_matches=row.selfie_matches,
        )


class ReviewService:
    """What an admin does: looks, approves, rejects."""

    def __init__(self, database: Database, reviewing: Reviewing) -> None:
        self._database = database
        self._reviewing = reviewing

    def list_by_state(self, state: str, page: PageQuery) -> Page[Application]:
        with self._database.read() as connection:
            return store.list_by_state(connection, state, page).map(to_application)

    def get_card(self, application_id: str) -> bytes:
        with self._database.read() as connection:
            return store.get_card(connection, application_id)

    def approve(self, application_id: str) -> Application:
        """Approving what is approved changes nothing."""
        try:
            with self._database.write() as connection:
                row = store.get(connection, application_id, lock=True)
                if row.state != "approved":
                    row = self._reviewing.approve(connection, _require_in_review(row), "admin")
        except IntegrityError:  # the same identity card was approved for another wallet at this moment
            raise CinTaken(field="cin") from None
        return to_application(row)

    def reject(self, application_id: str, reason: str) -> Application:
        with self._database.write() as connection:
            row = store.get(connection, application_id, lock=True)
            return to_application(self._reviewing.reject(connection, _require_in_review(row), reason, "admin"))


def _require_in_review(row: Row[Any]) -> Row[Any]:
    if row.state != "review":
        raise ApplicationStep(state=row.state)
    return row
