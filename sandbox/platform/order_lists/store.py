"""Finding orders. No search reads more rows than it must: each has a bound that does not grow with the number of orders.

Every app's orders are read by themselves, along an index that has the wanted order, and merged here: one query over several
apps would have to sort all of them. What no index answers is looked for in the next ``SCAN`` orders; the page then says how
far it looked, and its cursor goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Row, String, and_, literal_column, or_, select

from sandbox.kit.paging import Page, PageQuery, beyond, make_cursor, read_cursor, read_page
from sandbox.platform.apps.models import apps
from sandbox.platform.orders.models import orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

SCAN = 50_000
"""How many orders a search without an index looks through for one page: under 100 ms of work."""
FEW = 500
"""So many orders, or fewer, are taken out by number and sorted."""
_LAST_CHARACTER = "\U0010ffff"
_AFTER_NINE = ":"


@dataclass(frozen=True)
class Search:
    """What is looked for, in the database's own terms. ``None`` and empty leave a filter out; bounds are inclusive.

    ``payer`` is a number with stars for the digits that nobody is shown, ``20***456`` or ``*****456``.
    """

    app_ids: Sequence[str]
    by: str = "created_at"
    descending: bool = True
    statuses: tuple[str, ...] = ()
    begins: datetime | None = None
    before: datetime | None = None
    least: int | None = None
    most: int | None = None
    payer: str | None = None
    reference: str | None = None
    reference_begins: str | None = None
    text: str | None = None

    @property
    def keys(self) -> list[Column[Any]]:
        return [orders.c[self.by], orders.c.number]


@dataclass(frozen=True)
class Found:
    """``looked_until`` is the last order that was looked at, when the page is not full for want of looking further."""

    page: Page[Row[Any]]
    looked_until: Row[Any] | None = None


def list_apps(connection: Connection, developer_id: str) -> Sequence[Row[Any]]:
    """All apps that this developer has or had: their orders stay."""
    return connection.execute(select(apps).where(apps.c.developer_id == developer_id).order_by(apps.c.number)).all()


def find_page(connection: Connection, search: Search, wanted: PageQuery) -> Found:
    """One page. Raises InvalidInput for a cursor that is none of this list."""
    after = read_cursor(wanted.after, search.keys) if wanted.after is not None else None
    few = _find_few(connection, search)
    if few is not None:
        query = select(orders).where(orders.c.number.in_(few), *_dates(search), *_amounts(search), *_others(search))
        query = query.where(orders.c.status.in_(search.statuses)) if search.statuses else query
        return Found(read_page(connection, query, search.keys, wanted, descending=search.descending))
    return _Walk(connection, search, after).read(wanted.limit)


class _Walk:
    """Reads along the indexes of all apps at once, from a position on."""

    def __init__(self, connection: Connection, search: Search, after: Sequence[Any] | None) -> None:
        self._connection = connection
        self._search = search
        self._keys = search.keys
        start = [] if after is None else [beyond(self._keys, after, descending=search.descending)]
        by_date = search.by == "created_at"
        along = [*start, *(_dates(search) if by_date else _amounts(search))]
        self._filters = _others(search) + (
            _amounts(search, indexed=False) if by_date else _dates(search, indexed=False)
        )
        if search.statuses and not by_date:
            self._filters.append(_plain(orders.c.status).in_(search.statuses))
        statuses = search.statuses if by_date else ()
        self._lanes = [and_(lane, *along) for lane in _lanes(search.app_ids, statuses)]

    def read(self, limit: int) -> Found:
        cut = self._find_cut() if self._filters else None
        until = [] if cut is None else [_reaches(self._keys, cut, descending=self._search.descending)]
        lanes = [self._read_lane(lane, until, limit) for lane in self._lanes]
        rows = list(islice(merge(*lanes, key=self._position, reverse=self._search.descending), limit + 1))
        if len(rows) > limit:
            return Found(Page(rows[:limit], make_cursor(self._position(rows[limit - 1]))))
        return Found(Page(rows, make_cursor(self._position(cut))), cut) if cut is not None else Found(Page(rows))

    def _find_cut(self) -> Row[Any] | None:
        """Where this page stops looking: the first of the apps whose share of orders is used up decides."""
        share = max(1, SCAN // len(self._lanes))
        ends = [
            self._connection.execute(self._in_order(select(*self._keys).where(lane)).offset(share - 1).limit(1))
            for lane in self._lanes
        ]
        reached = [row for row in (end.first() for end in ends) if row is not None]
        choose = max if self._search.descending else min
        return choose(reached, key=self._position) if reached else None

    def _read_lane(self, lane: Any, until: Iterable[Any], limit: int) -> Sequence[Row[Any]]:
        query = select(orders).where(lane, *until, *self._filters)
        return self._connection.execute(self._in_order(query).limit(limit + 1)).all()

    def _in_order(self, query: Any) -> Any:
        return query.order_by(*(key.desc() if self._search.descending else key.asc() for key in self._keys))

    def _position(self, row: Row[Any]) -> tuple[Any, ...]:
        return tuple(row._mapping[key] for key in self._keys)


def _find_few(connection: Connection, search: Search) -> Sequence[int] | None:
    """The numbers of all orders that one of the filters leaves, when an index tells that they are few."""
    if not search.app_ids:
        return []
    for condition in _probes(search):
        numbers: list[int] = []
        for app_id in search.app_ids:
            query = select(orders.c.number).where(orders.c.app_id == app_id, condition).limit(FEW + 1)
            numbers += connection.execute(query).scalars()
            if len(numbers) > FEW:
                break
        else:
            return numbers
    return None


def find_by_id(connection: Connection, app_ids: Sequence[str], text: str) -> Sequence[Row[Any]]:
    """The order with this id, or of this payment."""
    query = select(orders).where(or_(orders.c.id == text, orders.c.payment_id == text))
    return [row for row in connection.execute(query) if row.app_id in app_ids]


def _probes(search: Search) -> list[Any]:
    """The filters that an index can answer and that the walk would not follow, the likely rarest first."""
    found: list[Any] = [condition for condition in (_reference(search), _whole_payer(search)) if condition is not None]
    found += [and_(*conditions) for conditions in (_other_range(search),) if conditions]
    if search.statuses and search.by != "created_at":
        found.append(orders.c.status.in_(search.statuses))
    return found


def _lanes(app_ids: Sequence[str], statuses: Sequence[str]) -> list[Any]:
    if not statuses:
        return [orders.c.app_id == app_id for app_id in app_ids]
    return [and_(orders.c.app_id == app_id, orders.c.status == status) for app_id in app_ids for status in statuses]


def _other_range(search: Search) -> list[Any]:
    return _amounts(search) if search.by == "created_at" else _dates(search)


def _dates(search: Search, *, indexed: bool = True) -> list[Any]:
    return _range(orders.c.created_at, search.begins, search.before, indexed=indexed)


def _amounts(search: Search, *, indexed: bool = True) -> list[Any]:
    most = None if search.most is None else search.most + 1
    return _range(orders.c.amount, search.least, most, indexed=indexed)


def _range(column: Column[Any], least: Any, below: Any, *, indexed: bool) -> list[Any]:
    tested = column if indexed else _plain(column)
    found = [] if least is None else [tested >= least]
    return found if below is None else [*found, tested < below]


def _others(search: Search) -> list[Any]:
    """Conditions that are only tested on the rows that something else has found."""
    found = []
    if search.reference is not None:
        found.append(_plain(orders.c.reference) == search.reference)
    if search.reference_begins is not None:
        found.append(_plain(orders.c.reference).startswith(search.reference_begins, autoescape=True))
    if search.payer is not None:
        found.append(_plain(orders.c.payer_phone).like(search.payer.replace("*", "_")))
    if search.text is not None:
        texts = (orders.c.reference, orders.c.name, orders.c.description)
        found.append(or_(*(text.icontains(search.text, autoescape=True) for text in texts)))
    return found


def _reference(search: Search) -> Any:
    if search.reference is not None:
        return orders.c.reference == search.reference
    begins = search.reference_begins
    if begins is None:
        return None
    return and_(orders.c.reference >= begins, orders.c.reference < begins + _LAST_CHARACTER)


def _whole_payer(search: Search) -> Any:
    """Only the first digits lead through the index; the last ones alone are met once in a thousand orders anyway."""
    if search.payer is None or search.payer.startswith("*") or search.payer.endswith("*"):
        return None
    phone, first = orders.c.payer_phone, search.payer[:2]
    return and_(phone >= first, phone < first + _AFTER_NINE, phone.like(search.payer.replace("*", "_")))


def _plain(column: Column[Any]) -> ColumnElement[Any]:
    """The column's value, as an expression that no index matches: the walk must keep to the index that has its order."""
    if isinstance(column.type, String):
        return column.concat("")
    return column.op("+", return_type=column.type)(literal_column("0"))


def _reaches(keys: Sequence[Column[Any]], row: Row[Any], *, descending: bool) -> Any:
    """The condition that a row comes no later than this one."""
    return ~beyond(keys, [row._mapping[key] for key in keys], descending=descending)
