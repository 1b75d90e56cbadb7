"""Paying a page: the phone's look at it, the steps of login and card, and asking for the money."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import CardDeclined, CodeLocked
from sandbox.contracts.events import executed_event
from sandbox.contracts.hosted import ScannedPage
from sandbox.contracts.payments import ExecutePayment, KeepHold
from sandbox.kit.clock import to_iso
from sandbox.kit.tracing import join_trace
from sandbox.platform.apps import store as app_store
from sandbox.platform.apps.accepting import require_accepting
from sandbox.platform.hosted import store
from sandbox.platform.hosted.service.base import NOBODY, PageOperations
from sandbox.platform.orders.states import PAID_FOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row

    from sandbox.contracts.cards import CardFacts
    from sandbox.platform.hosted.schemas import HostedPage

HOLD_DAYS = 7
"""How long a pre-authorization holds the money (ours: not published)."""


class Paying(PageOperations):
    def scan(self, page_id: str) -> ScannedPage:
        """The phone read the page's code. Raises PaymentNotFound, AppDisabled, SessionExpired, SessionEnded."""
        join_trace(page_id)
        with self._database.read() as connection:
            page = self._read(connection, page_id)
            app = require_accepting(app_store.get(connection, page.app_id))
        self._orders.note_scan(page_id)
        return ScannedPage(
            session=page.id,
            app_id=app.id,
            payee_wallet_id=app.wallet_id,
            merchant=page.merchant,
            description=None,
            amount=page.amount,
            reference=page.reference,
            expires_at=to_iso(page.expires_at),
            destinations=list(page.shares),
        )

    def take_step(self, page_id: str, method: str, step: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A step of a way to pay: ``start`` of login and card, ``resend`` of login, ``challenge`` of card.

        The order is PREPARED when the first has been taken. Raises what MethodSteps.take raises; a card that the bank
        refuses ends the payment (ours), as the provider's test card that fails is there to show.
        """
        with self._database.read() as connection:
            store.get(connection, page_id)
        try:
            taken = self._methods.take_here(page_id, method, step, fields)
        except CardDeclined as refusal:
            self._end(page_id, NOBODY, refusal.code)
            raise
        if step == "start":
            self._catch_up(taken["payment_id"])
        return taken

    def confirm(self, page_id: str, code: str) -> HostedPage:
        """The shopper typed the six digits: the money moves. Raises WrongCode (tries_left), CodeLocked, CodeExpired.

        Whom the card's bank does not believe after three tries has failed; a login may be tried again.
        """
        with self._database.read() as connection:
            asked = self._read(connection, page_id)
        try:
            verified = self._payments.verify(page_id, code)
        except CodeLocked as refusal:
            if asked.card is not None:
                self._end(page_id, NOBODY, refusal.code)
            elif asked.payment_id is not None:
                self._catch_up(asked.payment_id)
            raise
        page = self.settle(page_id, verified.payment_id, code)
        if page.card is not None:
            self._keep_card(page, page.card)
        return page

    def settle(self, page_id: str, payment_id: str, code: str) -> HostedPage:
        """Ask for the money that was prepared. Once the order is sold, this changes nothing."""
        join_trace(page_id)
        with self._database.read() as connection:
            page = self._read(connection, page_id)
            app = app_store.get(connection, page.app_id)
        if page.status in PAID_FOR and page.payment_id == payment_id:
            return page
        require_accepting(app)
        if page.holds_only:
            return self._hold(page, app, payment_id, code)
        return self._take(page, app, payment_id, code=code, amount=page.amount)

    def _hold(self, page: HostedPage, app: Row[Any], payment_id: str, code: str) -> HostedPage:
        until = self._clock.now() + timedelta(days=HOLD_DAYS)
        request = KeepHold(app_id=app.id, code=code, payee_wallet_id=app.wallet_id, until=to_iso(until))
        kept = self._payments.keep(payment_id, request)
        with self._database.write() as connection:
            store.keep_code(connection, page.id, code)
        self._orders.preauthorise(page.id, kept)
        return self.get(page.id)

    def _take(self, page: HostedPage, app: Row[Any], payment_id: str, *, code: str, amount: int) -> HostedPage:
        request = ExecutePayment(
            app_id=app.id,
            code=code,
            amount=amount,
            payee_wallet_id=app.wallet_id,
            execution_key=f"page:{page.id}",
            captures_part=page.holds_only,
        )
        executed = self._payments.execute_surely(payment_id, request)
        self._orders.receive([executed_event(executed)])
        return self.get(page.id)

    def _keep_card(self, page: HostedPage, card: CardFacts) -> None:
        """For the shopper whom the merchant named, if anybody: once, however often it pays, with the date of the newest."""
        if page.customer is None:
            return
        facts = {"pan": card.pan, "expiration": card.expiration, "holder": card.holder}
        named = {"last_four": card.pan[-4:], "brand": card.payment_system}
        with self._database.write() as connection:
            kept = store.list_bindings(connection, page.app_id, page.customer)
            known = next((each for each in kept if (each.last_four, each.brand) == tuple(named.values())), None)
            if known is not None:
                store.change_binding(connection, known.id, facts)
                return
            whose = {"id": self._ids.token22(), "app_id": page.app_id, "customer": page.customer}
            store.add_binding(connection, whose | named | facts | {"created_at": self._clock.now()})
