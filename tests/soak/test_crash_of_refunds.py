"""``kill -9`` at any moment of refunds: after the restart each one that was asked for is done once, whatever answer was lost.

Two rounds in every test run, thirty with SANDBOX_SOAK=1.
"""

from __future__ import annotations

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from tests.soak.test_crash import Attempt, Running, Story

ROUNDS = 30 if os.environ.get("SANDBOX_SOAK") == "1" else 2
ORDERS, AMOUNT, PART = 6, 1_000, 300
SHORTEST_SECONDS, LONGEST_SECONDS = 0.02, 0.5


def log_in(running: Running) -> dict[str, str]:
    developer = running.details["developer"]
    return {"Authorization": f"Bearer {running.call('POST', '/api/login', developer)['token']}"}


def sell(story: Story, running: Running, number: int) -> list[str]:
    """The ids of paid orders."""
    sold = []
    for each in range(ORDERS):
        attempt = Attempt(key=f"sale-{number}-{each}", amount=AMOUNT)
        running.pay(story.phones[each % len(story.phones)], attempt)
        sold.append(attempt.session)
    running.call("POST", "/_sandbox/drain", {})
    return sold


def refund(running: Running, headers: dict[str, str], order_id: str, key: str) -> dict[str, Any]:
    path = f"/api/orders/{order_id}/refunds"
    return running.call("POST", path, {"amount": PART, "reason": "soak"}, **headers, **{"Idempotency-Key": key})


def crash(running: Running, headers: dict[str, str], sold: list[str], number: int) -> dict[tuple[str, str], Any]:
    """Refund parts of all orders at once until the sandbox is killed; the answers that came, None where none did."""
    chance, asked = random.Random(f"refund {number}"), dict[tuple[str, str], Any]()
    killer = threading.Timer(chance.uniform(SHORTEST_SECONDS, LONGEST_SECONDS), running.kill)

    def ask(order_id: str) -> None:
        try:
            for key in ("first", "second", "third"):
                asked[order_id, key] = None
                asked[order_id, key] = refund(running, headers, order_id, key)
        except httpx.TransportError:
            return

    killer.start()
    with ThreadPoolExecutor(3) as people:
        done = [people.submit(ask, order_id) for order_id in sold]
    killer.join()
    running.end()
    for each in done:
        each.result()
    return asked


def test_a_refund_is_done_once_whenever_the_sandbox_is_killed(tmp_path: Path) -> None:
    story = Story(tmp_path / "data")
    running = story.begin()
    try:
        for number in range(ROUNDS):
            sold = sell(story, running, number)
            phones = sum(map(running.balance, story.phones))
            asked = crash(running, log_in(running), sold, number)
            running = Running(story.data)
            headers = log_in(running)
            running.call("POST", "/_sandbox/drain", {})
            for order_id in sold:
                told = running.call("GET", f"/api/orders/{order_id}", None, **headers)
                assert {each["state"] for each in told["refunds"]} <= {"succeeded"}, "a refund was left waiting"
                assert told["refunded_amount"] == PART * len(told["refunds"])
            for (order_id, key), answer in asked.items():
                again = refund(running, headers, order_id, key)
                assert again["state"] == "succeeded"
                assert answer is None or again["id"] == answer["id"]
            running.call("POST", "/_sandbox/drain", {})
            assert running.call("GET", "/_sandbox/ledger/verify")["problems"] == []
            assert sum(map(running.balance, story.phones)) == phones + PART * len(asked)
    finally:
        running.end()
