"""Many journal entries in the database of a stopped Payments API, written in bulk by the database itself.

Of every 20 entries 16 are the holds and executions of eight code payments, three are transfers and one is the refund of the
first of these payments. Everything that the proof of the ledger looks at is written with them, so ``ledger verify`` finds it
right; whoever measures checks that. The same SQL (ledger_history.sql) runs on SQLite and PostgreSQL.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

DAYS = 400
_GROUP, _PAYMENTS, _TRANSFERS = 20, 8, 3
"""Entries of a group, and the payments and transfers among them."""
_DAYS = {
    True: "date((created_at + 3600000) / 1000, 'unixepoch')",
    False: "to_char(to_timestamp((created_at + 3600000) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
}
"""The day of Tunisia, on SQLite (True) and on PostgreSQL."""
_NUMBERS = (
    "INSERT INTO bench_numbers WITH RECURSIVE numbers (n) AS"
    " (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count) SELECT n FROM numbers"
)
_NEXT_ID = "SELECT setval(pg_get_serial_sequence('journal_entries', 'id'), (SELECT max(id) FROM journal_entries))"


def add_entries(url: str, count: int, *, phones: Sequence[dict[str, Any]], shops: Sequence[dict[str, Any]]) -> None:
    """Spread ``count`` entries (whole groups of 20) over the last DAYS. The wallets are real ones; the first shop gets half.

    ``url`` is the database of the Payments API.
    """
    from sandbox.kit.clock import Clock, to_milliseconds
    from sandbox.kit.db import Database
    from sandbox.mock_payments.tables import SCHEMA_VERSION, UPGRADES, metadata

    statements = Path(__file__).with_suffix(".sql").read_text("utf-8").split(";\n")
    start = to_milliseconds(Clock().now() - timedelta(days=DAYS))
    with (
        closing(Database(url, metadata, version=SCHEMA_VERSION, schema="payments", upgrades=UPGRADES)) as database,
        database.write() as connection,
    ):
        first = int(connection.execute(text("SELECT coalesce(max(id), 0) FROM journal_entries")).scalar_one())
        _write_what_repeats(connection, count // _GROUP * _PAYMENTS, phones, shops)
        words = _words(first, count // _GROUP, start, len(phones), len(shops))
        for statement in statements:
            connection.execute(text(statement.format(**words, first=first, day=_DAYS[database.is_sqlite])))
        if not database.is_sqlite:
            connection.execute(text(_NEXT_ID))
            connection.execute(text("ANALYZE"))


def _write_what_repeats(
    connection: Connection, payments: int, phones: Sequence[dict[str, Any]], shops: Sequence[dict[str, Any]]
) -> None:
    """The wallets and the numbers that all rows are made of."""
    columns = "(place BIGINT PRIMARY KEY, wallet TEXT, phone TEXT, name TEXT)"
    for name, wallets in (("bench_phones", phones), ("bench_shops", shops)):
        rows = [
            {
                "place": place,
                "wallet": wallet["id"],
                "phone": wallet["phone_number"],
                "name": wallet["trade_name"] or wallet["holder_name"],
            }
            for place, wallet in enumerate(wallets)
        ]
        connection.execute(text(f"CREATE TEMPORARY TABLE {name} {columns}"))
        connection.execute(text(f"INSERT INTO {name} VALUES (:place, :wallet, :phone, :name)"), rows)
    connection.execute(text("CREATE TEMPORARY TABLE bench_numbers (n BIGINT PRIMARY KEY)"))
    connection.execute(text(_NUMBERS), {"count": payments})


def _words(first: int, groups: int, start: int, phones: int, shops: int) -> dict[str, str]:
    """What the words in braces of the SQL stand for. Entries follow one another in time as their ids do."""
    of_payment, of_transfer = (f"({first} + {_GROUP} * (n / {each})" for each in (_PAYMENTS, _TRANSFERS))
    entries = {
        "hold": f"{of_payment} + 2 * (n % {_PAYMENTS}) + 1)",
        "execute": f"{of_payment} + 2 * (n % {_PAYMENTS}) + 2)",
        "send": f"{of_transfer} + {2 * _PAYMENTS} + n % {_TRANSFERS} + 1)",
        "refund": f"{of_payment} + {_GROUP})",
    }
    step = timedelta(days=DAYS) // timedelta(milliseconds=1) // max(1, groups * _GROUP)
    moments = {"hold": "held_at", "execute": "executed_at", "send": "sent_at", "refund": "refunded_at"}
    payer = f"bench_numbers JOIN bench_phones AS payer ON payer.place = n % {phones}"
    chosen = f"CASE WHEN n % 2 = 0 THEN 0 ELSE n / 2 % {shops} END"
    sent = f"n < {groups * _TRANSFERS} AND payee.place = (n + 1) % {phones}"
    return {
        **entries,
        **{moments[name]: f"({start} + {step} * ({entry} - {first}))" for name, entry in entries.items()},
        "payment": f"'many{first}-' || n",  # unlike those of an earlier call
        "transfer": f"'sent{first}-' || n",
        "refund_key": f"'back{first}-' || n",
        "amount": "(2 + n % 97)",
        "is_refunded": f"n % {_PAYMENTS} = 0",
        "payments": f"{payer} JOIN bench_shops AS payee ON payee.place = {chosen}",
        "transfers": f"{payer} JOIN bench_phones AS payee ON {sent}",
    }
