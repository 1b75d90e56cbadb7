"""Many journal entries in the database of a stopped Payments API, written in bulk by the database itself.

Of every 20 entries 16 are the holds and executions of eight code payments, three are transfers and one is the refund of the
first of these payments. Everything that the proof of the ledger looks at is written with them, so ``ledger verify`` finds it
right; whoever measures checks that. The same SQL runs on SQLite and PostgreSQL.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

DAYS = 400
_GROUP, _PAYMENTS, _TRANSFERS = 20, 8, 3
"""Entries of a group, and the payments and transfers among them."""


def add_entries(url: str, count: int, *, phones: Sequence[dict[str, Any]], shops: Sequence[dict[str, Any]]) -> None:
    """Spread ``count`` entries (whole groups of 20) over the last DAYS. The wallets are real ones; the first shop gets half.

    ``url`` is the database of the Payments API.
    """
    from sandbox.kit.clock import Clock, to_milliseconds
    from sandbox.kit.db import Database
    from sandbox.mock_payments.tables import SCHEMA_VERSION, UPGRADES, metadata

    with closing(Database(url, metadata, version=SCHEMA_VERSION, schema="payments", upgrades=UPGRADES)) as database:
        groups = count // _GROUP
        start = to_milliseconds(Clock().now() - timedelta(days=DAYS))
        with database.write() as connection:
            first = int(connection.execute(text("SELECT coalesce(max(id), 0) FROM journal_entries")).scalar_one())
            _write_what_repeats(connection, groups, phones, shops)
            words = {
                "first": first,
                "groups": groups,
                "phones": len(phones),
                "shops": len(shops),
                "start": start,
                "step": timedelta(days=DAYS) // timedelta(milliseconds=1) // max(1, count),
            }
            for statement in _STATEMENTS:
                connection.execute(text(statement.format(**words)))
            if not database.is_sqlite:
                connection.execute(text(_NEXT_ID))
                connection.execute(text("ANALYZE"))


def _write_what_repeats(
    connection: Connection, groups: int, phones: Sequence[dict[str, Any]], shops: Sequence[dict[str, Any]]
) -> None:
    """The wallets and the numbers that all rows are made of."""
    for name, wallets in (("bench_phones", phones), ("bench_shops", shops)):
        connection.execute(
            text(f"CREATE TEMPORARY TABLE {name} (place BIGINT PRIMARY KEY, wallet TEXT, phone TEXT, name TEXT)")
        )
        rows = [
            {
                "place": place,
                "wallet": wallet["id"],
                "phone": wallet["phone_number"],
                "name": wallet["trade_name"] or wallet["holder_name"],
            }
            for place, wallet in enumerate(wallets)
        ]
        connection.execute(text(f"INSERT INTO {name} VALUES (:place, :wallet, :phone, :name)"), rows)
    connection.execute(text("CREATE TEMPORARY TABLE bench_numbers (n BIGINT PRIMARY KEY)"))
    connection.execute(
        text(
            "INSERT INTO bench_numbers WITH RECURSIVE numbers (n) AS"
            " (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count) SELECT n FROM numbers"
        ),
        {"count": groups * _PAYMENTS},
    )


_AMOUNT = "(2 + n % 97)"
_PAYMENT_ENTRY = f"({{first}} + {_GROUP} * (n / {_PAYMENTS}) + 2 * (n % {_PAYMENTS}))"
_TRANSFER_ENTRY = f"({{first}} + {_GROUP} * (n / {_TRANSFERS}) + {2 * _PAYMENTS} + n % {_TRANSFERS})"
_REFUND_ENTRY = f"({{first}} + {_GROUP} * (n / {_PAYMENTS}) + {_GROUP})"
"""The id of a payment's hold less one, of a transfer's entry less one, and of a refund's entry."""
_AT = "({{start}} + {{step}} * ({entry} - {{first}}))"
_PAYMENT_AT, _TRANSFER_AT, _REFUND_AT = (
    _AT.format(entry=entry) for entry in (_PAYMENT_ENTRY, _TRANSFER_ENTRY, _REFUND_ENTRY)
)
_IS_REFUNDED = f"n % {_PAYMENTS} = 0"
_OF_PAYMENTS = (
    "FROM bench_numbers JOIN bench_phones AS payer ON payer.place = n % {phones}"
    " JOIN bench_shops AS payee ON payee.place = CASE WHEN n % 2 = 0 THEN 0 ELSE n / 2 % {shops} END"
)
_OF_TRANSFERS = (
    "FROM bench_numbers JOIN bench_phones AS payer ON payer.place = n % {phones}"
    f" JOIN bench_phones AS payee ON payee.place = (n + 1) % {{phones}} WHERE n < {{groups}} * {_TRANSFERS}"
)
_STATEMENTS = (
    "INSERT INTO payments (id, state, session, app_id, payer_wallet_id, payer_phone, payer_name, payee_wallet_id, payee_phone,"
    " merchant_name, amount, reference, code, tries_left, idempotency_key, fingerprint, execution_key, created_at, expires_at,"
    " executed_at, refunded)"
    f" SELECT 'many' || n, CASE WHEN {_IS_REFUNDED} THEN 'refunded' ELSE 'executed' END, 'many' || n, 'bench', payer.wallet,"
    f" payer.phone, payer.name, payee.wallet, payee.phone, payee.name, {_AMOUNT}, 'TX' || n, '123456', 3, 'many' || n, '',"
    f" 'many' || n, {_PAYMENT_AT}, {_PAYMENT_AT} + 120000, {_PAYMENT_AT} + {{step}},"
    f" CASE WHEN {_IS_REFUNDED} THEN {_AMOUNT} ELSE 0 END {_OF_PAYMENTS} ORDER BY n",
    "INSERT INTO payment_forms (session, closed) SELECT 'many' || n, false FROM bench_numbers ORDER BY n",
    "INSERT INTO transfers (id, idempotency_key, fingerprint, kind, payer_wallet_id, payer_phone, payer_name, payee_wallet_id,"
    " payee_phone, payee_name, amount, fee, note, created_at)"
    " SELECT 'sent' || n, 'sent' || n, '', 'person', payer.wallet, payer.phone, payer.name, payee.wallet, payee.phone,"
    f" payee.name, {_AMOUNT}, 0, 'for number ' || n, {_TRANSFER_AT} {_OF_TRANSFERS} ORDER BY n",
    "INSERT INTO refunds (id, refund_key, fingerprint, payment_id, amount, refunded_total, state, created_at)"
    f" SELECT 'back' || n, 'back' || n, '', 'many' || n, {_AMOUNT}, {_AMOUNT}, 'refunded', {_REFUND_AT}"
    f" FROM bench_numbers WHERE {_IS_REFUNDED} ORDER BY n",
    "INSERT INTO journal_entries (id, key, kind, reference, created_at)"
    f" SELECT {_PAYMENT_ENTRY} + 1 AS entry, 'hold:many' || n, 'hold', 'many' || n, {_PAYMENT_AT} FROM bench_numbers"
    f" UNION ALL SELECT {_PAYMENT_ENTRY} + 2, 'execute:many' || n, 'execute', 'many' || n, {_PAYMENT_AT} + {{step}} FROM bench_numbers"
    f" UNION ALL SELECT {_TRANSFER_ENTRY} + 1, 'transfer:sent' || n, 'person', 'sent' || n, {_TRANSFER_AT} {_OF_TRANSFERS}"
    f" UNION ALL SELECT {_REFUND_ENTRY}, 'refund:back' || n, 'refund', 'many' || n, {_REFUND_AT} FROM bench_numbers"
    f" WHERE {_IS_REFUNDED} ORDER BY 1",
    "INSERT INTO ledger_accounts (key, overdraft, balance)"
    " SELECT kind || ':' || wallet, false, 0 FROM (SELECT wallet FROM bench_phones UNION SELECT wallet FROM bench_shops) AS wallets,"
    " (SELECT 'wallet' AS kind UNION SELECT 'hold') AS kinds WHERE true ON CONFLICT (key) DO NOTHING",
    "INSERT INTO postings (entry_id, account, amount)"
    f" SELECT {_PAYMENT_ENTRY} + 1, 'wallet:' || payer.wallet, -{_AMOUNT} {_OF_PAYMENTS}"
    f" UNION ALL SELECT {_PAYMENT_ENTRY} + 1, 'hold:' || payer.wallet, {_AMOUNT} {_OF_PAYMENTS}"
    f" UNION ALL SELECT {_PAYMENT_ENTRY} + 2, 'hold:' || payer.wallet, -{_AMOUNT} {_OF_PAYMENTS}"
    f" UNION ALL SELECT {_PAYMENT_ENTRY} + 2, 'wallet:' || payee.wallet, {_AMOUNT} {_OF_PAYMENTS}"
    f" UNION ALL SELECT {_TRANSFER_ENTRY} + 1, 'wallet:' || payer.wallet, -{_AMOUNT} {_OF_TRANSFERS}"
    f" UNION ALL SELECT {_TRANSFER_ENTRY} + 1, 'wallet:' || payee.wallet, {_AMOUNT} {_OF_TRANSFERS}"
    f" UNION ALL SELECT {_REFUND_ENTRY}, 'wallet:' || payee.wallet, -{_AMOUNT} {_OF_PAYMENTS} WHERE {_IS_REFUNDED}"
    f" UNION ALL SELECT {_REFUND_ENTRY}, 'wallet:' || payer.wallet, {_AMOUNT} {_OF_PAYMENTS} WHERE {_IS_REFUNDED} ORDER BY 1",
    "UPDATE ledger_accounts SET balance ="
    " (SELECT coalesce(sum(postings.amount), 0) FROM postings WHERE postings.account = ledger_accounts.key)",
)
_NEXT_ID = "SELECT setval(pg_get_serial_sequence('journal_entries', 'id'), (SELECT max(id) FROM journal_entries))"
