"""Every filter, alone and together, finds what reading all orders one by one would find, in the same order, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import insert, update

from sandbox.kit.db import Database
from sandbox.kit.errors import InvalidInput
from sandbox.kit.paging import PageQuery
from sandbox.platform.order_lists import store
from sandbox.platform.order_lists.store import Found, Search
from sandbox.platform.orders.models import orders
from tests.platform.order_lists.conftest import APPS, BEGUN, Row, make_order, make_orders

COUNT = 120
ONE, TWO = BEGUN + timedelta(minutes=10), BEGUN + timedelta(minutes=25)
FILTERS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a status": {"statuses": ("PAID",)},
    "statuses": {"statuses": ("REFUNDED", "PAID", "OPENED")},
    "days": {"begins": ONE, "before": TWO},
    "from a day": {"begins": ONE},
    "amounts": {"least": 5_000, "most": 7_500},
    "at least": {"least": 12_000},
    "a payer": {"payer": "20***220"},
    "the end of a number": {"payer": "*****221"},
    "the beginning of a number": {"payer": "21******"},
    "a reference": {"reference": "TX17"},
    "the beginning of references": {"reference_begins": "TX1"},
    "a text": {"text": "OIL"},
    "a text with what LIKE would take for more": {"text": "100%"},
    "a text in Arabic": {"text": "زيت"},
    "what is not there": {"text": "nowhere"},
    "an underscore": {"text": "Number_1"},
    "much together": {"statuses": ("PAID", "EXPIRED"), "begins": ONE, "least": 2_000, "most": 15_000, "text": "number"},
}


def naive(rows: list[Row], search: Search) -> list[str]:
    found = sorted(
        (row for row in rows if fits(row, search)),
        key=lambda row: (row[search.by], row["number"]),
        reverse=search.descending,
    )
    return [row["id"] for row in found]


def fits(row: Row, search: Search) -> bool:
    reference, phone = row["reference"] or "", row["payer_phone"] or ""
    texts = [str(row[name] or "").lower() for name in ("reference", "name", "description")]
    shown = phone[:2] + "***" + phone[5:]
    return (
        row["app_id"] in search.app_ids
        and (not search.statuses or row["status"] in search.statuses)
        and (search.begins is None or row["created_at"] >= search.begins)
        and (search.before is None or row["created_at"] < search.before)
        and (search.least is None or row["amount"] >= search.least)
        and (search.most is None or row["amount"] <= search.most)
        and (search.reference is None or reference == search.reference)
        and (search.reference_begins is None or reference.startswith(search.reference_begins))
        and (
            search.payer is None
            or all(want in {"*", got} for want, got in zip(search.payer, shown.ljust(8), strict=True))
        )
        and (search.text is None or any(search.text.lower() in text for text in texts))
    )


def walk(database: Database, search: Search, limit: int = 7) -> list[str]:
    seen: list[str] = []
    after: str | None = None
    for _ in range(COUNT * 2):
        found = page(database, search, limit, after)
        assert len(found.page.rows) <= limit
        seen += [row.id for row in found.page.rows]
        after = found.page.next_cursor
        if after is None:
            return seen
    raise AssertionError("the pages have no end")


def page(database: Database, search: Search, limit: int = 7, after: str | None = None) -> Found:
    with database.read() as connection:
        return store.find_page(connection, search, PageQuery(limit=limit, after=after))


@pytest.fixture(params=["as it is", "with few rows at a time"])
def bounds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second way looks at so few orders at a time that every search has to go on and on."""
    if request.param != "as it is":
        monkeypatch.setattr(store, "SCAN", 30)
        monkeypatch.setattr(store, "FEW", 4)


@pytest.mark.usefixtures("bounds")
def test_every_filter_and_order_finds_what_reading_all_would_find(fill: Callable[[list[Row]], Database]) -> None:
    rows = make_orders(COUNT)
    database = fill(rows)
    for told, wanted in FILTERS.items():
        for app_ids in (APPS, APPS[:1]):
            for by in ("created_at", "amount"):
                for descending in (True, False):
                    search = Search(app_ids=app_ids, by=by, descending=descending, **wanted)
                    assert walk(database, search) == naive(rows, search), (told, app_ids, by, descending)


def test_who_has_no_app_has_no_order(fill: Callable[[list[Row]], Database]) -> None:
    assert walk(fill(make_orders(10)), Search(app_ids=())) == []


def test_orders_that_come_in_meanwhile_move_no_page(fill: Callable[[list[Row]], Database]) -> None:
    import random

    rows = make_orders(60)
    database, search = fill(rows), Search(app_ids=APPS)
    first = page(database, search)
    with database.write() as connection:
        connection.execute(insert(orders), make_order(random.Random(1), 999, "PAID"))
    second = page(database, search, after=first.page.next_cursor)
    assert [row.id for row in [*first.page.rows, *second.page.rows]] == naive(rows, search)[:14]


def test_a_search_that_is_not_done_says_how_far_it_looked(
    fill: Callable[[list[Row]], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "SCAN", 15)
    database = fill(make_orders(100))
    found = page(database, Search(app_ids=APPS[:1], text="nowhere"))
    assert found.page.rows == []
    assert found.page.next_cursor
    looked = [found.looked_until]
    while found.page.next_cursor:
        found = page(database, Search(app_ids=APPS[:1], text="nowhere"), after=found.page.next_cursor)
        looked.append(found.looked_until)
    assert looked.pop() is None
    assert all(one.created_at > other.created_at for one, other in pairwise(looked))


def test_a_whole_page_tells_nothing_of_looking(fill: Callable[[list[Row]], Database]) -> None:
    found = page(fill(make_orders(100)), Search(app_ids=APPS, text="number"))
    assert (len(found.page.rows), found.looked_until) == (7, None)


def test_an_order_is_found_by_its_own_id_and_by_its_payments(fill: Callable[[list[Row]], Database]) -> None:
    database = fill(make_orders(10))
    with database.write() as connection:
        connection.execute(update(orders).where(orders.c.number == 3).values(app_id="app-1"))
    with database.read() as connection:
        for text in ("order-000003", "payment-000003"):
            assert [row.number for row in store.find_by_id(connection, APPS, text)] == [3]
            assert store.find_by_id(connection, ["app-2"], text) == []


def test_a_cursor_of_another_order_is_refused(fill: Callable[[list[Row]], Database]) -> None:
    database = fill(make_orders(30))
    for after in ("x", "WzFd", "bnVsbA"):
        with pytest.raises(InvalidInput) as refused:
            page(database, Search(app_ids=APPS), after=after)
        assert refused.value.field == "after"
