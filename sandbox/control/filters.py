"""Which exchanges of the journal are wanted: what a reader may ask for, and how the database finds it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field
from sqlalchemy import or_, select

from sandbox.control import store
from sandbox.control.models import exchanges
from sandbox.kit.shapes import NotBoolean, Optional, OptionalText, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

MOST_EXCHANGES = 1_000
_STATUS = re.compile(r"[0-9]{3}|[0-5]xx|0")
_LARGEST_NUMBER = 2**63 - 1  # what a database can compare with
Number = Annotated[Annotated[int, NotBoolean, Field(ge=0, le=_LARGEST_NUMBER)] | None, Optional]


def _status(value: object) -> str:
    text = str(value).lower()
    if not _STATUS.fullmatch(text):
        raise ValueError("This is no status. Send a number such as 404, a class such as 5xx, or 0 for no answer.")
    return text


def _moment(value: object) -> datetime:
    """Without a time zone it is UTC, as the journal writes it."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError("This is no moment, such as 2026-01-31T12:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Status = Annotated[str, BeforeValidator(_status)]
Since = Annotated[datetime, BeforeValidator(_moment)]


class JournalFilter(Shape):
    """``path`` may hold ``*``; ``status`` is a number or a class such as 4xx. ``payment`` means all of its story, ``phone``
    and ``text`` what names them. ``after`` and ``before`` are the ``number`` of an exchange, ``since`` is a moment. ``world`` is
    the one in which ``after`` was told; in another it means that one's beginning.
    """

    trace: OptionalText = None
    service: OptionalText = None
    method: OptionalText = None
    path: OptionalText = None
    status: Annotated[Status | None, Optional] = None
    payment: OptionalText = None
    phone: OptionalText = None
    text: OptionalText = None
    since: Annotated[Since | None, Optional] = None
    after: Number = None
    before: Number = None
    world: Number = None
    limit: Annotated[int, Field(ge=1, le=MOST_EXCHANGES)] = 100


def list_exchanges(connection: Connection, wanted: JournalFilter) -> Sequence[Row[Any]]:
    """Newest first; oldest first after ``after``."""
    order = exchanges.c.number.desc() if wanted.after is None else exchanges.c.number
    query: Select[Any] = select(exchanges).where(*_conditions(wanted)).order_by(order).limit(wanted.limit)
    return connection.execute(query).all()


def _conditions(wanted: JournalFilter) -> list[ColumnElement[bool]]:
    column, exact = exchanges.c, ("trace", "service")
    found = [column[name] == value for name in exact if (value := getattr(wanted, name))]
    if wanted.method:
        found.append(column.method == wanted.method.upper())
    if wanted.path:
        found.append(_path_is_like(wanted.path))
    if wanted.status:
        found.append(_status_is(wanted.status))
    if wanted.payment:
        named = select(exchanges.c.trace).where(exchanges.c.trace != "", store.names(wanted.payment))
        found.append(or_(column.trace == wanted.payment, column.trace.in_(named)))
    found += [store.names(text) for text in (wanted.phone, wanted.text) if text]
    if wanted.since:
        found.append(column.at >= wanted.since)
    if wanted.after is not None:
        found.append(column.number > wanted.after)
    if wanted.before is not None:
        found.append(column.number < wanted.before)
    return found


def _path_is_like(pattern: str) -> ColumnElement[bool]:
    """All of a path, whatever its query; of a pattern with ``?`` the query too."""
    escaped = pattern.replace("!", "!!").replace("%", "!%").replace("_", "!_").replace("*", "%")
    path = exchanges.c.path
    is_like = path.like(escaped, escape="!")
    return is_like if "?" in pattern else or_(is_like, path.like(f"{escaped}?%", escape="!"))


def _status_is(status: str) -> ColumnElement[bool]:
    if not status.endswith("xx"):
        return exchanges.c.status == int(status)
    first = int(status[0]) * 100
    return exchanges.c.status.between(first, first + 99)
