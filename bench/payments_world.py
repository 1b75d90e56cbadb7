"""One Payments API under measurement: its databases, its wallets and its server process, or two of them."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bench import processes
from bench.checkouts import UntrueLedgerError
from bench.load import Client
from bench.money_stories import execute, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PHONES, _SHOPS = 32, 8
_PIN = "1234"
_MONEY, _LARGE = 10_000_000, 1_000_000
"""Millimes: what each phone gets, and the payment of each that is refunded bit by bit."""


class PaymentsWorld:
    """``name`` stands in the names of its figures."""

    def __init__(self, name: str, urls: Mapping[str, str]) -> None:
        self.name = name
        self._urls = urls
        self._key = secrets.token_hex(16)
        self._runs = 0
        self.phones: list[dict[str, Any]] = []
        self.shops: list[dict[str, Any]] = []
        self._paid: list[dict[str, Any]] = []
        self._servers: list[processes.Program] = []

    @property
    def server(self) -> processes.Program:
        return self._servers[0]

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._start():
            if not self.phones:
                self._make_wallets()
            self._paid = [self._pay_large(number) for number in range(_PHONES)]
            yield

    @contextmanager
    def second_server(self) -> Iterator[None]:
        """Another process on the same databases; the clients are spread over both."""
        with self._start():
            yield

    def make_wallets(self) -> None:
        """With their money, and then stop."""
        with self._start():
            self._make_wallets()

    def job(self, story: str, clients: int) -> dict[str, Any]:
        return {
            "story": story,
            "clients": clients,
            "base_urls": [server.base_url for server in self._servers],
            "service_key": self._key,
            "phones": [phone["phone_number"] for phone in self.phones],
            "shops": self.shops,
            "pin": _PIN,
            "paid": self._paid,
        }

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        client = Client(self.server.base_url, patience=600)
        try:
            return client.call(method, path, body, **{"Sandbox-Service-Key": self._key})
        finally:
            client.close()

    def export(self, form: str) -> Iterator[str]:
        """Piece after piece."""
        after = ""
        while True:
            piece = self.call("GET", f"/payments/api/ledger/export?format={form}&after={after}")
            yield piece["text"]
            after = piece["next_cursor"]
            if after is None:
                return

    def require_true_ledger(self) -> dict[str, Any]:
        """The proof's report. Raises UntrueLedgerError."""
        report = self.call("GET", "/payments/api/ledger/verify")
        if not report["ok"]:
            raise UntrueLedgerError(str(report["problems"][:3]))
        return report

    def processor_seconds(self) -> float:
        """Of the server processes; PostgreSQL's own are not among them."""
        return sum(server.processor_seconds() or 0.0 for server in self._servers)

    @contextmanager
    def _start(self) -> Iterator[None]:
        self._runs += 1
        run = f"{self.name} {self._runs}"
        with processes.payments_server(**self._urls, service_key=self._key, run=run) as server:
            self._servers.append(server)
            try:
                yield
            finally:
                self._servers.remove(server)

    def _make_wallets(self) -> None:
        self.phones = [self._open_wallet(23_000_000 + number, "personal") for number in range(_PHONES)]
        self.shops = [self._open_wallet(53_000_000 + number, "business") for number in range(_SHOPS)]
        for phone in self.phones:
            money = {"wallet_id": phone["id"], "amount": _MONEY, "idempotency_key": phone["id"]}
            self.call("POST", "/payments/api/top-ups", money)

    def _open_wallet(self, number: int, kind: str) -> dict[str, Any]:
        body = {"kind": kind, "phone_number": str(number), "holder_name": f"Amel Trabelsi {number}", "pin": _PIN}
        if kind == "business":
            body["trade_name"] = f"Café Olé {number}"
        return self.call("POST", "/wallets/api/wallets", body)

    def _pay_large(self, number: int) -> dict[str, Any]:
        client = Client(self.server.base_url)
        try:
            job = self.job("pay", 1)
            paid = prepare(client, job, number, key=secrets.token_hex(8), amount=_LARGE)
            execute(client, job, paid)
        finally:
            client.close()
        return paid
