"""``kill -9`` while days are closed, and while what came late is written again: afterwards every day is what it would have been.

Two rounds in every test run, twenty with SANDBOX_SOAK=1. A round's moment comes from its number, so it can be repeated.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.world_of_orders import add_orders
from sandbox.kit.clock import Clock, real_now
from sandbox.kit.db import Database
from sandbox.platform.metrics.service.closing import DayClosing
from sandbox.platform.tables import SCHEMA_VERSION, metadata
from tests.soak.test_crash import ROOT, Running

ROUNDS = 20 if os.environ.get("SANDBOX_SOAK") == "1" else 2
ORDERS, DAYS = 20_000, 90
PATIENCE_SECONDS = 60.0
_WRITTEN = (
    "app_days",
    "app_refusal_days",
    "app_item_days",
    "app_item_months",
    "app_customer_days",
    "app_customer_months",
)
_LATE = "INSERT INTO metric_changed_days (day, app_id) SELECT day, app_id FROM app_days"
_WRONG = "UPDATE app_days SET gross = gross + 1"


class Books:
    """The platform's database of a stopped sandbox, or of one that runs: read and spoilt from outside."""

    def __init__(self, data: Path) -> None:
        self.file = data / "databases" / "platform.db"

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file, timeout=30)) as connection, connection:
            return [connection.execute(statement).fetchall() for statement in statements][-1]

    def count(self, what: str) -> int:
        return int(self.run(f"SELECT count(*) FROM {what}")[0][0])

    def forget(self) -> None:
        """Nothing is written."""
        emptied = [f"DELETE FROM {table}" for table in (*_WRITTEN, "metric_changed_days")]
        self.run(*emptied, "UPDATE metric_progress SET closed_until = 0")

    def close_days(self) -> None:
        """What is left to do, by nobody who is killed."""
        with closing(Database(f"sqlite:///{self.file}", metadata, version=SCHEMA_VERSION)) as database:
            job = DayClosing(database, Clock())
            while job.run():
                pass

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        return {table: sorted(self.run(f"SELECT * FROM {table}"), key=repr) for table in _WRITTEN}


def kill_between(data: Path, books: Books, done: str, at_least: int) -> None:
    """Start, which does what is due, and kill as soon as so much of it is done."""
    command = [sys.executable, "-m", "sandbox", "up", "--port", "0", "--smtp-port", "0", "--data", str(data), "--json"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        pause = threading.Event()
        for _ in range(int(PATIENCE_SECONDS / 0.005)):
            if process.poll() is not None or books.count(done) >= at_least:
                break
            pause.wait(0.005)
    finally:
        process.kill()
        process.wait(30)


def test_every_day_is_written_whenever_the_sandbox_is_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    running = Running(data)
    books = Books(data)
    public_token = running.details["app"]["public_token"]
    ((app_id,),) = books.run(f"SELECT id FROM apps WHERE public_token = '{public_token}'")
    running.end()
    add_orders(books.file, [app_id], ORDERS, until=real_now() - timedelta(days=2), days=DAYS)
    books.close_days()
    whole, cut_off = books.rows(), 0
    assert len(whole["app_days"]) > DAYS - 2
    for number in range(ROUNDS):
        target = random.Random(f"closing {number}").randrange(1, DAYS - 5)
        if number % 2 == 0:
            books.forget()
            kill_between(data, books, "app_days", target)
            cut_off += target <= books.count("app_days") < len(whole["app_days"])
        else:
            books.run(_LATE, _WRONG)
            kill_between(
                data,
                books,
                "app_days WHERE NOT EXISTS (SELECT 1 FROM metric_changed_days AS late"
                " WHERE late.day = app_days.day AND late.app_id = app_days.app_id)",
                target,
            )
            cut_off += 0 < books.count("metric_changed_days") <= DAYS - target + 2
        books.close_days()
        assert books.rows() == whole
        assert books.count("metric_changed_days") == 0
    assert cut_off, "every round was over before it was killed, or had not begun"
