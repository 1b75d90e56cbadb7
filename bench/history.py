"""Many payments in the databases of a stopped sandbox, without making each: the rows of one real payment, repeated.

Every row that the pattern payment left behind (order and its timeline, scan, payment, journal entries and postings, SMS,
HTTP exchanges) is written again with ids of its own, and the balances move with the postings, so ``ledger verify``
finds everything right afterwards. That is checked by whoever measures.
"""

from __future__ import annotations

import random
import sqlite3
import string
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LETTERS = string.ascii_letters + string.digits + "-_"
_ID_LENGTH = 22
_TABLES = {
    "platform": ("orders", "order_events", "hosted_pages"),
    "payments": ("payments", "journal_entries"),
    "mobile": ("scans",),
    "wallets": ("sms_messages",),
    "control": ("exchanges",),
}
_KEPT_EXCHANGES = 20_000
"""The journal keeps no more (sandbox.control.journal.KEEP)."""


def add_payments(databases: Path, count: int) -> None:
    """Repeat the newest payment ``count`` times. The sandbox must be stopped."""
    pattern = _find_pattern(databases)
    chance = random.Random(count)
    clones = [(number, *(_new_id(chance) for _ in pattern)) for number in range(count)]
    for service, tables in _TABLES.items():
        with closing(sqlite3.connect(databases / f"{service}.db")) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("CREATE TEMP TABLE clones (number INTEGER PRIMARY KEY, order_id, payment_id, scan_id)")
            connection.executemany("INSERT INTO clones VALUES (?, ?, ?, ?)", clones)
            for table in tables:
                _repeat_rows(connection, table, pattern)
            if service == "payments":
                _repeat_postings(connection, pattern, count)
                _repeat_outflows(connection, pattern, count)
            connection.commit()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _find_pattern(databases: Path) -> tuple[str, str, str]:
    """The ids of the newest executed payment: order (which is the form's session), payment, scan."""
    with closing(sqlite3.connect(databases / "payments.db")) as connection:
        newest = "SELECT session, id FROM payments WHERE state = 'executed' ORDER BY number DESC LIMIT 1"
        session, payment = connection.execute(newest).fetchone()
    with closing(sqlite3.connect(databases / "mobile.db")) as connection:
        scan = connection.execute("SELECT id FROM scans WHERE session = ?", (session,)).fetchone()[0]
    return session, payment, scan


def _new_id(chance: random.Random) -> str:
    return "".join(chance.choices(_LETTERS, k=_ID_LENGTH))


def _repeat_rows(connection: sqlite3.Connection, table: str, pattern: tuple[str, str, str]) -> None:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    copied = [name for _, name, kind, _, _, key in columns if not (key and kind == "INTEGER")]
    texts = [name for _, name, kind, *_ in columns if kind.startswith(("VARCHAR", "TEXT"))]
    mentions = " OR ".join(f"instr(row.{name}, '{each}')" for name in texts for each in pattern)
    found = connection.execute(f"SELECT count(*) FROM {table} AS row WHERE {mentions}").fetchone()[0]
    most = _KEPT_EXCHANGES // max(1, found) if table == "exchanges" else 2**62
    values = ", ".join(_with_new_ids(f"row.{name}", pattern) if name in texts else f"row.{name}" for name in copied)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(copied)}) SELECT {values} FROM clones, {table} AS row"
        f" WHERE clones.number < {most} AND ({mentions}) ORDER BY clones.number, row.rowid"
    )


def _repeat_postings(connection: sqlite3.Connection, pattern: tuple[str, str, str], count: int) -> None:
    payment = pattern[1]
    connection.execute(
        "INSERT INTO postings (entry_id, account, amount)"
        f" SELECT entry.id, row.account, row.amount FROM journal_entries AS first, postings AS row, clones, journal_entries AS entry"
        f" WHERE first.reference = '{payment}' AND row.entry_id = first.id"
        f" AND entry.key = {_with_new_ids('first.key', pattern)} ORDER BY entry.id, row.id"
    )
    connection.execute(
        f"UPDATE ledger_accounts SET balance = balance + {count} * (SELECT coalesce(sum(postings.amount), 0)"
        " FROM postings JOIN journal_entries AS entry ON entry.id = entry_id"
        f" WHERE entry.reference = '{payment}' AND account = ledger_accounts.key)"
    )


def _repeat_outflows(connection: sqlite3.Connection, pattern: tuple[str, str, str], count: int) -> None:
    """The day's outflow of who paid the pattern."""
    day = "date((payments.created_at + 3600000) / 1000, 'unixepoch')"
    connection.execute(
        f"UPDATE daily_outflows SET amount = daily_outflows.amount + {count} * payments.amount FROM payments"
        f" WHERE payments.id = '{pattern[1]}' AND daily_outflows.wallet_id = payments.payer_wallet_id"
        f" AND daily_outflows.day = {day}"
    )


def _with_new_ids(value: str, pattern: tuple[str, str, str]) -> str:
    for old, new in zip(pattern, ("order_id", "payment_id", "scan_id"), strict=True):
        value = f"replace({value}, '{old}', clones.{new})"
    return value
