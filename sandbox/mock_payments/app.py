"""Puts the Payments API together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.contracts.events import PaymentEvent
from sandbox.contracts.wallets import SmsOrder, WalletsClient
from sandbox.kit.clock import earliest
from sandbox.kit.db import Database
from sandbox.kit.outbox import Message, Outbox
from sandbox.kit.web import ServiceApp, create_service_app
from sandbox.mock_payments.bank.routes import bank_routes
from sandbox.mock_payments.bank.service import BankMoveService
from sandbox.mock_payments.closings.routes import closing_routes
from sandbox.mock_payments.closings.service import ClosingService
from sandbox.mock_payments.history.routes import history_routes
from sandbox.mock_payments.history.service import HistoryService
from sandbox.mock_payments.ledger.invariants import CHECK_LEDGER
from sandbox.mock_payments.ledger.routes import ledger_routes, statement_routes
from sandbox.mock_payments.ledger.service import LedgerService
from sandbox.mock_payments.ledger.statements import StatementService
from sandbox.mock_payments.methods.method import Desk, load_methods
from sandbox.mock_payments.methods.routes import method_routes
from sandbox.mock_payments.methods.service import MethodService
from sandbox.mock_payments.money_requests.routes import money_request_routes
from sandbox.mock_payments.money_requests.service import MoneyRequestService
from sandbox.mock_payments.money_requests.store import next_due as requests_due
from sandbox.mock_payments.payments.prepare import PrepareService
from sandbox.mock_payments.payments.routes import form_routes, payment_routes
from sandbox.mock_payments.payments.service import PaymentService
from sandbox.mock_payments.payments.store import next_due as payments_due
from sandbox.mock_payments.refunds.routes import refund_routes
from sandbox.mock_payments.refunds.service import RefundService
from sandbox.mock_payments.settings import PaymentsSettings
from sandbox.mock_payments.tables import SCHEMA_VERSION, UPGRADES, metadata, outbox
from sandbox.mock_payments.transfers.moving import Moving
from sandbox.mock_payments.transfers.routes import transfer_routes
from sandbox.mock_payments.transfers.service import TransferService
from sandbox.mock_payments.transfers.sides import Sides

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.contracts.platform import PlatformClient
    from sandbox.kit.clock import Clock, NextDue
    from sandbox.kit.ids import IdSource

_USUAL_SETTINGS = PaymentsSettings()


@dataclass(frozen=True)
class PaymentsApi:
    app: ServiceApp
    database: Database
    jobs: tuple[Callable[[], int], ...]
    """What is to be done now and then, and when the clock moves; each returns how much it did."""
    deliver: Callable[[], int]
    """That of the jobs which sends what waits in the outbox."""
    finish: Callable[[], int]
    """The same, and waits for what another process sends."""
    next_due: NextDue
    """When the jobs will have something to do."""


def create_payments_api(
    database_url: str,
    clock: Clock,
    ids: IdSource,
    *,
    service_key: str,
    wallets: WalletsClient,
    platform: PlatformClient,
    wake: Callable[[], None],
    settings: PaymentsSettings = _USUAL_SETTINGS,
) -> PaymentsApi:
    database = Database(database_url, metadata, version=SCHEMA_VERSION, schema="payments", upgrades=UPGRADES)
    if settings.check_ledger:
        database.mark_connections(CHECK_LEDGER)
    messages = Outbox(database, outbox, clock, wake)
    messages.handle({"event": _events_to(platform), "sms": _sms_to(wallets)})
    preparing = PrepareService(database, clock, ids.stream("payments"), messages, wallets, settings.fees)
    payments = PaymentService(database, clock, messages, settings.fees)
    load_methods()
    methods = MethodService(Desk(database, clock, messages, preparing.prepare))
    refunds = RefundService(database, clock, ids.stream("payments.refunds"), messages, wallets)
    sides, moving = Sides(wallets), Moving(clock, ids.stream("payments.transfers"), messages, settings.fees)
    requests = MoneyRequestService(
        database, sides, moving, ids=ids.stream("payments.requests"), outbox=messages, settings=settings
    )
    closings = ClosingService(database, ids.stream("payments.closings"), wallets)
    app = create_service_app("sandbox.mock_payments", service_key=service_key)
    for routes in (
        payment_routes(preparing, payments),
        method_routes(methods),
        refund_routes(refunds),
        form_routes(payments),
        ledger_routes(LedgerService(database, clock)),
        statement_routes(StatementService(database, clock)),
        transfer_routes(TransferService(database, sides, moving)),
        money_request_routes(requests),
        history_routes(HistoryService(database)),
        bank_routes(BankMoveService(database, clock, ids.stream("payments.bank"), messages, wallets)),
        closing_routes(closings),
    ):
        app.register_blueprint(routes)
    jobs = (payments.expire_due, requests.expire_due, closings.finish_sealed, messages.deliver_due)
    next_due = earliest(payments_due(database), requests_due(database), messages.next_due)
    return PaymentsApi(app, database, jobs, messages.deliver_due, messages.finish_due, next_due)


def _events_to(platform: PlatformClient) -> Callable[[Sequence[Message]], None]:
    return lambda messages: platform.receive_events([PaymentEvent.parse(message.payload) for message in messages])


def _sms_to(wallets: WalletsClient) -> Callable[[Sequence[Message]], None]:
    return lambda messages: wallets.send_sms(
        [SmsOrder.parse(message.payload | {"story": message.story}) for message in messages]
    )
