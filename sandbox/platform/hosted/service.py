"""Hosted payment pages over the same orders and payments as the payment form.

A phone, or the wallet login on the page, prepares a payment as it does for a form; what a form leaves to the merchant's server, to
ask for the money, is done here at once. The Payments API moves it once, whatever is repeated or lost on the way.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AlreadyAccepted, CardDeclined, CodeLocked, PaymentClosed, PaymentNotFound
from sandbox.contracts.events import event_of, executed_event
from sandbox.contracts.hosted import ScannedPage
from sandbox.contracts.payments import ExecutePayment, KeepHold
from sandbox.kit.clock import to_iso
from sandbox.kit.tracing import join_trace
from sandbox.platform.apps import store as app_store
from sandbox.platform.apps.accepting import require_accepting
from sandbox.platform.hosted import store
from sandbox.platform.hosted.levers import note_leaving
from sandbox.platform.hosted.progress import OVER, progress_of
from sandbox.platform.hosted.schemas import to_page
from sandbox.platform.orders import store as order_store
from sandbox.platform.orders.states import PAID_FOR, UNDER_WAY, WAITING
from sandbox.platform.webhooks import store as webhook_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from sandbox.contracts.cards import CardFacts
    from sandbox.contracts.payments import PaymentsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.paging import Page, PageQuery
    from sandbox.platform.hosted.progress import Progress
    from sandbox.platform.hosted.schemas import HostedPage, NewPage
    from sandbox.platform.hosted.store import PageFilter
    from sandbox.platform.orders.service import OrderService
    from sandbox.platform.payment_methods.service import MethodSteps
    from sandbox.platform.quirks.table import Quirks

HOLD_DAYS = 7
"""How long a pre-authorization holds the money (ours: not published)."""
_NOBODY = "20000000"


class HostedPages:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        *,
        orders: OrderService,
        methods: MethodSteps,
        payments: PaymentsClient,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._orders = orders
        self._methods = methods
        self._payments = payments

    def open(self, app: Row[Any], new: NewPage) -> HostedPage:
        """A new page and its order. Raises AppDisabled."""
        page_id, now = self._ids.token22(), self._clock.now()
        join_trace(page_id)
        require_accepting(app)
        facts = {"amount": new.amount, "reference": new.reference, "name": None, "description": None}
        kept = {"order_id": page_id, "app_id": app.id, "created_at": now}
        kept |= {"generation": new.generation, "success_url": new.success_url, "failure_url": new.failure_url}
        kept |= {"webhook_url": new.webhook_url, "image_url": new.image_url, "accepts_cards": new.accepts_cards}
        kept |= {"holds_only": new.holds_only, "customer": new.customer}
        kept["shares"] = [share.model_dump() for share in new.shares] or None
        with self._database.write() as connection:
            order = self._orders.add(
                connection, app, page_id, facts | {"expires_at": now + timedelta(seconds=new.seconds)}
            )
            store.add(connection, kept)
            return to_page(store.get(connection, page_id), order, app)

    def get(self, page_id: str) -> HostedPage:
        """How the page stands now; one whose time is over has expired, whether or not a job has come by. Raises PaymentNotFound."""
        join_trace(page_id)
        with self._database.read() as connection:
            page = self._read(connection, page_id)
        if page.status in WAITING and self._clock.now() >= page.expires_at:
            self._orders.get_session(page_id)
            with self._database.read() as connection:
                page = self._read(connection, page_id)
        return page

    def progress_of(self, page: HostedPage, quirks: Quirks) -> Progress:
        """``quirks`` are the app's: where the webhook comes before the way back, the payment is not over until it was tried."""
        progress = progress_of(page, self._clock.now())
        if progress.state not in OVER or not page.webhook_url or not quirks.is_on("webhook_moment", "before"):
            return progress
        with self._database.read() as connection:
            is_untold = webhook_store.has_untold(connection, page.id)
        return progress.model_copy(update={"state": "paying"}) if is_untold else progress

    def note_leaving(self, page: HostedPage, quirks: Quirks) -> None:
        """A browser is led back to the shop."""
        if page.webhook_url and quirks.is_on("webhook_moment", "after"):
            with self._database.write() as connection:
                note_leaving(connection, quirks, page.id, self._clock.now())

    def find(self, page_id: str) -> HostedPage | None:
        with self._database.read() as connection:
            known = store.find(connection, page_id) is not None
        return self.get(page_id) if known else None

    def get_of(self, app: Row[Any], page_id: str) -> HostedPage:
        """Raises PaymentNotFound, also for another app's page."""
        page = self.find(page_id)
        if page is None or page.app_id != app.id:
            raise PaymentNotFound(field="payment_id")
        return page

    def list_pages(self, wanted: PageFilter, page: PageQuery) -> Page[Row[Any]]:
        """Newest first."""
        with self._database.read() as connection:
            return store.read_pages(connection, wanted, page)

    def list_by_reference(self, app_id: str, generation: str, reference: str) -> list[HostedPage]:
        """Those that an app calls by ``reference``, newest first."""
        with self._database.read() as connection:
            found = store.list_by_reference(connection, [app_id], generation, reference)
        return [self.get(page_id) for page_id in found]

    def list_by_developer(self, developer_id: str, generation: str, reference: str) -> list[HostedPage]:
        """The same over all of a developer's apps."""
        with self._database.read() as connection:
            app_ids = [app.id for app in app_store.list_owned(connection, developer_id)]
            found = store.list_by_reference(connection, app_ids, generation, reference)
        return [self.get(page_id) for page_id in found]

    def list_bindings(self, app_id: str, customer: str) -> Sequence[Row[Any]]:
        """Cards that a shopper had kept, oldest first."""
        with self._database.read() as connection:
            return store.list_bindings(connection, app_id, customer)

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
            self._end(page_id, _NOBODY, refusal.code)
            raise
        if step == "start":
            self._catch_up(taken["payment_id"])
        return taken

    def confirm(self, page_id: str, code: str) -> HostedPage:
        """The shopper typed the six digits: the money moves. Raises WrongCode (tries_left), CodeLocked, CodeExpired.

        Whom the card's bank does not believe after three tries has failed; a login may be tried again.
        """
        with self._database.read() as connection:
            by_card = self._read(connection, page_id).card is not None
        try:
            verified = self._payments.verify(page_id, code)
        except CodeLocked as refusal:
            if by_card:
                self._end(page_id, _NOBODY, refusal.code)
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

    def confirm_hold(self, page_id: str, amount: int | None = None) -> HostedPage:
        """Take the money of a pre-authorization, or ``amount`` millimes of it: the rest goes back at once.

        Raises PaymentClosed when nothing is held, AmountMismatch for more than is held, and what the Payments API refuses.
        """
        with self._database.read() as connection:
            page = self._read(connection, page_id)
            app, code = app_store.get(connection, page.app_id), store.get(connection, page_id).held_code
        if page.status != "PREAUTHORISED" or page.payment_id is None or code is None:
            raise PaymentClosed(field="payment_id")
        return self._take(page, app, page.payment_id, code=code, amount=amount or page.amount)

    def cancel_hold(self, page_id: str) -> HostedPage:
        """The merchant gives up: what is held goes back. Raises PaymentClosed when nothing is held."""
        page = self.get(page_id)
        if page.status != "PREAUTHORISED" or page.payment_id is None:
            raise PaymentClosed(field="payment_id")
        self._payments.cancel(page.payment_id)
        self._orders.end_hold(page_id)
        return self.get(page_id)

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
        """For the shopper whom the merchant named, if anybody: once, however often it pays."""
        if page.customer is None:
            return
        facts = {"last_four": card.pan[-4:], "brand": card.payment_system}
        with self._database.write() as connection:
            kept = store.list_bindings(connection, page.app_id, page.customer)
            if any((each.last_four, each.brand) == (facts["last_four"], facts["brand"]) for each in kept):
                return
            whose = {"id": self._ids.token22(), "app_id": page.app_id, "customer": page.customer}
            store.add_binding(connection, whose | facts | {"created_at": self._clock.now()})

    def cancel(self, page_id: str) -> HostedPage:
        """The shopper gives up on the page: what was held by a login there is released, and nobody can pay it any more.

        A payment that is under way on a phone, or done, goes on.
        """
        page = self.get(page_id)
        if page.status in PAID_FOR:
            return page
        if page.card and page.payment_id and page.status in UNDER_WAY:  # no phone's number says whose it is
            with suppress(PaymentClosed):
                self._payments.cancel(page.payment_id)
        with suppress(AlreadyAccepted):
            self._end(page_id, page.payer_phone or _NOBODY, "REFUSED_BY_SHOPPER")
        return self.get(page_id)

    def _end(self, page_id: str, payer_phone: str, reason: str) -> None:
        """Unless somebody else's payment is under way: that goes on. Raises AlreadyAccepted."""
        if not self._payments.refuse_form(page_id, payer_phone):
            return
        with self._database.read() as connection:
            page = self._read(connection, page_id)
        if page.status in UNDER_WAY and page.payment_id:
            self._catch_up(page.payment_id)
        self._orders.refuse(page_id, reason)

    def _catch_up(self, payment_id: str) -> None:
        """The order moves to where its payment is now, before the event of it has come."""
        payment = self._payments.get_payment(payment_id)
        self._orders.receive([event_of(payment, to_iso(self._clock.now()))])

    def _read(self, connection: Connection, page_id: str) -> HostedPage:
        page = store.get(connection, page_id)
        return to_page(page, order_store.get(connection, page_id), app_store.get(connection, page.app_id))
