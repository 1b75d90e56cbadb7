"""Many orders of a developer's apps, written straight into the database of a stopped sandbox: as a shop's year looks.

Only the platform's own records are made (no wallets, no ledger): for measuring what reads orders, not what moves money.
The same seed makes the same orders.
"""

from __future__ import annotations

import base64
import random
import sqlite3
from bisect import bisect
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

DAYS = 400
_SHARES = {
    "PAID": 700,
    "EXPIRED": 140,
    "REFUSED": 60,
    "ATTEMPT_FAILED": 50,
    "REFUNDED": 20,
    "PARTLY_REFUNDED": 15,
    "OPENED": 10,
    "SCANNED": 5,
}
"""How often each status is met, in thousandths."""
_REASONS = {
    "EXPIRED": ("SESSION_EXPIRED",),
    "REFUSED": ("REFUSED_BY_SHOPPER",),
    "ATTEMPT_FAILED": ("INSUFFICIENT_FUNDS", "WRONG_PIN", "CODE_EXPIRED", "WALLET_BLOCKED"),
}
_SOLD = frozenset({"PAID", "PARTLY_REFUNDED", "REFUNDED"})
_GOODS = ("Olive oil", "Harissa", "Dates", "Ceramic bowl", "Chéchia", "Fouta", "Jasmine water", "Couscous", "زيت زيتون")
_NAMES = ("Amel Trabelsi", "Slim Gharbi", "Salma Zouari", "Karim Jebali", "Inès Ayari", "ياسين المبروك")
_CUSTOMERS = 20_000
_FORM_SECONDS = 1200
_COLUMNS = (
    "id",
    "app_id",
    "is_test",
    "amount",
    "reference",
    "name",
    "description",
    "status",
    "reason",
    "payment_id",
    "payer_phone",
    "payer_name",
    "created_at",
    "expires_at",
    "paid_at",
    "refunded_amount",
)


def add_orders(
    database: Path, app_ids: Sequence[str], count: int, *, until: datetime, days: int = DAYS, seed: int = 1
) -> None:
    """Spread ``count`` orders over the ``days`` before ``until`` and over the apps; the first app gets half of them.

    ``database`` is the ``platform.db`` of a data folder whose sandbox is stopped.
    """
    with closing(sqlite3.connect(database)) as connection:
        for pragma in ("synchronous=OFF", "cache_size=-500000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        known = {name for _, name, *_ in connection.execute("PRAGMA table_info(orders)")}
        columns = [name for name in _COLUMNS if name in known]
        marks = ", ".join(f":{name}" for name in columns)
        indexes = _take_indexes(connection)
        connection.executemany(
            f"INSERT INTO orders ({', '.join(columns)}) VALUES ({marks})",
            _make_orders(app_ids, count, until, days, seed),
        )
        for statement in indexes:
            connection.execute(statement)
        _add_what_follows(connection)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_FOLLOWING = {
    "order_items": "INSERT INTO order_items (order_id, position, key, name, quantity, price, total)"
    " SELECT id, 0, 'name:' || lower(name), name, 1, amount, amount FROM orders WHERE paid_at IS NOT NULL ON CONFLICT DO NOTHING",
    "sale_refunds": "INSERT INTO sale_refunds (key, order_id, app_id, amount, at)"
    " SELECT id || ':refund', id, app_id, refunded_amount, paid_at + 86400000 FROM orders WHERE refunded_amount > 0 ON CONFLICT DO NOTHING",
    "order_events": "INSERT INTO order_events (key, order_id, kind, detail, at)"
    " SELECT id || ':refused', id, 'payment.refused', reason, created_at + 30000 FROM orders"
    " WHERE status IN ('REFUSED', 'ATTEMPT_FAILED') ON CONFLICT DO NOTHING",
    "metric_progress": "UPDATE metric_progress SET closed_until = 0",
}
"""What the platform would have written beside the orders, by table; for whoever measures the metrics of a shop."""


def _add_what_follows(connection: sqlite3.Connection) -> None:
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table, statement in _FOLLOWING.items():
        if table in known:
            connection.execute(statement)


def _take_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop the indexes of orders, and say how they are made again: faster than to keep them up row by row."""
    made = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'orders' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in made:
        connection.execute(f"DROP INDEX {name}")
    return [statement for _, statement in made]


def _make_orders(app_ids: Sequence[str], count: int, until: datetime, days: int, seed: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(seed)
    statuses, steps = list(_SHARES), list(accumulate(_SHARES.values()))
    begun, step = _milliseconds(until - timedelta(days=days)), days * 86_400_000 / count
    for number in range(count):
        created = begun + int((number + chance.random()) * step)
        status = statuses[bisect(steps, chance.randrange(steps[-1]))]
        yield _make_order(chance, number, created, status, _choose_app(chance, app_ids))


def _choose_app(chance: random.Random, app_ids: Sequence[str]) -> str:
    return app_ids[0] if len(app_ids) == 1 or chance.random() < 0.5 else chance.choice(app_ids[1:])


def _make_order(chance: random.Random, number: int, created: int, status: str, app_id: str) -> dict[str, Any]:
    amount = min(10_000_000, int(chance.lognormvariate(9.9, 0.9)) // 100 * 100 + 500)
    is_known = status in _SOLD
    customer = int(_CUSTOMERS * chance.random() ** 2)  # some come often, most come once
    refunded = {"REFUNDED": amount, "PARTLY_REFUNDED": amount // 2}.get(status, 0)
    return {
        "id": _new_id(chance),
        "app_id": app_id,
        "is_test": False,
        "amount": amount,
        "reference": f"TX{number:07}",
        "name": _GOODS[number % len(_GOODS)],
        "description": "As seen in the shop",
        "status": status,
        "reason": chance.choice(_REASONS[status]) if status in _REASONS else None,
        "payment_id": _new_id(chance) if is_known else None,
        "payer_phone": f"2{customer * 499 % 10_000_000:07}" if is_known else None,
        "payer_name": _NAMES[customer % len(_NAMES)] if is_known else None,
        "created_at": created,
        "expires_at": created + _FORM_SECONDS * 1000,
        "paid_at": created + chance.randrange(20_000, 90_000) if is_known else None,
        "refunded_amount": refunded,
    }


def _new_id(chance: random.Random) -> str:
    return base64.urlsafe_b64encode(chance.randbytes(16)).rstrip(b"=").decode()


def _milliseconds(moment: datetime) -> int:
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
