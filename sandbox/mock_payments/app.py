"""Puts the Payments API together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.contracts.events import PaymentEvent
from sandbox.contracts.wallets import SmsOrder, WalletsClient
from sandbox.kit.db import Database
from sandbox.kit.outbox import Message, Outbox
from sandbox.kit.web import ServiceApp, create_service_app
from sandbox.mock_payments.ledger.routes import ledger_routes
from sandbox.mock_payments.ledger.service import LedgerService
from sandbox.mock_payments.payments.prepare import PrepareService
from sandbox.mock_payments.payments.routes import form_routes, payment_routes
from sandbox.mock_payments.payments.service import PaymentService
from sandbox.mock_payments.refunds.routes import refund_routes
from sandbox.mock_payments.refunds.service import RefundService
from sandbox.mock_payments.tables import SCHEMA_VERSION, metadata, outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.contracts.platform import PlatformClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.ids import IdSource


@dataclass(frozen=True)
class PaymentsApi:
    app: ServiceApp
    database: Database
    jobs: tuple[Callable[[], int], ...]
    """What is to be done now and then, and when the clock moves; each returns how much it did."""
    deliver: Callable[[], int]
    """That of the jobs which sends what waits in the outbox."""


def create_payments_api(
    database_url: str,
    clock: Clock,
    ids: IdSource,
    *,
    service_key: str,
    wallets: WalletsClient,
    platform: PlatformClient,
    wake: Callable[[], None],
) -> PaymentsApi:
    database = Database(database_url, metadata, version=SCHEMA_VERSION, schema="payments")
    messages = Outbox(database, outbox, clock, wake)
    messages.handle({"event": _events_to(platform), "sms": _sms_to(wallets)})
    preparing = PrepareService(database, clock, ids.stream("payments"), messages, wallets)
    payments = PaymentService(database, clock, messages)
    refunds = RefundService(database, clock, ids.stream("payments.refunds"), messages)
    app = create_service_app("sandbox.mock_payments", service_key=service_key)
    for routes in (
        payment_routes(preparing, payments),
        refund_routes(refunds),
        form_routes(payments),
        ledger_routes(LedgerService(database, clock)),
    ):
        app.register_blueprint(routes)
    return PaymentsApi(app, database, (payments.expire_due, messages.deliver_due), messages.deliver_due)


def _events_to(platform: PlatformClient) -> Callable[[Sequence[Message]], None]:
    return lambda messages: platform.receive_events([PaymentEvent.parse(message.payload) for message in messages])


def _sms_to(wallets: WalletsClient) -> Callable[[Sequence[Message]], None]:
    return lambda messages: wallets.send_sms([SmsOrder.parse(message.payload) for message in messages])
