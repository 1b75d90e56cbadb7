"""What an admin decides about a wallet's application is told in the audit, whatever is cut off between the two services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from sandbox.contracts.applications import Application
from sandbox.contracts.errors import (
    ApplicationNotFound,
    ApplicationStep,
    WalletBlocked,
    WalletNotFound,
    WalletPending,
)
from sandbox.contracts.wallets import Wallet, WalletsClient
from sandbox.kit.db import Database
from sandbox.kit.errors import ServiceUnavailable
from sandbox.kit.ids import IdSource
from sandbox.platform.audit.actor import Actor, Authority, acting_as
from sandbox.platform.audit.models import audit_events
from sandbox.platform.audit.service import Audit
from sandbox.platform.tables import SCHEMA_VERSION, metadata
from sandbox.platform.wallet_reviews.models import decisions
from sandbox.platform.wallet_reviews.service import WalletReviews
from tests.mock_wallets.test_kyc import _apply
from tests.services import KEY, Services, build_services
from tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.contracts.transport import InProcessTransport
    from sandbox.testing import Sandbox
    from tests.databases import UrlFactory

ADMIN = Actor(Authority.ADMIN, "developer-9", "admin@example.com", "192.0.2.7", "request-1")


class Killed(BaseException):
    """The process is gone, and nothing of it goes on."""


class Line(WalletsClient):
    """The way to the Wallets API; the process may be killed before a decision is told, or right after it."""

    killed_before = killed_after = away = False

    def approve_application(self, application_id: str) -> Application:
        return self._told(super().approve_application, application_id)

    def reject_application(self, application_id: str, reason: str) -> Application:
        return self._told(super().reject_application, application_id, reason)

    def block(self, wallet_id: str) -> Wallet:
        return self._told(super().block, wallet_id)

    def _told(self, tell: Any, *arguments: Any) -> Any:
        if self.killed_before:
            raise Killed
        decided = tell(*arguments)
        if self.killed_after:
            raise Killed
        if self.away:
            raise ServiceUnavailable
        return decided


class Desk:
    """An admin's desk; ``restart`` is what happens after the process was killed."""

    def __init__(self, services: Services, database: Database) -> None:
        self.services, self.database = services, database
        self.line = Line(services.transport, service_key=KEY)
        self.restart()

    def restart(self) -> None:
        self.line.killed_before = self.line.killed_after = self.line.away = False
        clock = self.services.clock
        ids = IdSource(3).stream("reviews")
        self.reviews = WalletReviews(self.database, clock, ids, audit=Audit(clock), wallets=self.line)

    def events(self) -> list[tuple[str, str, str | None, dict[str, Any]]]:
        """Action, who, on what and why; and nothing is under way any more."""
        table = audit_events.c
        with self.database.read() as connection:
            assert connection.execute(select(decisions)).first() is None
            query = select(table.action, table.actor_name, table.address, table.details).order_by(table.at)
            return [tuple(row) for row in connection.execute(query)]


@pytest.fixture
def desk(database_url: UrlFactory, in_process: InProcessTransport) -> Iterator[Desk]:
    with build_services(database_url, in_process, automatic_review=False) as services:
        database = Database(database_url("platform"), metadata, version=SCHEMA_VERSION, schema="platform")
        try:
            yield Desk(services, database)
        finally:
            database.close()


APPROVED = ("wallet.approved", ADMIN.name, ADMIN.address, {})
REJECTED = ("wallet.rejected", ADMIN.name, ADMIN.address, {"reason": "The picture is blurred."})


def _decide(desk: Desk, application: Application, outcome: str) -> None:
    with acting_as(ADMIN):
        if outcome == "approved":
            desk.reviews.approve(application.id)
        else:
            desk.reviews.reject(application.id, "The picture is blurred.")


@pytest.mark.parametrize(("outcome", "event"), [("approved", APPROVED), ("rejected", REJECTED)])
def test_a_decision_that_was_told_before_the_process_was_killed_is_in_the_audit_with_who_took_it(
    desk: Desk, outcome: str, event: tuple[Any, ...]
) -> None:
    application = _apply(desk.services)
    desk.line.killed_after = True
    with pytest.raises(Killed):
        _decide(desk, application, outcome)
    assert desk.services.wallets.get_application(application.id).state == outcome
    desk.restart()
    assert desk.reviews.finish_cut_off() == 1
    assert desk.reviews.finish_cut_off() == 0
    assert desk.events() == [event]


def test_a_decision_that_was_never_told_is_none_and_may_be_taken_again(desk: Desk) -> None:
    application = _apply(desk.services)
    desk.line.killed_before = True
    with pytest.raises(Killed):
        _decide(desk, application, "approved")
    desk.restart()
    assert desk.reviews.finish_cut_off() == 0
    assert desk.services.wallets.get_application(application.id).state == "review"
    _decide(desk, application, "rejected")
    assert desk.events() == [REJECTED]


def test_a_decision_whose_answer_got_lost_is_looked_up_within_a_minute(desk: Desk) -> None:
    application = _apply(desk.services)
    desk.reviews.finish_cut_off()
    desk.line.away = True
    with pytest.raises(ServiceUnavailable):
        _decide(desk, application, "approved")
    assert desk.reviews.finish_cut_off() == 0
    desk.services.clock.advance(60)
    assert desk.reviews.finish_cut_off() == 1
    assert desk.events() == [APPROVED]


def test_a_decision_is_told_once_and_what_is_refused_not_at_all(desk: Desk) -> None:
    application = _apply(desk.services)
    _decide(desk, application, "approved")
    with pytest.raises(ApplicationStep):
        _decide(desk, application, "rejected")
    with pytest.raises(ApplicationNotFound):
        desk.reviews.approve("nobody" * 30)
    desk.services.clock.advance(60)
    assert desk.reviews.finish_cut_off() == 0
    assert desk.events() == [APPROVED]


def test_what_somebody_else_decided_meanwhile_is_not_told_as_this_admins(desk: Desk) -> None:
    application = _apply(desk.services)
    desk.line.killed_before = True
    with pytest.raises(Killed):
        _decide(desk, application, "approved")
    desk.restart()
    desk.services.wallets.reject_application(application.id, "Another desk did it.")
    assert desk.reviews.finish_cut_off() == 1
    assert desk.events() == []


def test_an_admin_blocks_and_unblocks_a_wallet_and_both_are_told(desk: Desk) -> None:
    shop, payer = desk.services.open_shop(), desk.services.open_wallet(50_000, level=1)
    assert desk.reviews.find_wallet(payer.phone_number) == payer.id
    with acting_as(ADMIN):
        blocked = desk.reviews.block(payer.id)
        assert (blocked.wallet.status, blocked.limits.balance) == ("blocked", 500_000)
        with pytest.raises(WalletBlocked):
            desk.services.prepare(payer, shop)
        assert desk.reviews.unblock(payer.id).wallet.status == "active"
        desk.services.prepare(payer, shop)
        with pytest.raises(WalletPending):
            desk.reviews.block(desk.services.open_wallet(status="pending").id)
        for call in (desk.reviews.block, desk.reviews.get_standing):
            with pytest.raises(WalletNotFound):
                call("nobody" * 30)
        with pytest.raises(WalletNotFound):
            desk.reviews.find_wallet("29999999")
    assert [event[:3] for event in desk.events()] == [
        ("wallet.blocked", ADMIN.name, ADMIN.address),
        ("wallet.unblocked", ADMIN.name, ADMIN.address),
    ]


def test_a_wallet_that_was_blocked_before_the_process_was_killed_is_in_the_audit(desk: Desk) -> None:
    wallet = desk.services.open_wallet()
    desk.line.killed_after = True
    with pytest.raises(Killed), acting_as(ADMIN):
        desk.reviews.block(wallet.id)
    desk.restart()
    assert desk.reviews.finish_cut_off() == 1
    assert [event[:3] for event in desk.events()] == [("wallet.blocked", ADMIN.name, ADMIN.address)]


def test_admins_find_a_wallet_by_its_number_and_see_its_ceilings(sandbox: Sandbox) -> None:
    admin, number = sandbox.details["admin"], sandbox.phone().number
    with Visitor(sandbox.base_url) as visitor:
        visitor.log_in(admin["email"], admin["password"])
        found = visitor.http.get("/admin/wallets", params={"phone_number": number}, follow_redirects=True)
        assert found.status_code == 200
        assert "/admin/wallets/holders/" in str(found.url)
        assert "Assumptions" in found.text
        missing = visitor.http.get("/admin/wallets", params={"phone_number": "29999999"})
        assert (missing.status_code, "No wallet stands behind this phone number." in missing.text) == (404, True)
        wrong = visitor.http.get("/admin/wallets", params={"phone_number": "12"})
        assert wrong.status_code == 400
