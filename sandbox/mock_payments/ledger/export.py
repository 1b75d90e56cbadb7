"""The whole ledger as text: comma-separated values, and the plain-text journals that hledger and beancount read.

The plain-text forms are the operator's own books: what wallets hold is owed to them, so signs are the other way round there.
Each is made of pieces, so that a million entries need the memory of one piece.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sandbox.kit.clock import to_iso
from sandbox.kit.money import CURRENCY, format_number
from sandbox.kit.sheets import to_csv
from sandbox.mock_payments.ledger.chart import CHART, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Row

COLUMNS = ("entry", "at", "kind", "reference", "key", "account", "amount")
_ESCAPES = {"-": "--", "_": "-u", ".": "-d", ":": "-c"}
_UNPRINTABLE = re.compile(r"[^\w .:/+()#@=*-]")
_NOTE = "SANDBOX: no real money. Amounts in TND; what wallets hold is owed to them, so it stands with a minus."


def book_account(account: str) -> str:
    """``wallet:aB_c`` as ``Liabilities:Wallets:W-aB-uc``: a name that both tools take, and that no other account gets."""
    kind = kind_of(account)
    if not kind.per_wallet:
        return kind.book
    _, _, wallet_id = account.partition(":")
    return f"{kind.book}:W-{''.join(_ESCAPES.get(each, each) for each in wallet_id)}"


def csv_head() -> str:
    return _text(to_csv(COLUMNS, (), for_spreadsheet=False))


def csv_piece(rows: Sequence[Row[Any]]) -> str:
    """One line a posting; ``amount`` in millimes, more than zero where it adds to the account."""
    cells = (
        (row.entry_id, to_iso(row.created_at), row.kind, row.reference, row.key, row.account, row.amount)
        for row in rows
    )
    return _text(list(to_csv(COLUMNS, (cells,), for_spreadsheet=False))[1:])


def beancount_head(accounts: Iterable[str], opened: datetime) -> str:
    lines = [f"; {_NOTE}", f'option "operating_currency" "{CURRENCY}"', 'plugin "beancount.plugins.auto_accounts"', ""]
    names = {kind.book: kind.key for kind in CHART if not kind.per_wallet}
    names |= {book_account(account): account for account in accounts}
    for name, account in names.items():
        lines += [f"{_day(opened)} open {name} {CURRENCY}", f"  account: {json.dumps(account, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"


def beancount_piece(rows: Sequence[Row[Any]]) -> str:
    def head(row: Row[Any]) -> list[str]:
        quoted = {name: json.dumps(_plain(text), ensure_ascii=False) for name, text in _named(row).items()}
        return [
            f"{_day(row.created_at)} * {quoted['kind']} {quoted['reference']}",
            f"  key: {quoted['key']}",
            f"  at: {quoted['at']}",
        ]

    return _journal(rows, head)


def hledger_head(accounts: Iterable[str], _opened: datetime) -> str:
    names = {kind.book: kind.key for kind in CHART if not kind.per_wallet}
    names |= {book_account(account): account for account in accounts}
    lines = [f"; {_NOTE}", f"commodity 1000.000 {CURRENCY}", ""]
    return "\n".join([*lines, *(f"account {name}  ; {account}" for name, account in names.items())]) + "\n"


def hledger_piece(rows: Sequence[Row[Any]]) -> str:
    def head(row: Row[Any]) -> list[str]:
        plain = {name: _plain(text) for name, text in _named(row).items()}
        return [
            f"{_day(row.created_at)} * ({row.entry_id}) {plain['kind']} {plain['reference']}  ; key: {plain['key']}, at: {plain['at']}"
        ]

    return _journal(rows, head)


def _journal(rows: Sequence[Row[Any]], head: Callable[[Row[Any]], list[str]]) -> str:
    """``rows`` are postings, those of one entry together."""
    lines: list[str] = []
    last = None
    for row in rows:
        if row.entry_id != last:
            lines += ["", *head(row)]
            last = row.entry_id
        lines.append(f"  {book_account(row.account)}  {format_number(-row.amount)} {CURRENCY}")
    return "\n".join(lines) + "\n" if lines else ""


def _named(row: Row[Any]) -> dict[str, str]:
    return {"kind": row.kind, "reference": row.reference, "key": row.key, "at": to_iso(row.created_at)}


def _plain(text: str) -> str:
    """Without what means something to either tool; an idempotency key, for one, may hold anything."""
    return _UNPRINTABLE.sub("?", text)


def _day(moment: datetime) -> str:
    return to_iso(moment)[:10]


def _text(pieces: Iterable[bytes]) -> str:
    return b"".join(pieces).decode()


FORMATS: dict[str, tuple[Callable[[Iterable[str], datetime], str], Callable[[Sequence[Row[Any]]], str]]] = {
    "csv": (lambda _accounts, _opened: csv_head(), csv_piece),
    "hledger": (hledger_head, hledger_piece),
    "beancount": (beancount_head, beancount_piece),
}
"""For each form what stands first, and how postings are told."""
