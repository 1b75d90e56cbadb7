"""Paging by key instead of by offset: the thousandth page costs as much as the first, and rows that come in meanwhile move none.

Every list of the JSON API answers ``{"data": […], "next_cursor": "…" or null}`` and takes ``limit`` and ``after``.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import Field
from sqlalchemy import String, bindparam, tuple_

from sandbox.kit.clock import from_milliseconds, to_milliseconds
from sandbox.kit.db import Moment
from sandbox.kit.errors import InvalidInput, translatable
from sandbox.kit.shapes import NotBoolean, Optional, Shape, is_storable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

T = TypeVar("T")
_LARGEST_PAGE, _USUAL_PAGE = 200, 50
_LONGEST_CURSOR = 500
_TOO_LARGE = 2**63
Cursor = Annotated[str, Field(max_length=_LONGEST_CURSOR)]


class PageQuery(Shape):
    """``after`` is the ``next_cursor`` of the page before."""

    limit: Annotated[int, NotBoolean, Field(ge=1, le=_LARGEST_PAGE)] = _USUAL_PAGE
    after: Annotated[Cursor | None, Optional] = None


@dataclass(frozen=True)
class Page(Generic[T]):
    rows: Sequence[T]
    next_cursor: str | None = None

    def map(self, change: Callable[[T], Any]) -> Page[Any]:
        return Page([change(row) for row in self.rows], self.next_cursor)

    def to_json(self) -> dict[str, Any]:
        return {"data": list(self.rows), "next_cursor": self.next_cursor}


def read_page(
    connection: Connection,
    query: Select[Any],
    keys: Sequence[ColumnElement[Any]],
    wanted: PageQuery,
    *,
    descending: bool = True,
) -> Page[Row[Any]]:
    """One page of ``query``, ordered by ``keys``, which are columns of it that together are unique and never null.

    Raises InvalidInput for a cursor that is none of this list.
    """
    if wanted.after is not None:
        query = query.where(beyond(keys, read_cursor(wanted.after, keys), descending=descending))
    ordered = query.order_by(*(key.desc() if descending else key.asc() for key in keys))
    rows = connection.execute(ordered.limit(wanted.limit + 1)).all()
    if len(rows) <= wanted.limit:
        return Page(rows)
    rows = rows[: wanted.limit]
    return Page(rows, make_cursor([rows[-1]._mapping[key] for key in keys]))


def beyond(keys: Sequence[ColumnElement[Any]], values: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    """The condition that a row comes after the one with these values of its keys."""
    parameters = [bindparam(None, value, type_=key.type) for key, value in zip(keys, values, strict=True)]
    position, boundary = tuple_(*keys), tuple_(*parameters)
    return position < boundary if descending else position > boundary


def make_cursor(values: Sequence[Any]) -> str:
    """Where a page ended: the keys of its last row, as text for an address."""
    plain = [to_milliseconds(value) if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).rstrip(b"=").decode()


def read_cursor(cursor: str, keys: Sequence[ColumnElement[Any]]) -> list[Any]:
    """The keys that :func:`make_cursor` was given. Raises InvalidInput for a cursor that is none of this list."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        return [_read_key(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InvalidInput(
            translatable("'after' is no cursor of this list."),
            field="after",
            hint=translatable("Send the next_cursor of the page before, unchanged."),
        ) from None


def _read_key(key: ColumnElement[Any], value: object) -> object:
    """A value of the key's own kind: a cursor comes from outside like everything else."""
    if isinstance(key.type, String):
        if isinstance(value, str) and is_storable(value):
            return value
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_LARGE:
        return from_milliseconds(value) if isinstance(key.type, Moment) else value
    raise ValueError(value)
