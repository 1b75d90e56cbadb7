"""What was paid, told in pages, and cards that shoppers had kept (documentation; the shape of a row is ours)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sandbox.kit.clock import to_iso
from sandbox.kit.days import end_of_day, parse_day, start_of_day
from sandbox.kit.paging import PageQuery
from sandbox.kit.shapes import Optional, Shape, told_as
from sandbox.platform.apps.service import require_owned_token
from sandbox.platform.hosted.store import PageFilter
from sandbox.platform.merchant_api.envelope import common
from sandbox.platform.merchant_api.v2.schemas import VERIFY_VERSION
from sandbox.platform.merchant_api.verifying import status_of, statuses_of

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.kit.db import Database
    from sandbox.platform.hosted.service import HostedPages

_GENERATIONS = {"online": ("v1", "v2"), "pos": ("pos", "qr")}
_A_DAY = told_as(
    "string", pattern="^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$", format="date", examples=["2026-03-01"]
)
_Day = Annotated[Annotated[date, BeforeValidator(lambda value: parse_day(str(value)[:10])), _A_DAY] | None, Optional]
_Text = Annotated[str, Field(min_length=1, max_length=64)]


class HistoryQuery(PageQuery):
    """``merchant_id`` is the app's public token (ours). Days are those of Tunisia, both included.

    ``terminal_id`` is the ``id_terminal`` of a terminal's payments.
    """

    merchant_id: _Text
    type: Annotated[Literal["online", "pos"] | None, Optional] = None
    start_date: _Day = None
    end_date: _Day = None
    operation_status: Annotated[
        Literal["PENDING", "SUCCESS", "EXPIRED", "FAILURE", "PREAUTH_SUCCESS"] | None, Optional
    ] = None
    app_token: Annotated[_Text | None, Optional] = None
    terminal_id: Annotated[_Text | None, Optional] = None


class HistoryRow(Shape):
    payment_id: str
    type: str
    amount: int
    refunded_amount: int
    status: str
    developer_tracking_id: str | None
    app_token: str
    terminal_id: str | None
    created_at: str
    paid_at: str | None


class HistoryResult(Shape):
    """``next_cursor`` is what ``after`` takes for the next page."""

    transactions: list[HistoryRow]
    next_cursor: str | None


class History(Shape):
    success: bool
    result: HistoryResult
    status_code: int
    name: str
    code: int
    version: str


class BindingQuery(Shape):
    client_id: Annotated[str, Field(min_length=1, max_length=100)]


class Binding(Shape):
    binding_id: str
    client_id: str
    card_last_four: str
    card_brand: str
    status: str
    created_at: str


class BindingResult(Shape):
    success: bool
    bindings: list[Binding]


class Bindings(Shape):
    result: BindingResult
    status: Literal["success"]
    code: int


class Records:
    def __init__(self, database: Database, pages: HostedPages) -> None:
        self._database = database
        self._pages = pages

    def list_history(self, app: Row[Any], query: HistoryQuery) -> dict[str, Any]:
        """Newest first. Raises AppNotFound for a merchant that is not the caller's developer's."""
        with self._database.read() as connection:
            asked = require_owned_token(connection, app.developer_id, query.app_token or query.merchant_id)
        wanted = PageFilter(
            app_id=asked.id,
            generations=_GENERATIONS[query.type] if query.type else sum(_GENERATIONS.values(), ()),
            statuses=statuses_of(query.operation_status),
            begins=start_of_day(query.start_date) if query.start_date else None,
            before=end_of_day(query.end_date) if query.end_date else None,
            terminal_id=query.terminal_id,
        )
        found = self._pages.list_pages(wanted, PageQuery(limit=query.limit, after=query.after))
        rows = [self._row(page, asked.public_token) for page in found.rows]
        result = {"transactions": rows, "next_cursor": found.next_cursor}
        return _answer(result)

    def list_bindings(self, app: Row[Any], client_id: str) -> dict[str, Any]:
        """Cards that the shopper whom the merchant calls ``client_id`` has kept."""
        rows = [
            {
                "binding_id": kept.id,
                "client_id": kept.customer,
                "card_last_four": kept.last_four,
                "card_brand": kept.brand,
                "status": "active",
                "created_at": to_iso(kept.created_at),
            }
            for kept in self._pages.list_bindings(app.id, client_id)
        ]
        return {"result": {"success": True, "bindings": rows}, "status": "success", "code": 0}

    def _row(self, page: Row[Any], public_token: str) -> dict[str, Any]:
        return {
            "payment_id": page.id,
            "type": "pos" if page.generation in _GENERATIONS["pos"] else "online",
            "amount": page.amount,
            "refunded_amount": page.refunded_amount,
            "status": status_of(page.status),
            "developer_tracking_id": page.reference,
            "app_token": public_token,
            "terminal_id": page.terminal_id,
            "created_at": to_iso(page.created_at),
            "paid_at": to_iso(page.paid_at) if page.paid_at else None,
        }


def _answer(result: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "result": result, "status_code": 200} | common(VERIFY_VERSION)
