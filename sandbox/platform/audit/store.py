"""Queries on audit events: they are only ever added and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, Select, insert, or_, select

from sandbox.kit.days import end_of_day, start_of_day
from sandbox.kit.paging import Page, beyond, make_cursor, read_cursor, read_page
from sandbox.platform.accounts.models import developers
from sandbox.platform.audit.models import audit_events

if TYPE_CHECKING:
    from sandbox.kit.paging import PageQuery
    from sandbox.platform.audit.filters import AuditFilter

SEARCHED_AT_ONCE = 20_000
"""How many events a page looks through at most where no index leads to what is wanted; the next page goes on from there."""
_events = audit_events.c
_KEYS = (_events.at, _events.number)
_add = insert(audit_events)


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add, values)


def list_events(
    connection: Connection, wanted: AuditFilter, page: PageQuery, *, developer_id: str | None = None
) -> Page[Row[Any]]:
    """Newest first. ``developer_id`` leaves only what concerns this account.

    One condition leads along its index; a text, and further conditions, are looked for on the way. Such a page may hold
    less than asked for, even nothing, and go on all the same.
    """
    led, others = _conditions(connection, wanted, developer_id)
    query = select(audit_events).where(*led)
    if not others:
        return read_page(connection, query, _KEYS, page)
    oldest = _end_of_window(connection, query.with_only_columns(*_KEYS), page)
    found = query.where(*others)
    if oldest is None:
        return read_page(connection, found, _KEYS, page)
    rows = read_page(connection, found.where(~beyond(_KEYS, oldest, descending=True)), _KEYS, page)
    return rows if rows.next_cursor else Page(rows.rows, make_cursor(oldest))


def _end_of_window(connection: Connection, events: Select[Any], page: PageQuery) -> Row[Any] | None:
    """The keys of the last event that this page of a search looks at; None when the search ends before."""
    if page.after is not None:
        events = events.where(beyond(_KEYS, read_cursor(page.after, _KEYS), descending=True))
    newest_first = events.order_by(*(key.desc() for key in _KEYS))
    return connection.execute(newest_first.offset(SEARCHED_AT_ONCE - 1).limit(1)).first()


def _conditions(
    connection: Connection, wanted: AuditFilter, developer_id: str | None
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """Those that an index leads along, which are the days and the rarest of the others; and the rest."""
    asked: dict[Any, str | None] = {
        _events.developer_id: developer_id or _find_person(connection, getattr(wanted, "user", None)),
        _events.actor_id: _find_person(connection, getattr(wanted, "actor", None)),
        _events.action: wanted.action,
        _events.authority: wanted.authority,
    }
    named = [(column, value) for column, value in asked.items() if value is not None]
    led = [column == value for column, value in named[:1]]
    # No index has an expression: no database is misled into reading along the index of one of these instead.
    others = [column.concat("") == value for column, value in named[1:]]
    if wanted.q is not None:
        others.append(_contains(wanted.q))
    if wanted.since is not None:
        led.append(_events.at >= start_of_day(wanted.since))
    if wanted.until is not None:
        led.append(_events.at < end_of_day(wanted.until))
    return led, others


def _find_person(connection: Connection, named: str | None) -> str | None:
    """The id behind an e-mail address; a text that is neither is nobody's id."""
    if named is None or "@" not in named:
        return named
    query = select(developers.c.id).where(developers.c.email == named.lower())
    return connection.execute(query).scalar() or named[:22]


def _contains(text: str) -> ColumnElement[bool]:
    columns = (_events.actor_name, _events.target_name, _events.target_id, _events.address, _events.request_id)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
