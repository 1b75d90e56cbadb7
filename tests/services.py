"""Wallets and payments as tests need them: real services on a given database, reached over a given transport.

Only the platform is a stand-in, a real WSGI app that records the events it receives.
"""

from __future__ import annotations

import itertools
import re
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox.contracts.events import PaymentEvent, PaymentEvents, WalletEvent, WalletEvents
from sandbox.contracts.payments import (
    ExecutePayment,
    Payment,
    PaymentsClient,
    PreparePayment,
    Refund,
    RefundPayment,
    TopUp,
)
from sandbox.contracts.platform import PlatformClient
from sandbox.contracts.transport import HttpTransport, InProcessTransport
from sandbox.contracts.wallets import OpenWallet, Wallet, WalletsClient
from sandbox.kit.clock import Clock, ClockState
from sandbox.kit.ids import IdSource
from sandbox.kit.web import create_service_app, read_body, service_only
from sandbox.mock_payments.app import create_payments_api
from sandbox.mock_payments.settings import PaymentsSettings
from sandbox.mock_wallets.app import create_wallets_api
from sandbox.mock_wallets.otp.limits import OtpLimits
from sandbox.mock_wallets.wallets.levels import WalletLevels
from sandbox.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

_USUAL_LIMITS = OtpLimits()
_USUAL_LEVELS = WalletLevels()
_CHECKED = PaymentsSettings(check_ledger=True)
KEY = "the service key of the tests"
PIN = "1234"
START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


class Switch:
    """A WSGI app that can be away, as a service that is being restarted behind a proxy."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.is_away = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if self.is_away:
            start_response("503 Service Unavailable", [("Content-Type", "text/html")])
            return [b"<h1>Service Unavailable</h1>"]
        return self._app(environ, start_response)


class RecordingPlatform:
    """Stands in for the platform: keeps what it was told, in order. ``losing_answers`` does the work, but says 503."""

    def __init__(self) -> None:
        self.received: list[PaymentEvent] = []
        self.wallet_events: list[WalletEvent] = []
        self.losing_answers = False
        self.app = create_service_app("tests.platform", service_key=KEY)

        @self.app.post("/api/events")
        @service_only
        def receive_events() -> Any:
            self.received.extend(read_body(PaymentEvents).events)
            return ("", 503) if self.losing_answers else {"received": True}

        @self.app.post("/api/wallet-events")
        @service_only
        def receive_wallet_events() -> Any:
            self.wallet_events.extend(read_body(WalletEvents).events)
            return ("", 503) if self.losing_answers else {"received": True}

    def types_of(self, payment_id: str) -> list[str]:
        return [event.type.removeprefix("payment.") for event in self.received if event.payment.id == payment_id]


class Services:
    """The services of one test and the clients that drive them; time stands still until the test moves it."""

    def __init__(
        self,
        database_url: Callable[[str], str],
        transport: InProcessTransport | HttpTransport,
        otp_limits: OtpLimits = _USUAL_LIMITS,
        levels: WalletLevels = _USUAL_LEVELS,
        payments_settings: PaymentsSettings = _CHECKED,
        *,
        automatic_review: bool = True,
        clock: Clock | None = None,
        ids: IdSource | None = None,
    ) -> None:
        self.clock = clock or Clock(ClockState(frozen_at=START))
        self.transport = transport
        self.wallets = WalletsClient(transport, service_key=KEY)
        self.payments = PaymentsClient(transport, service_key=KEY)
        self.platform = RecordingPlatform()
        self.wakes = 0
        ids = ids or IdSource(7)
        self.wallets_api = create_wallets_api(
            database_url("wallets"),
            self.clock,
            ids,
            service_key=KEY,
            platform=PlatformClient(transport, service_key=KEY),
            wake=self._count_wake,
            otp_limits=otp_limits,
            levels=levels,
            automatic_review=automatic_review,
        )
        self.wallets_switch = Switch(self.wallets_api.app)
        self.platform_switch = Switch(self.platform.app)
        self.payments_api = create_payments_api(
            database_url("payments"),
            self.clock,
            ids,
            service_key=KEY,
            wallets=self.wallets,
            platform=PlatformClient(transport, service_key=KEY),
            wake=self._count_wake,
            settings=payments_settings,
        )
        self.worker = Worker()
        self.worker.add_jobs(*self.payments_api.jobs, self.wallets_api.deliver)
        mounts = {"/wallets": self.wallets_switch, "/payments": self.payments_api.app}
        self.app = DispatcherMiddleware(self.platform_switch, mounts)
        self._numbers = itertools.count(1)

    def _count_wake(self) -> None:
        self.wakes += 1

    def close(self) -> None:
        self.wallets_api.database.close()
        self.payments_api.database.close()

    # What tests start from

    def open_wallet(self, balance: int = 0, **changes: Any) -> Wallet:
        return open_numbered(self.wallets, self.payments, next(self._numbers), balance, **changes)

    def open_shop(self) -> Wallet:
        return self.open_wallet(kind="business", trade_name="Café Olé")

    def request(self, payer: Wallet, payee: Wallet, **changes: Any) -> PreparePayment:
        """What a phone sends; each request has its own key and form session unless ``changes`` say otherwise."""
        return numbered_request(next(self._numbers), payer, payee, **changes)

    def prepare(self, payer: Wallet, payee: Wallet, **changes: Any) -> Payment:
        return self.payments.prepare(self.request(payer, payee, **changes))

    def execute(self, payment: Payment, key: str = "accept 1", **changes: Any) -> Payment:
        values = {
            "app_id": payment.app_id,
            "code": payment.code,
            "amount": payment.amount,
            "payee_wallet_id": payment.payee_wallet_id,
            "execution_key": key,
        }
        return self.payments.execute(payment.id, ExecutePayment(**values | changes))

    def refund(self, payment: Payment, amount: int | None = None, key: str = "refund 1", **changes: Any) -> Refund:
        """All of the payment unless ``amount`` says otherwise."""
        values = {
            "refund_key": key,
            "amount": payment.amount if amount is None else amount,
            "app_id": payment.app_id,
            "payee_wallet_id": payment.payee_wallet_id,
        }
        return self.payments.refund(payment.id, RefundPayment(**values | changes))

    # What tests look at

    def money(self, wallet: Wallet) -> tuple[int, int]:
        """Available and held, in millimes."""
        balance = self.payments.get_balance(wallet.id)
        return balance.available, balance.held

    def require_sound_ledger(self) -> None:
        assert self.payments.verify_ledger().problems == []


def wrong_code(payment: Payment) -> str:
    return f"{(int(payment.code or '') + 1) % 1_000_000:06}"


@contextmanager
def build_services(
    database_url: Callable[[str], str],
    transport: InProcessTransport | HttpFront,
    otp_limits: OtpLimits = _USUAL_LIMITS,
    levels: WalletLevels = _USUAL_LEVELS,
    payments_settings: PaymentsSettings = _CHECKED,
    *,
    automatic_review: bool = True,
) -> Iterator[Services]:
    reached_by = transport.transport if isinstance(transport, HttpFront) else transport
    services = Services(
        database_url, reached_by, otp_limits, levels, payments_settings, automatic_review=automatic_review
    )
    transport.app = services.app
    try:
        yield services
    finally:
        transport.app = None
        services.close()


class HttpFront:
    """A real server for one test after another: ``app`` is what it serves at the moment."""

    def __init__(self) -> None:
        self.app: Any = None
        self.transport: HttpTransport

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.app(environ, start_response)


@contextmanager
def serve(app: Any) -> Iterator[str]:
    """A real server on a free port of the loopback, with threads enough for calls that call back."""
    from waitress import create_server

    server = create_server(app, host="127.0.0.1", port=0, threads=32, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        thread.join(5)


@pytest.fixture(scope="session")
def http() -> Iterator[HttpFront]:
    front = HttpFront()
    with serve(front) as url:
        front.transport = HttpTransport(url, timeout_seconds=60)  # a busy machine is no service that is away
        yield front
        front.transport.close()


@pytest.fixture
def in_process() -> InProcessTransport:
    return InProcessTransport()


_IN_GROUP = pytest.mark.xdist_group("postgresql")


@pytest.fixture(
    params=["sqlite http", pytest.param("postgresql in_process", marks=_IN_GROUP)],
    ids=lambda parameter: parameter.replace(" ", "-"),
)
def services(request: pytest.FixtureRequest) -> Iterator[Services]:
    """Both transports and both databases; their other combinations add nothing, since neither knows of the other."""
    database, transport = request.param.split()
    url = request.getfixturevalue(f"{database}_url")
    with build_services(url, request.getfixturevalue(transport)) as built:
        yield built


def addresses_of(app: Flask, prefix: str) -> set[tuple[str, str]]:
    """Every method and path of a service, with something in place of what a path names."""
    return {
        (method, prefix + re.sub(r"<[^>]+>", "x", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST"}
    }


def open_numbered(
    wallets: WalletsClient, payments: PaymentsClient, number: int, balance: int = 0, **changes: Any
) -> Wallet:
    """The wallet of somebody whom only the number tells from others, unless ``changes`` say more."""
    values = {"phone_number": f"2{number:07}", "holder_name": f"Holder {number}", "pin": PIN, **changes}
    wallet = wallets.open_wallet(OpenWallet(**values))
    if balance:
        payments.top_up(TopUp(wallet_id=wallet.id, amount=balance, idempotency_key=f"opening {wallet.id}"))
    return wallet


def numbered_request(number: int, payer: Wallet, payee: Wallet, **changes: Any) -> PreparePayment:
    """What a phone sends; ``number`` makes its key and form session its own, unless ``changes`` say otherwise."""
    values = {
        "idempotency_key": f"key {number}",
        "session": f"session-{number}",
        "app_id": "app-1",
        "payer_phone": payer.phone_number,
        "pin": PIN,
        "payee_wallet_id": payee.id,
        "amount": 12_500,
        "reference": "TX-1",
        "merchant_name": "Café Olé",
    }
    return PreparePayment(**values | changes)
