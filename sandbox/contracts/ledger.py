"""The part of the Payments API that reads the ledger out: statements and the export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import ConfigDict

from sandbox.contracts.transport import ServiceClient, path_part
from sandbox.kit.shapes import Moment, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

LedgerFormat = Literal["csv", "hledger", "beancount"]


class StatementLine(Shape):
    """``amount`` is more than zero where it came in, less a merchant's ``fee``; ``balance`` is what was there afterwards. Millimes."""

    id: int
    at: Moment
    kind: str
    reference: str
    amount: int
    fee: int = 0
    balance: int


class Statement(Shape):
    """Of a period; the balances are those of the whole period, the lines those of one page, oldest first."""

    wallet_id: str
    opening_balance: int
    closing_balance: int
    data: list[StatementLine]
    next_cursor: str | None = None


class LedgerPiece(Shape):
    """A piece of the exported ledger; the pieces one after the other are the whole."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: str
    next_cursor: str | None = None


class LedgerCalls(ServiceClient):
    """Calls of the Payments API that read the ledger; :class:`PaymentsClient` has them all."""

    def get_statement(
        self,
        wallet_id: str,
        *,
        first: date | None = None,
        last: date | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Statement:
        """Days of Tunisia, both included; without them everything."""
        query = {"from": first, "to": last, "limit": limit, "after": after}
        return Statement.parse(
            self._call("GET", f"/payments/api/wallets/{path_part(wallet_id)}/statement", query=query)
        )

    def export_ledger(self, form: LedgerFormat, *, limit: int | None = None) -> Iterator[str]:
        """The whole ledger as it is now, piece by piece."""
        after: str | None = None
        while True:
            query = {"format": form, "after": after, "limit": limit}
            piece = LedgerPiece.parse(self._call("GET", "/payments/api/ledger/export", query=query))
            yield piece.text
            after = piece.next_cursor
            if after is None:
                return
