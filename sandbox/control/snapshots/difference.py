"""Tells in words what is different between two snapshots: money by whose it is, payments by what became of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sandbox.kit.money import format_dinars

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_THINGS = (
    ("platform", "developers", "developer", "developers"),
    ("platform", "apps", "app", "apps"),
    ("wallets", "wallets", "wallet", "wallets"),
    ("platform", "orders", "order", "orders"),
    ("platform", "refunds", "refund", "refunds"),
    ("platform", "webhook_events", "webhook", "webhooks"),
    ("platform", "webhook_attempts", "webhook attempt", "webhook attempts"),
    ("mail", "mails", "mail", "mails"),
    ("wallets", "sms_messages", "SMS", "SMS"),
)
"""Service, table, and the words for one and for many."""


def compare(before: Mapping[str, Path], after: Mapping[str, Path]) -> dict[str, Any]:
    """``text`` is one sentence; the rest is what it was made of. Amounts are in millimes."""
    payments = list(_payments(before["payments"], after["payments"]))
    balances = list(_balances(before, after))
    counts = {
        many: difference
        for service, table, _, many in _THINGS
        if (difference := _count(after[service], table) - _count(before[service], table))
    }
    parts = [
        *_tell_payments(payments),
        *(f"{_signed(each['change'])} {_direction(each)} {each['owner']}" for each in balances),
        *_tell_counts(counts),
    ]
    return {"text": ", ".join(parts) or "no difference", "payments": payments, "balances": balances, "counts": counts}


def _payments(before: Path, after: Path) -> Iterator[dict[str, Any]]:
    statement = "SELECT id, state, amount, merchant_name FROM payments ORDER BY number"
    known = {row[0]: row[1] for row in _rows(before, statement)}
    for payment_id, state, amount, merchant in _rows(after, statement):
        if known.get(payment_id) != state:
            yield {
                "payment_id": payment_id,
                "from": known.get(payment_id),
                "to": state,
                "amount": amount,
                "merchant": merchant,
            }


def _balances(before: Mapping[str, Path], after: Mapping[str, Path]) -> Iterator[dict[str, Any]]:
    """Of wallets; what is held for a payment is no longer free, and so counts as gone."""
    statement = "SELECT key, balance FROM ledger_accounts WHERE key LIKE 'wallet:%' ORDER BY key"
    known: dict[str, int] = dict(_rows(before["payments"], statement))
    names = "SELECT id, coalesce(trade_name, holder_name), phone_number FROM wallets"
    owners = {row[0]: (row[1], row[2]) for each in (before, after) for row in _rows(each["wallets"], names)}
    now: dict[str, int] = dict(_rows(after["payments"], statement))
    for key in sorted(known.keys() | now.keys()):
        change = now.get(key, 0) - known.get(key, 0)
        if change:
            owner, number = owners.get(key.partition(":")[2], (key, ""))
            yield {"owner": owner, "phone_number": number, "change": change}


def _tell_payments(payments: list[dict[str, Any]]) -> Iterator[str]:
    states = [str(each["to"]).lower().replace("_", " ") for each in payments]
    for state in dict.fromkeys(states):
        count = states.count(state)
        yield f"payment {state}" if count == 1 else f"{count} payments {state}"


def _tell_counts(counts: Mapping[str, int]) -> Iterator[str]:
    words = {many: (one, many) for _, _, one, many in _THINGS}
    for name, difference in counts.items():
        one, many = words[name]
        number = "one" if abs(difference) == 1 else str(abs(difference))
        less = " less" if difference < 0 else ""
        yield f"{number} {one if abs(difference) == 1 else many}{less}"


def _signed(amount: int) -> str:
    return f"{'+' if amount > 0 else '-'}{format_dinars(abs(amount))}"


def _direction(balance: dict[str, Any]) -> str:
    return "to" if balance["change"] > 0 else "from"


def _count(file: Path, table: str) -> int:
    """Zero in a snapshot of a version that had no such table."""
    known = _rows(file, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", table)
    return int(_rows(file, f"SELECT count(*) FROM {table}")[0][0]) if known[0][0] else 0  # noqa: S608  a name of ours


def _rows(file: Path, statement: str, *values: str) -> list[Any]:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(statement, values).fetchall()
