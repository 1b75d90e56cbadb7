"""Refunds with the real Payments API behind them, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import insert, select

from sandbox.contracts.payments import Payment, PaymentsClient, Refund, RefundPayment
from sandbox.contracts.wallets import Wallet
from sandbox.kit.db import Database
from sandbox.kit.errors import ServiceUnavailable
from sandbox.kit.ids import IdSource
from sandbox.platform.accounts.models import developers
from sandbox.platform.apps.models import apps
from sandbox.platform.audit.models import audit_events
from sandbox.platform.audit.service import Audit
from sandbox.platform.orders.changes import OrderChanges
from sandbox.platform.orders.models import orders
from sandbox.platform.orders.service import OrderService
from sandbox.platform.refunds.models import refunds
from sandbox.platform.refunds.schemas import NewRefund
from sandbox.platform.refunds.service import RefundService
from sandbox.platform.settings import PlatformSettings
from sandbox.platform.tables import SCHEMA_VERSION, metadata
from tests.databases import UrlFactory
from tests.services import START, Services

AMOUNT = 12_500
OWNER, APP = "developer-1", "app-1"


class Line(PaymentsClient):
    """The way to the Payments API, which can be cut: before a call arrives, or before its answer does."""

    cut_before = cut_after = False
    calls = 0

    def refund(self, payment_id: str, request: RefundPayment) -> Refund:
        self.calls += 1
        if self.cut_before:
            raise ServiceUnavailable
        done = super().refund(payment_id, request)
        if self.cut_after:
            raise ServiceUnavailable
        return done


class Shop:
    """An app with a paid order, and what is known of its money."""

    def __init__(self, services: Services, database: Database) -> None:
        self.services, self.database = services, database
        self.line = Line(services.transport, service_key="the service key of the tests")
        clock, ids = services.clock, IdSource(7).stream("refunds")
        settings = PlatformSettings(base_url="", payments_url="", smtp_port=0, test_wallet_phone="", secret_key="")
        self.orders = OrderService(database, clock, ids, changes=OrderChanges(), settings=settings)
        self.service = RefundService(database, clock, ids, audit=Audit(clock), orders=self.orders, payments=self.line)
        self.wallet, self.payer = services.open_shop(), services.open_wallet(balance=50_000)
        self._add_app()

    def _add_app(self) -> None:
        developer = {"id": OWNER, "name": "Amel", "email": "a@example.com", "password_hash": "", "language": "en"}
        known = {column.name for column in developers.columns}
        values = developer | {"is_active": True, "status": "active", "created_at": START, "is_admin": False}
        app = {
            "id": APP,
            "developer_id": OWNER,
            "name": "Shop",
            "wallet_id": self.wallet.id,
            "wallet_phone": self.wallet.phone_number,
            "trade_name": "Shop",
            "public_token": "p",
            "private_token": "s",
            "status": "ENABLED",
            "is_test": False,
            "created_at": START,
        }
        with self.database.write() as connection:
            connection.execute(insert(developers), {name: value for name, value in values.items() if name in known})
            connection.execute(insert(apps), app)

    def sell(self, order_id: str = "order-1", amount: int = AMOUNT) -> Payment:
        """A paid order, in the ledger and on the platform."""
        prepared = self.services.prepare(self.payer, self.wallet, session=order_id, amount=amount, app_id=APP)
        executed = self.services.execute(prepared, key=order_id)
        self.add_order(order_id, amount=amount, payment_id=executed.id, payer_phone=self.payer.phone_number)
        return executed

    def add_order(self, order_id: str, **changes: Any) -> None:
        values = {
            "id": order_id,
            "app_id": APP,
            "is_test": False,
            "amount": AMOUNT,
            "status": "PAID",
            "created_at": START,
            "expires_at": START,
            "paid_at": START,
        }
        with self.database.write() as connection:
            connection.execute(insert(orders), values | changes)

    def refund(self, amount: int | None = None, *, key: str = "k1", order_id: str = "order-1", **more: Any) -> Any:
        reason = more.pop("reason", None)
        wanted = NewRefund(amount=amount, reason=reason)
        return self.service.refund(more.pop("developer", OWNER), order_id, wanted, key, **more)

    def order(self, order_id: str = "order-1") -> tuple[str, int]:
        with self.database.read() as connection:
            found = connection.execute(select(orders).where(orders.c.id == order_id)).one()
        return found.status, found.refunded_amount

    def states(self) -> list[tuple[int, str]]:
        with self.database.read() as connection:
            return [(row.amount, row.state) for row in connection.execute(select(refunds).order_by(refunds.c.number))]

    def audited(self) -> list[str]:
        with self.database.read() as connection:
            return [row.action for row in connection.execute(select(audit_events).order_by(audit_events.c.number))]

    def money(self, wallet: Wallet) -> int:
        return self.services.money(wallet)[0]

    def given_back(self) -> int:
        """What the ledger says, which must be right in itself."""
        self.services.require_sound_ledger()
        return self.money(self.payer) - (50_000 - AMOUNT)


@contextmanager
def _open(database_url: UrlFactory) -> Iterator[Database]:
    database = Database(database_url("platform"), metadata, version=SCHEMA_VERSION, schema="platform")
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def shop(services: Services, request: pytest.FixtureRequest) -> Iterator[Shop]:
    kind = "postgresql" if "postgresql" in request.node.callspec.id else "sqlite"
    with _open(request.getfixturevalue(f"{kind}_url")) as database:
        yield Shop(services, database)
