"""The platform's orders beside the real wallets and payments, on a database of either kind: orders are opened and really paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from sandbox.contracts.payments import Payment, Refund
from sandbox.contracts.platform import OpenSession
from sandbox.contracts.transport import InProcessTransport
from sandbox.contracts.wallets import Wallet
from sandbox.kit.days import day_of
from sandbox.kit.db import Database
from sandbox.kit.ids import IdSource
from sandbox.mock_payments.ledger.models import entries, postings
from sandbox.platform.metrics.models import app_days, customer_days, item_days, metric_progress, refusal_days
from sandbox.platform.metrics.service.closing import DayClosing
from sandbox.platform.metrics.service.reports import MetricReports
from sandbox.platform.orders.changes import OrderChanges
from sandbox.platform.orders.service import OrderService
from sandbox.platform.settings import PlatformSettings
from sandbox.platform.tables import SCHEMA_VERSION, metadata
from tests.services import Services, build_services

APP, OTHER_APP = "A" * 22, "B" * 22
DEVELOPER = "D" * 22


class Market:
    """One developer with two apps, and shoppers. ``pay`` opens an order and pays it; events go where they really go."""

    def __init__(self, services: Services, url: str) -> None:
        self.services = services
        self.clock = services.clock
        settings = PlatformSettings(
            base_url="http://127.0.0.1",
            payments_url="http://127.0.0.1/payments",
            smtp_port=1,
            test_wallet_phone="20000000",
            secret_key="secret",
        )
        self.database = Database(url, metadata, version=SCHEMA_VERSION, schema="platform")
        self.orders = OrderService(
            self.database, self.clock, IdSource(8).stream("orders"), changes=OrderChanges(), settings=settings
        )
        self.closing = DayClosing(self.database, self.clock)
        self.reports = MetricReports(self.database, self.clock)
        self.payer, self.shop = services.open_wallet(9_000_000), services.open_shop()
        self._open_apps()

    def _open_apps(self) -> None:
        from sandbox.platform.accounts.models import developers
        from sandbox.platform.apps import store

        now = self.clock.now()
        fields: dict[str, Any] = {"email": "a@example.com", "name": "A", "password_hash": "x", "language": "en"}
        with self.database.write() as connection:
            known = {column.name for column in developers.c}
            values = {"id": DEVELOPER, "created_at": now, "status": "active", **fields}
            connection.execute(developers.insert().values(**{k: v for k, v in values.items() if k in known}))
            for app_id in (APP, OTHER_APP):
                app = {
                    "id": app_id,
                    "developer_id": DEVELOPER,
                    "name": app_id[0],
                    "wallet_id": self.shop.id,
                    "wallet_phone": self.shop.phone_number,
                    "trade_name": "Café Olé",
                    "public_token": app_id,
                    "private_token": app_id.lower(),
                    "status": "ENABLED",
                    "is_test": False,
                    "created_at": now,
                }
                store.add(connection, app)

    def open(self, amount: int = 1000, *, app: str = APP, **more: Any) -> str:
        return str(self.orders.open_session(OpenSession.parse({"app": app, "amount": amount, **more}))["session"])

    def pay(self, amount: int = 1000, *, app: str = APP, payer: Wallet | None = None, **more: Any) -> Payment:
        """The events wait in the outbox of the Payments API until ``tell``."""
        session = self.open(amount, app=app, **more)
        return self.pay_session(session, amount, app=app, payer=payer)

    def pay_session(self, session: str, amount: int, *, app: str = APP, payer: Wallet | None = None) -> Payment:
        made = self.services.prepare(payer or self.payer, self.shop, session=session, app_id=app, amount=amount)
        return self.services.execute(made, key=session)

    def refund(self, payment: Payment, amount: int) -> Refund:
        return self.services.refund(payment, amount, key=f"refund {payment.id} {amount}")

    def tell(self) -> None:
        """Deliver the events of the Payments API."""
        self.services.worker.drain()
        told, self.services.platform.received = self.services.platform.received, []
        self.orders.receive(told)

    def advance(self, **span: float) -> None:
        from datetime import timedelta

        self.clock.advance(timedelta(**span).total_seconds())

    def close_days(self) -> int:
        """All that is due, as drain does it."""
        total = 0
        while done := self.closing.run():
            total += done
        return total

    def rows(self) -> dict[str, Any]:
        """Everything that is written."""
        with self.database.read() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))))
                for table in (app_days, refusal_days, item_days, customer_days)
            } | {"closed_until": connection.execute(select(metric_progress.c.closed_until)).scalar_one()}

    def days(self, app: str = APP) -> dict[date, Any]:
        with self.database.read() as connection:
            return {row.day: row for row in connection.execute(select(app_days).where(app_days.c.app_id == app))}

    def ledger_days(self) -> dict[date, int]:
        """What came to the shop's wallet less what went back, by the day of the journal entry."""
        found: dict[date, int] = defaultdict(int)
        query = (
            select(entries.c.created_at, postings.c.amount)
            .join(postings, postings.c.entry_id == entries.c.id)
            .where(postings.c.account.contains(self.shop.id))
        )
        with self.services.payments_api.database.read() as connection:
            for moment, amount in connection.execute(query):
                found[day_of(moment)] += amount
        return dict(found)

    def close(self) -> None:
        self.database.close()


@contextmanager
def open_market(database_url: Callable[[str], str]) -> Iterator[Market]:
    with build_services(database_url, InProcessTransport()) as services:
        market = Market(services, database_url("platform"))
        try:
            yield market
        finally:
            market.close()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
