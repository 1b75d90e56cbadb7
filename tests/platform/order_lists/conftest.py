"""Orders of three apps in a database of their own, and what a list of them should be."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from sandbox.kit.db import Database
from sandbox.platform.orders.models import orders
from sandbox.platform.orders.states import ORDER
from sandbox.platform.tables import SCHEMA_VERSION, metadata
from tests.databases import UrlFactory

APPS = ("app-1", "app-2", "app-3")
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


def make_orders(count: int) -> list[Row]:
    chance = random.Random(count)
    statuses = [*ORDER.transitions, "PAID", "PAID", "PAID"]
    return [make_order(chance, number, chance.choice(statuses)) for number in range(1, count + 1)]


def make_order(chance: random.Random, number: int, status: str) -> Row:
    at = BEGUN + timedelta(minutes=number // 3)
    return {
        "number": number,
        "id": f"order-{number:06}",
        "app_id": chance.choice(APPS),
        "is_test": False,
        "amount": chance.randrange(1, 40) * 500,
        "reference": f"TX{number}" if number % 4 else None,
        "name": chance.choice(("Olive oil", "Harissa 100%", "زيت", None)),
        "description": f"Number {number}" if number % 7 else None,
        "status": status,
        "payment_id": f"payment-{number:06}" if number % 2 else None,
        "payer_phone": f"2{chance.randrange(3)}11122{chance.randrange(3)}" if number % 2 else None,
        "payer_name": "Amel Trabelsi" if number % 2 else None,
        "created_at": at,
        "expires_at": at,
        "refunded_amount": 0,
    }


@pytest.fixture
def fill(database_url: UrlFactory) -> Iterator[Callable[[list[Row]], Database]]:
    """Puts orders into a platform's database."""
    made: list[Database] = []

    def put(rows: list[Row]) -> Database:
        database = Database(database_url("platform"), metadata, version=SCHEMA_VERSION, schema="platform")
        made.append(database)
        with database.write() as connection:
            connection.execute(insert(orders), rows)
        return database

    yield put
    for database in made:
        database.close()
