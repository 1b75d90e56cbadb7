"""``kill -9`` at any moment of a payment or a refund: after the restart it has either not happened or happened once.

Three rounds in every test run, sixty with SANDBOX_SOAK=1. A round's moment comes from its number, so it can be repeated.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.contracts.qr_payload import CheckoutCode, to_text

ROUNDS = 60 if os.environ.get("SANDBOX_SOAK") == "1" else 3
CLIENTS = 3
BALANCE = 5_000_000
SHORTEST_SECONDS, LONGEST_SECONDS = 0.05, 0.7
ROOT = Path(__file__).parents[2]


@dataclass
class Attempt:
    """How far a client got with one payment, as it saw it."""

    key: str
    amount: int
    refund_amount: int = 0
    phone: str = ""
    session: str = ""
    payment_id: str = ""
    code: str = ""
    accept_sent: bool = False
    answer: dict[str, Any] | None = None
    refund: dict[str, Any] | None = None
    refund_answer: dict[str, Any] | None = None


class Running:
    """A sandbox in a process of its own, and a client of it."""

    def __init__(self, data: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "sandbox",
            "up",
            "--port",
            "0",
            "--smtp-port",
            "0",
            "--data",
            str(data),
            "--json",
        ]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            pytest.fail(f"the sandbox did not start again: {self._process.communicate(timeout=30)[1]}")
        self.details = json.loads(line)
        known = f"{self.details['seed']}/{self.details['data_dir']}/service key"  # as the composition root makes it
        self._service = {"Sandbox-Service-Key": sha256(known.encode()).hexdigest()}
        self.client = httpx.Client(base_url=self.details["base_url"], timeout=30, trust_env=False)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        if self._process.returncode is not None:
            return
        self._process.kill()
        self._process.communicate(timeout=30)
        self.client.close()

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        answer = self.client.request(method, path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def accept(self, attempt: Attempt) -> dict[str, Any]:
        app = self.details["app"]
        body = {
            "app_token": app["public_token"],
            "app_secret": app["private_token"],
            "payment_id": attempt.payment_id,
            "flouci_otp": attempt.code,
        }
        return self.call("POST", "/api/accept", body, **{"Idempotency-Key": attempt.key})

    def refund(self, attempt: Attempt) -> dict[str, Any]:
        path = f"/payments/api/payments/{attempt.payment_id}"
        if attempt.refund is None:
            payment = self.call("GET", path, None, **self._service)
            taken = {name: payment[name] for name in ("app_id", "payee_wallet_id")}
            attempt.refund = {**taken, "refund_key": f"refund {attempt.key}", "amount": attempt.refund_amount}
        return self.call("POST", f"{path}/refunds", attempt.refund, **self._service)

    def pay(self, phone: str, attempt: Attempt) -> None:
        """A whole payment, and where the attempt says so its refund; the attempt keeps how far it came."""
        attempt.phone, app = phone, self.details["app"]["public_token"]
        order = self.call("POST", "/api/checkout/sessions", {"app": app, "amount": attempt.amount, "id": attempt.key})
        attempt.session = order["session"]
        text = to_text(CheckoutCode(app=app, amount=attempt.amount, session=attempt.session, id=attempt.key))
        scan = self.call("POST", f"/mobile/phones/{phone}/scan", {"qr_text": text})
        paid = self.call("POST", f"/mobile/phones/{phone}/pay", {"scan_id": scan["scan_id"]})
        attempt.code, attempt.payment_id = paid["code"], paid["payment_id"]
        verify = order["links"]["verify"].removeprefix(self.details["base_url"])
        self.call("POST", verify, {"session": attempt.session, "code": attempt.code})
        attempt.accept_sent = True
        attempt.answer = self.accept(attempt)
        if attempt.refund_amount:
            attempt.refund_answer = self.refund(attempt)

    def balance(self, phone: str) -> int:
        return self.call("GET", f"/mobile/phones/{phone}")["balance"]


class Story:
    """One data folder through all its crashes, and everything that the clients remember."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.attempts: list[Attempt] = []
        self.phones = [f"2900000{number}" for number in range(CLIENTS)]
        self.brought = 0

    def begin(self) -> Running:
        running = Running(self.data)
        for phone in self.phones:
            running.call("POST", "/mobile/phones", {"phone_number": phone, "balance": BALANCE})
        self.brought = CLIENTS * BALANCE + sum(phone["balance"] for phone in running.details["phones"])
        return running

    def crash(self, running: Running, number: int) -> list[Attempt]:
        """Pay with every phone at once until the sandbox is killed; what the clients know of these payments."""
        chance, begun = random.Random(f"crash {number}"), len(self.attempts)
        killer = threading.Timer(chance.uniform(SHORTEST_SECONDS, LONGEST_SECONDS), running.kill)

        def visit(phone: str) -> None:
            own = random.Random(f"crash {number} {phone}")
            try:
                while True:
                    self.act(running, phone, number, own)
            except httpx.TransportError:
                return

        self.arm(killer)
        with ThreadPoolExecutor(CLIENTS) as clients:
            done = [clients.submit(visit, phone) for phone in self.phones]
        if killer.ident is not None:
            killer.join()
        running.end()
        for each in done:
            each.result()
        return self.attempts[begun:]

    def arm(self, killer: threading.Timer) -> None:
        """The round begins."""
        killer.start()

    def act(self, running: Running, phone: str, number: int, chance: random.Random) -> None:
        """What a client does again and again."""
        amount = chance.randrange(1, 5_000)
        self.pay(running, phone, number, amount, chance.choice([0, amount, chance.randint(1, amount)]))

    def pay(self, running: Running, phone: str, number: int, amount: int, back: int = 0) -> Attempt:
        attempt = Attempt(f"{number}-{phone}-{len(self.attempts)}", amount, back)
        self.attempts.append(attempt)
        running.pay(phone, attempt)
        return attempt

    def put_in(self) -> int:
        """Millimes that came from the bank."""
        return self.brought

    def changes(self) -> Counter[str]:
        """What each phone has more, or less, than at first, once every call was answered."""
        changed = Counter[str]()
        for attempt in self.attempts:
            changed[attempt.phone] -= attempt.amount if attempt.answer else 0
            changed[attempt.phone] += attempt.refund_amount if attempt.refund_answer else 0
        return changed

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.data / "databases" / "payments.db")) as connection:
            return connection.execute(statement).fetchall()

    def executed(self) -> set[str]:
        return {payment_id for (payment_id,) in self.query("SELECT id FROM payments WHERE executed_at IS NOT NULL")}


def require_whole(story: Story, running: Running) -> None:
    """What must hold at any moment after a restart, whatever had been under way."""
    report = running.call("GET", "/_sandbox/ledger/verify")
    assert report["problems"] == []
    debits = story.query("SELECT reference, COUNT(*) FROM journal_entries WHERE kind = 'execute' GROUP BY reference")
    assert {payment_id for payment_id, _ in debits} == story.executed()
    assert {count for _, count in debits} <= {1}, "a payment was executed twice"
    refunds = story.query("SELECT payment_id, COUNT(*) FROM refunds GROUP BY payment_id")
    assert {count for _, count in refunds} <= {1}, "a payment was refunded twice"
    brought = -story.query("SELECT SUM(amount) FROM postings WHERE account = 'bank'")[0][0]
    kept = story.query("SELECT SUM(balance) FROM ledger_accounts WHERE key LIKE 'wallet:%' OR key LIKE 'hold:%'")[0][0]
    assert kept == brought == story.put_in()


def require_promises(story: Story, running: Running, recent: list[Attempt]) -> None:
    executed, by_payment = story.executed(), {attempt.payment_id: attempt for attempt in story.attempts}
    for payment_id in executed:
        assert by_payment[payment_id].accept_sent, "money moved that no merchant asked for"
    for attempt in story.attempts:
        if attempt.answer is not None:
            assert attempt.answer["status"] == "SUCCESS"
            assert attempt.payment_id in executed, "an accepted payment was lost"
    for attempt in recent:
        if attempt.accept_sent:
            again = running.accept(attempt)
            assert again == (attempt.answer or again)
            assert (again["status"], again["result"]["amount"]) == ("SUCCESS", attempt.amount)
            attempt.answer = again
        if attempt.refund is not None:
            again = running.refund(attempt)
            assert again == (attempt.refund_answer or again)
            assert (again["amount"], again["refunded_total"]) == (attempt.refund_amount, attempt.refund_amount)
            attempt.refund_answer = again
        if attempt.accept_sent:
            running.call("POST", "/_sandbox/drain", {})
            status = running.call("GET", f"/api/checkout/sessions/{attempt.session}")["status"]
            assert status == _status_of(attempt)


def _status_of(attempt: Attempt) -> str:
    if attempt.refund_answer is None:
        return "PAID"
    return "REFUNDED" if attempt.refund_amount == attempt.amount else "PARTLY_REFUNDED"


def require_money(story: Story, running: Running, merchant_before: int) -> None:
    """When the holds that nobody accepted are over, every millime is with a phone or with the merchant."""
    running.call("POST", "/_sandbox/clock/advance", {"seconds": 300})
    assert story.query("SELECT id FROM payments WHERE state IN ('prepared', 'verified')") == []
    paid = sum(attempt.amount for attempt in story.attempts if attempt.answer)
    paid -= sum(attempt.refund_amount for attempt in story.attempts if attempt.refund_answer)
    assert running.balance(running.details["app"]["wallet_phone"]) == merchant_before + paid
    changed = story.changes()
    assert {phone: running.balance(phone) - BALANCE for phone in story.phones} == {
        phone: changed[phone] for phone in story.phones
    }


def test_a_payment_and_its_refund_happen_once_or_not_at_all_whenever_the_sandbox_is_killed(tmp_path: Path) -> None:
    story = Story(tmp_path / "data")
    running = story.begin()
    try:
        merchant_before = running.balance(running.details["app"]["wallet_phone"])
        for number in range(ROUNDS):
            recent = story.crash(running, number)
            running = Running(story.data)
            require_whole(story, running)
            require_promises(story, running, recent)
            require_money(story, running, merchant_before)
            require_whole(story, running)
    finally:
        running.end()
    assert any(attempt.refund_answer for attempt in story.attempts), (
        "no payment came to its end and back; were the rounds too short?"
    )
