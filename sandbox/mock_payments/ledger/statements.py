"""What the ledger tells: the statement of a wallet, and everything as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.ledger import LedgerPiece, Statement, StatementLine
from sandbox.kit.clock import to_iso
from sandbox.kit.days import FIRST_DAY, end_of_day, start_of_day
from sandbox.kit.errors import InvalidInput
from sandbox.kit.paging import make_cursor, read_cursor
from sandbox.kit.sheets import to_csv
from sandbox.mock_payments.ledger import reading
from sandbox.mock_payments.ledger.entries import wallet_account
from sandbox.mock_payments.ledger.export import FORMATS
from sandbox.mock_payments.ledger.models import entries
from sandbox.mock_payments.ledger.schemas import ExportQuery, Period, StatementQuery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database

_COLUMNS = ("id", "at", "kind", "reference", "amount", "fee", "balance")
_EXPORTED_AT_ONCE = 200


class StatementService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def read_statement(self, wallet_id: str, wanted: StatementQuery) -> Statement:
        """Of what the wallet can spend: a hold goes out when it is made, and comes back when it is released."""
        first, end, account = start_of_day(wanted.from_), end_of_day(wanted.to), wallet_account(wallet_id)
        now = self._clock.now()
        if end <= first:
            raise InvalidInput("'from' comes after 'to'.", field="from", hint="Send the earlier day as 'from'.")
        with self._database.read() as connection:
            closing = reading.balance_at(connection, account, end, now)
            opening = 0 if wanted.from_ == FIRST_DAY else reading.balance_at(connection, account, first, now)
            before, page = reading.read_lines(connection, account, first, end, wanted)
        balance, lines = opening + before, []
        for row in page.rows:
            balance += row.amount
            lines.append(_to_line(row, balance))
        return Statement(
            wallet_id=wallet_id,
            opening_balance=opening,
            closing_balance=closing,
            data=lines,
            next_cursor=page.next_cursor,
        )

    def statement_as_csv(self, wallet_id: str, period: Period) -> Iterator[bytes]:
        """Page after page; a wrong period is refused before the first byte."""
        first = self._page(wallet_id, period, None)
        return to_csv(_COLUMNS, self._lines(wallet_id, period, first), for_spreadsheet=False)

    def export(self, wanted: ExportQuery) -> LedgerPiece:
        """One piece. What is booked while pieces are fetched stays out, so the whole is the ledger of one moment."""
        tell_head, tell = FORMATS[wanted.format]
        with self._database.read() as connection:
            last, upto = (0, reading.newest_entry(connection)) if wanted.after is None else _read_place(wanted.after)
            head = ""
            if wanted.after is None:
                opened = reading.first_moment(connection) or self._clock.now()
                head = tell_head(reading.list_accounts(connection), opened)
            stop = reading.nth_entry(connection, last, upto, wanted.limit)
            rows = reading.postings_between(connection, last, stop or upto)
        return LedgerPiece(text=head + tell(rows), next_cursor=make_cursor([stop, upto]) if stop else None)

    def _lines(self, wallet_id: str, period: Period, first: Statement) -> Iterator[list[tuple[object, ...]]]:
        page: Statement | None = first
        while page is not None:
            yield [tuple(getattr(line, name) for name in _COLUMNS) for line in page.data]
            page = self._page(wallet_id, period, page.next_cursor) if page.next_cursor else None

    def _page(self, wallet_id: str, period: Period, after: str | None) -> Statement:
        query = StatementQuery.model_construct(from_=period.from_, to=period.to, limit=_EXPORTED_AT_ONCE, after=after)
        return self.read_statement(wallet_id, query)


def _read_place(cursor: str) -> tuple[int, int]:
    last, upto = read_cursor(cursor, [entries.c.id, entries.c.id])
    return last, upto


def _to_line(row: Any, balance: int) -> StatementLine:
    return StatementLine(
        id=row.id,
        at=to_iso(row.created_at),
        kind=row.kind,
        reference=row.reference,
        amount=row.amount,
        fee=row.fee,
        balance=balance,
    )
