"""What all operations on a hosted page work with, and how a page is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import PaymentNotFound
from sandbox.contracts.events import event_of
from sandbox.kit.clock import to_iso
from sandbox.kit.tracing import join_trace
from sandbox.platform.apps import store as app_store
from sandbox.platform.hosted import store
from sandbox.platform.hosted.schemas import to_page
from sandbox.platform.orders import store as order_store
from sandbox.platform.orders.states import UNDER_WAY, WAITING

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.contracts.payments import PaymentsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.hosted.schemas import HostedPage
    from sandbox.platform.orders.service import OrderService
    from sandbox.platform.payment_methods.service import MethodSteps

NOBODY = "20000000"


class PageOperations:
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

    def get(self, page_id: str) -> HostedPage:
        """How the page stands now; one whose time is over has expired, whether or not a job has come by. Raises PaymentNotFound."""
        with self._database.read() as connection:
            page = self._read(connection, page_id)
        join_trace(page_id)
        if page.status in WAITING and self._clock.now() >= page.expires_at:
            self._orders.get_session(page_id)
            with self._database.read() as connection:
                page = self._read(connection, page_id)
        return page

    def find(self, page_id: str) -> HostedPage | None:
        try:
            return self.get(page_id)
        except PaymentNotFound:
            return None

    def get_of(self, app: Row[Any], page_id: str) -> HostedPage:
        """Raises PaymentNotFound, also for another app's page."""
        page = self.find(page_id)
        if page is None or page.app_id != app.id:
            raise PaymentNotFound(field="payment_id")
        return page

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
