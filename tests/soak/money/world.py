"""Wallets and payments that can be cut off in the middle of anything and started again over the same data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.contracts.transport import InProcessTransport
from sandbox.kit.clock import Clock, ClockState
from sandbox.kit.ids import IdSource
from sandbox.mock_payments.payments.fees import FeeRule
from sandbox.mock_payments.settings import PaymentsSettings
from tests.services import START, Services
from tests.soak.money.fuse import Crash, Fuse, FusedTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.databases import UrlFactory

T = TypeVar("T")
RULE = FeeRule(permille=15, fixed=3)


class World:
    """``services`` are those of the present run; the clock goes on over restarts, and each run draws other ids."""

    services: Services

    def __init__(self, url: UrlFactory) -> None:
        self._url = url
        self._clock = Clock(ClockState(frozen_at=START))
        self._fuse = Fuse()
        self.runs = 0
        self.crashes = 0
        self._begin()

    def _begin(self) -> None:
        self.runs += 1
        inner = InProcessTransport()
        services = Services(
            self._url,
            FusedTransport(inner, self._fuse),  # type: ignore[arg-type]
            payments_settings=PaymentsSettings(fees=RULE),
            clock=self._clock,
            ids=IdSource(7, f"run {self.runs}"),
        )
        inner.app = services.app
        if self.runs > 1:
            services._numbers = self.services._numbers
            services.platform.received = self.services.platform.received
        for database in (services.wallets_api.database, services.payments_api.database):
            self._fuse.watch(database._engine)
        self.services = services

    def restart(self) -> None:
        self._fuse.put_out()
        self._fuse.is_burnt = False
        self.services.close()
        self._begin()

    def call(self, call: Callable[[], T], steps: int | None) -> T:
        """What the call answers; with ``steps`` it may be cut off there, and is repeated after the restart."""
        if steps is None:
            return call()
        self._fuse.light(steps)
        try:
            return call()
        except Crash:
            self.crashes += 1
            self.restart()
            return call()
        finally:
            self._fuse.put_out()

    def query(self, statement: str) -> list[Any]:
        """Read from the payments database behind the product's back."""
        with self.services.payments_api.database.read() as connection:
            return list(connection.exec_driver_sql(statement))
