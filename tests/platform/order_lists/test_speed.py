"""Lists stay fast because of how the database reads them: along an index that has the wanted order, and no further."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from sandbox.kit.db import Database
from sandbox.kit.paging import PageQuery
from sandbox.platform.order_lists import store
from sandbox.platform.order_lists.store import Search
from tests.platform.order_lists.conftest import APPS, BEGUN, Row, make_orders

ROWS = 6_000
SEARCHES: dict[str, dict[str, Any]] = {
    "the default": {},
    "the oldest": {"descending": False},
    "a status": {"statuses": ("PAID", "REFUNDED")},
    "the largest": {"by": "amount"},
    "the smallest": {"by": "amount", "descending": False},
    "days": {"begins": BEGUN + timedelta(minutes=100), "before": BEGUN + timedelta(minutes=1500)},
    "amounts, the largest first": {"by": "amount", "least": 2_000, "most": 15_000},
    "amounts, the newest first": {"least": 2_000, "most": 15_000},
    "a status, the largest first": {"by": "amount", "statuses": ("PAID",)},
    "a text": {"text": "number"},
}
_COUNTING = "SELECT orders.number \n"
"""Whether a filter leaves few orders: answered by whatever comes first, and given up after the 500th."""
_SORTS = ("TEMP B-TREE", "->  Sort")
"""PostgreSQL's Incremental Sort is none of them: it goes along an index and stops at the limit too."""
_READS_ALL = ("SCAN orders", "Seq Scan")
LOOKS_THROUGH = {"amounts, the newest first", "a status, the largest first", "a text"}
"""PostgreSQL may sort what is left of the SCAN orders that such a search looks through."""


def plans_of(database: Database, search: Search) -> list[str]:
    """How the database carries out each statement of the second page."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.read() as connection:
        first = store.find_page(connection, search, PageQuery(limit=50))
        event.listen(connection, "before_cursor_execute", note)
        store.find_page(connection, search, PageQuery(limit=50, after=first.page.next_cursor))
        event.remove(connection, "before_cursor_execute", note)
        seen = [(statement, parameters) for statement, parameters in seen if not statement.startswith(_COUNTING)]
        assert seen
        return [
            statement
            + "\n"
            + "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))
            for statement, parameters in seen
        ]


def test_no_list_sorts_or_reads_all_orders(
    fill: Callable[[list[Row]], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "SCAN", 1_500)
    database = fill(make_orders(ROWS))
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("ANALYZE orders"))
    for told, wanted in SEARCHES.items():
        for plan in plans_of(database, Search(app_ids=APPS, **wanted)):
            assert "orders_by_" in plan, (told, plan)
            forbidden = _READS_ALL if told in LOOKS_THROUGH and not database.is_sqlite else _READS_ALL + _SORTS
            assert not any(word in plan.partition("\n")[2] for word in forbidden), (
                told,
                plan,
            )
