"""An order from the open form to its end: opened by the script, scanned by the phone, moved by payment events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AmountMismatch, AppNotFound, OriginNotAllowed, SessionEnded, SessionExpired
from sandbox.contracts.events import executed_event, refund_event_id
from sandbox.contracts.scanned import ScannedOrder
from sandbox.kit.clock import to_iso
from sandbox.kit.tracing import join_stories, join_trace
from sandbox.platform.apps import store as app_store
from sandbox.platform.apps.accepting import require_accepting
from sandbox.platform.apps.origins import may_open_forms
from sandbox.platform.apps.schemas import image_url
from sandbox.platform.metrics.store import marks, reading
from sandbox.platform.orders import store
from sandbox.platform.orders.basket import read_basket
from sandbox.platform.orders.schemas import session_json
from sandbox.platform.orders.states import ENDED, ORDER, STATUS_AFTER_EVENT, WAITING, status_after_refund

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from sandbox.contracts.events import PaymentEvent
    from sandbox.contracts.payments import Payment, Refund
    from sandbox.contracts.platform import OpenSession, ScanSession
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.orders.basket import Customer
    from sandbox.platform.orders.changes import OrderChanges
    from sandbox.platform.settings import PlatformSettings

_EXPIRY_BATCH = 100
_LONGEST_ORIGIN = 200


class OrderService:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, changes: OrderChanges, settings: PlatformSettings
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._changes = changes
        self._settings = settings

    def open_session(self, request: OpenSession, origin: str | None = None) -> dict[str, Any]:
        """The shopper opened the payment form: an order, and the addresses that the form calls next.

        ``origin`` is that of the page, as its browser says. Raises AppNotFound, AppDisabled, OriginNotAllowed.
        """
        order_id, now = self._ids.token22(), self._clock.now()
        join_trace(order_id)
        basket = read_basket(request.items, request.customer, request.amount)
        with self._database.write() as connection:
            app = require_accepting(app_store.get_by_token(connection, request.app))
            if not may_open_forms(origin, app.allowed_origins):
                raise OriginNotAllowed(field="app", origin=(origin or "")[:_LONGEST_ORIGIN])
            store.add(connection, self._new_order(request, app, order_id, now) | _customer_columns(basket.customer))
            store.add_items(connection, order_id, basket.items)
            self._note(connection, order_id, "opened", now)
            marks.mark_changed(connection, app.id, now)
            order = store.get(connection, order_id)
        image = request.image or image_url(app, self._settings.base_url)
        merchant = {"name": request.name or app.trade_name, "description": request.description, "image": image}
        more = {"merchant": merchant, "links": self._links(order), "warnings": basket.warnings}
        return session_json(order, now, self._clock.rate) | more

    def add(self, connection: Connection, app: Row[Any], order_id: str, facts: dict[str, Any]) -> Row[Any]:
        """A new order that is not paid in a form: ``facts`` are its amount, reference, name, description and end."""
        now = self._clock.now()
        row = {"id": order_id, "app_id": app.id, "is_test": app.is_test, "status": ORDER.initial, "created_at": now}
        store.add(connection, row | facts)
        self._note(connection, order_id, "opened", now)
        marks.mark_changed(connection, app.id, now)
        return store.get(connection, order_id)

    def note_scan(self, order_id: str) -> None:
        """A phone read the code of an order. Raises SessionExpired, SessionEnded."""
        with self._database.write() as connection:
            order, now = store.get(connection, order_id, lock=True), self._clock.now()
            require_open(order, now)
            if ORDER.allows(order.status, "SCANNED"):
                self._changes.make(connection, order, now, status="SCANNED", reason=None)
                self._note(connection, order_id, "scanned", now)

    def preauthorise(self, order_id: str, payment: Payment) -> None:
        """The money is held until the merchant confirms."""
        with self._database.write() as connection:
            order, now = store.get(connection, order_id, lock=True), self._clock.now()
            if not ORDER.allows(order.status, "PREAUTHORISED"):
                return
            facts = _payer_columns(payment)
            until = datetime.fromisoformat(payment.expires_at)
            self._changes.make(
                connection, order, now, status="PREAUTHORISED", reason=None, code_expires_at=until, **facts
            )
            self._note(connection, order_id, "preauthorised", now)

    def end_hold(self, order_id: str) -> None:
        """The merchant gave a pre-authorization up."""
        with self._database.write() as connection:
            order, now = store.get(connection, order_id, lock=True), self._clock.now()
            if order.status == "PREAUTHORISED":
                self._changes.make(connection, order, now, status="REFUSED", reason="RELEASED_BY_MERCHANT")
                self._note(connection, order_id, "released", now)

    def get_session(self, order_id: str) -> dict[str, Any]:
        join_trace(order_id)
        with self._database.read() as connection:
            order = store.get(connection, order_id)
        now = self._clock.now()
        if order.status in WAITING and now >= order.expires_at:
            self._expire(order_id)
            return self.get_session(order_id)
        return session_json(order, now, self._clock.rate)

    def scan(self, order_id: str, request: ScanSession) -> ScannedOrder:
        """The phone read the form's code; the app must be valid and the amount the one that the form asked for."""
        join_trace(order_id)
        with self._database.write() as connection:
            app = require_accepting(app_store.get_by_token(connection, request.app))
            order, now = store.get(connection, order_id, lock=True), self._clock.now()
            require_open(order, now)
            if order.app_id != app.id:
                raise AppNotFound(field="app")
            if order.amount != request.amount:
                raise AmountMismatch(field="amount")
            if ORDER.allows(order.status, "SCANNED"):
                self._changes.make(connection, order, now, status="SCANNED", reason=None)
                self._note(connection, order_id, "scanned", now)
        return ScannedOrder(
            session=order.id,
            app_id=app.id,
            payee_wallet_id=app.wallet_id,
            merchant=order.name or app.trade_name,
            description=order.description,
            amount=order.amount,
            reference=order.reference,
            expires_at=to_iso(order.expires_at),
        )

    def refuse(self, order_id: str, reason: str = "REFUSED_BY_SHOPPER") -> None:
        """The shopper said no, or a bank did. A payment under way is cancelled by the Payments API, whose event tells us."""
        join_trace(order_id)
        with self._database.write() as connection:
            order, now = store.get(connection, order_id, lock=True), self._clock.now()
            if order.status in WAITING:
                self._changes.make(connection, order, now, status="REFUSED", reason=reason)
                self._note(connection, order_id, "refused", now)

    def receive(self, events: Sequence[PaymentEvent]) -> None:
        """Apply payment events; one that came before, or that the order is past, changes nothing."""
        join_stories(event.payment.session for event in events)
        with self._database.write() as connection:
            for event in events:
                self._apply(connection, event)

    def end_forms(self, connection: Connection, app_id: str, reason: str) -> None:
        """The app's forms in which no phone has paid yet end: nobody can open or scan them any more."""
        now = self._clock.now()
        for order in store.list_waiting(connection, app_id):
            self._changes.make(connection, order, now, status="EXPIRED", reason=reason)
            self._note(connection, order.id, "expired", now)

    def expire_due(self) -> int:
        with self._database.read() as connection:
            due = store.list_due(connection, self._clock.now(), _EXPIRY_BATCH)
        return sum(self._expire(order_id) for order_id in due)

    def _apply(self, connection: Connection, event: PaymentEvent) -> None:
        payment, at = event.payment, datetime.fromisoformat(event.at)
        order = store.find(connection, payment.session, lock=True)
        if event.refund is not None and order is not None and ORDER.allows(order.status, "PAID"):
            self._apply(connection, executed_event(payment))  # whoever told of the refund was faster
            order = store.get(connection, payment.session)
        if event.refund is not None and order is not None:
            self.apply_refund(connection, order, event.refund)
            return
        line = {"key": event.id, "order_id": payment.session, "kind": event.type, "detail": payment.reason, "at": at}
        if order is None or not store.add_event(connection, line):
            return
        status = STATUS_AFTER_EVENT[event.type]
        if order.status == "PREAUTHORISED" and status == "ATTEMPT_FAILED":
            status = "EXPIRED"  # nobody confirmed in time
        is_under_way = order.status in {"PREPARED", "VERIFIED"}
        failed_elsewhere = status == "ATTEMPT_FAILED" and is_under_way and order.payment_id != payment.id
        if failed_elsewhere or not ORDER.allows(order.status, status):
            marks.mark_changed(connection, order.app_id, at)  # the timeline alone has changed
            return
        changes: dict[str, Any] = {"status": status, "reason": payment.reason}
        if status in {"PREPARED", "VERIFIED", "PAID"}:
            changes |= {
                **_payer_columns(payment),
                "code_expires_at": datetime.fromisoformat(payment.expires_at),
            }
        if status == "PAID":
            changes |= {
                "paid_at": at,
                "amount": payment.amount,  # of a pre-authorization a part may have been taken
                "fee": payment.fee,
                "shared": payment.shared,
            }
        self._changes.make(connection, order, at, **changes)

    def apply_refund(self, connection: Connection, order: Row[Any], refund: Refund) -> None:
        """The total after the refund counts, so it does not matter in which order refunds are told of, nor how often.

        The caller holds the order's lock.
        """
        at = datetime.fromisoformat(refund.created_at)
        line = {"key": refund_event_id(refund), "order_id": order.id, "kind": "payment.refunded", "at": at}
        if not store.add_event(connection, line | {"detail": str(refund.amount)}):
            return
        sale = {"key": line["key"], "order_id": order.id, "app_id": order.app_id, "amount": refund.amount, "at": at}
        marks.add_refund(connection, sale)
        refunded = max(order.refunded_amount, refund.refunded_total)
        status = status_after_refund(order.amount, refunded)
        if ORDER.allows(order.status, status):
            self._changes.make(connection, order, at, status=status, refunded_amount=refunded)

    def _expire(self, order_id: str) -> int:
        with self._database.write() as connection:
            order, now = store.get(connection, order_id, lock=True), self._clock.now()
            if order.status not in WAITING or now < order.expires_at:
                return 0
            self._changes.make(connection, order, now, status="EXPIRED", reason="SESSION_EXPIRED")
            self._note(connection, order_id, "expired", now)
            return 1

    def _note(self, connection: Connection, order_id: str, kind: str, at: datetime) -> None:
        key = f"{order_id}:{kind}:{self._ids.token22()}"
        store.add_event(connection, {"key": key, "order_id": order_id, "kind": kind, "detail": None, "at": at})

    def _new_order(self, request: OpenSession, app: Row[Any], order_id: str, now: datetime) -> dict[str, Any]:
        return {
            "id": order_id,
            "app_id": app.id,
            "is_test": app.is_test,
            "amount": request.amount,
            "reference": request.id,
            "name": request.name,
            "description": request.description,
            "status": ORDER.initial,
            "created_at": now,
            "expires_at": now + timedelta(seconds=app.session_seconds or self._settings.session_seconds),
        }

    def _links(self, order: Row[Any]) -> dict[str, str]:
        """In test mode the form checks codes with the platform, which knows the test codes."""
        status = f"{self._settings.base_url}/api/checkout/sessions/{order.id}"
        verify = f"{status}/verify" if order.is_test else f"{self._settings.payments_url}/api/verify"
        return {"status": status, "verify": verify}


def _payer_columns(payment: Payment) -> dict[str, Any]:
    """Whose payment it is: a phone's or a card's."""
    return {
        "payment_id": payment.id,
        "payer_phone": payment.payer_phone or None,
        "payer_name": payment.payer_name,
        "card": payment.card.model_dump() if payment.card else None,
        "method": payment.method,
    }


def _customer_columns(customer: Customer | None) -> dict[str, str | None]:
    return {
        f"customer_{name}": getattr(customer, name) if customer else None for name in ("key", "id", "name", "email")
    }


def require_open(order: Row[Any], now: datetime) -> None:
    """Raises SessionExpired or SessionEnded when this order can no longer be paid."""
    if order.status == "EXPIRED" or (order.status in WAITING and now >= order.expires_at):
        raise SessionExpired(field="session")
    if order.status in ENDED:
        raise SessionEnded(field="session")


class OrderReports:
    """What a developer sees of an app's orders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_by_app(self, developer_id: str, app_id: str) -> Sequence[Row[Any]]:
        """Newest first, at most 50."""
        with self._database.read() as connection:
            app_store.get_owned(connection, developer_id, app_id)
            return store.list_by_app(connection, app_id)

    def totals(self, app_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """For each app: the number of transactions and the gross sales in millimes (report, 5.3)."""
        with self._database.read() as connection:
            found = reading.read_totals(connection, app_ids)
        return {app_id: (figures.transactions, figures.gross) for app_id, figures in found.items()}
