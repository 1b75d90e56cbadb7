"""Two processes of each service on one PostgreSQL database, and a platform that records what it is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sandbox.contracts.payments import PaymentsClient, PreparePayment
from sandbox.contracts.transport import HttpTransport
from sandbox.contracts.wallets import Wallet, WalletsClient
from sandbox.http_server import HttpServer
from sandbox.server import listen
from tests.cli.runner import read_line
from tests.databases import PostgresqlServer
from tests.services import KEY, RecordingPlatform, numbered_request, open_numbered

ROOT = Path(__file__).parents[2]


class Process:
    """One ``serve`` in a process of its own, and clients of it."""

    def __init__(self, service: str, *arguments: str, **settings: str) -> None:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("FLOUCI", "PYTEST"))}
        known |= {"PYTHONPATH": str(ROOT), "FLOUCI_SANDBOX_SERVICE_KEY": KEY}
        known |= {f"FLOUCI_SANDBOX_{name.upper()}": value for name, value in settings.items()}
        command = [sys.executable, "-m", "sandbox", "serve", service, "--port", "0", "--json", *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=known, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.details: dict[str, Any] = json.loads(read_line(self.process))
        self.transport = HttpTransport(self.details["base_url"], timeout_seconds=60)
        self.payments = PaymentsClient(self.transport, service_key=KEY)
        self.wallets = WalletsClient(self.transport, service_key=KEY)

    def lever(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.transport.send(method, f"/_sandbox/{path}", content, {"Content-Type": "application/json"})
        assert answer.status in {200, 201}, answer.content
        return answer.json()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)

    def stop(self) -> None:
        self.process.terminate()
        self.finish()

    def finish(self) -> None:
        """Once it was asked to stop, which is done once: the second time would be by force."""
        self.transport.close()
        _, errors = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, errors
        assert "Traceback" not in errors, errors


class Cluster:
    """``payments`` and ``wallets`` are the processes of each; it does not matter which one is asked."""

    def __init__(self, url: str, platform: RecordingPlatform, platform_url: str) -> None:
        self.url, self.platform, self.platform_url = url, platform, platform_url
        self.wallets = [self.start("wallets") for _ in range(2)]
        self.payments = [self.start("payments") for _ in range(2)]
        self._numbers = count(1)

    def start(self, service: str) -> Process:
        known = {"platform_url": self.platform_url}
        if service == "payments":
            known["wallets_url"] = self.wallets[0].details["base_url"]
        return Process(service, "--database-url", self.url.replace("+psycopg", ""), **known)

    def open_wallet(self, balance: int = 0, **changes: Any) -> Wallet:
        number = next(self._numbers)
        wallets, payments = self.wallets[number % 2].wallets, self.payments[number % 2].payments
        return open_numbered(wallets, payments, number, balance, **changes)

    def open_shop(self) -> Wallet:
        return self.open_wallet(kind="business", trade_name="Café Olé")

    def request(self, payer: Wallet, shop: Wallet, **changes: Any) -> PreparePayment:
        return numbered_request(next(self._numbers), payer, shop, **{"amount": 1_000, **changes})

    def money(self, wallet: Wallet) -> tuple[int, int]:
        balances = [each.payments.get_balance(wallet.id) for each in self.payments]
        assert balances[0] == balances[1]
        return balances[0].available, balances[0].held

    def require_sound_ledger(self) -> None:
        assert self.payments[0].payments.verify_ledger().problems == []

    def stop(self) -> None:
        everybody = (*self.payments, *self.wallets)
        for process in everybody:
            process.process.terminate()
        for process in everybody:
            process.finish()


@pytest.fixture(scope="module")
def cluster(postgresql_server: PostgresqlServer) -> Iterator[Cluster]:
    platform = RecordingPlatform()
    with ExitStack() as stack:
        listening = listen(0, "--port")
        server = HttpServer(platform.app, listening, threads=16)
        server.start()
        stack.callback(server.stop)
        platform_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        cluster = Cluster(postgresql_server.url, platform, platform_url)
        stack.callback(postgresql_server.clear)
        stack.callback(cluster.stop)
        yield cluster
