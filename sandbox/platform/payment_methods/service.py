"""Hands a step of a way to pay on to the Payments API, with what the form's order is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import CardsNotAccepted
from sandbox.contracts.payments import STEP_FIELDS, Destination, FormOrder
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import InvalidInput
from sandbox.kit.shapes import refuse_unstorable_text
from sandbox.kit.tracing import join_trace
from sandbox.platform.apps import store as app_store
from sandbox.platform.apps.accepting import require_accepting
from sandbox.platform.hosted import store as hosted_store
from sandbox.platform.orders import store as order_store
from sandbox.platform.orders.service import require_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.contracts.payments import PaymentsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database


class MethodSteps:
    def __init__(self, database: Database, clock: Clock, payments: PaymentsClient) -> None:
        self._database = database
        self._clock = clock
        self._payments = payments

    def take(self, session: str, method: str, step: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What the payment form may know of the step's outcome. Raises what :meth:`take_here` raises."""
        taken = self.take_here(session, method, step, fields)
        return {name: value for name, value in taken.items() if name != "payment_id"}

    def take_here(self, session: str, method: str, step: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The amount and the merchant come from the order, never from the page. Raises SessionExpired, SessionEnded, …"""
        join_trace(session)
        refuse_unstorable_text(fields)
        with self._database.read() as connection:
            order = order_store.get(connection, session)
            app = require_accepting(app_store.get(connection, order.app_id))
            page = hosted_store.find(connection, session)
        if method == "card" and not (page and page.accepts_cards):
            raise CardsNotAccepted(field="method")
        require_open(order, self._clock.now())
        facts = FormOrder(
            session=order.id,
            app_id=app.id,
            payee_wallet_id=app.wallet_id,
            merchant_name=order.name or app.trade_name,
            amount=order.amount,
            reference=order.reference,
            form_expires_at=to_iso(order.expires_at),
            destinations=[Destination(**share) for share in (page.shares if page else None) or ()],
        )
        try:
            return self._payments.take_step(method, step, facts, fields)
        except InvalidInput as wrong:
            field = (wrong.field or "").removeprefix(STEP_FIELDS)
            raise InvalidInput(wrong.message, hint=wrong.hint, field=field) from None
