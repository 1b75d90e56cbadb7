"""Queries on audit events: they are only ever added and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select

from sandbox.kit.days import end_of_day, start_of_day
from sandbox.kit.paging import Page, beyond, make_cursor, read_cursor, read_page
from sandbox.platform.accounts.models import developers
from sandbox.platform.audit.models import audit_events

if TYPE_CHECKING:
    from sandbox.kit.paging import PageQuery
    from sandbox.platform.audit.filters import AuditFilter

SEARCHED_AT_ONCE = 20_000
"""How many events a page of a text search looks through at most: a search of a million events goes on page by page."""
_events = audit_events.c
_KEYS = (_events.at, _events.number)
_add = insert(audit_events)


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add, values)


def list_events(
    connection: Connection, wanted: AuditFilter, page: PageQuery, *, developer_id: str | None = None
) -> Page[Row[Any]]:
    """Newest first. ``developer_id`` leaves only what concerns this account.

    A page of a text search may hold less than asked for, even nothing, and go on all the same.
    """
    query = select(audit_events).where(*_conditions(connection, wanted, developer_id))
    if wanted.q is None:
        return read_page(connection, query, _KEYS, page)
    oldest = _end_of_window(connection, query.with_only_columns(*_KEYS), page)
    found = query.where(_contains(wanted.q))
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


def _conditions(connection: Connection, wanted: AuditFilter, developer_id: str | None) -> list[ColumnElement[bool]]:
    """All but the text."""
    asked = {
        _events.developer_id: developer_id or _find_person(connection, getattr(wanted, "user", None)),
        _events.actor_id: _find_person(connection, getattr(wanted, "actor", None)),
        _events.action: wanted.action,
        _events.authority: wanted.authority,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in asked.items() if value is not None]
    if wanted.since is not None:
        conditions.append(_events.at >= start_of_day(wanted.since))
    if wanted.until is not None:
        conditions.append(_events.at < end_of_day(wanted.until))
    return conditions


def _find_person(connection: Connection, named: str | None) -> str | None:
    """The id behind an e-mail address; a text that is neither is nobody's id."""
    if named is None or "@" not in named:
        return named
    query = select(developers.c.id).where(developers.c.email == named.lower())
    return connection.execute(query).scalar() or named[:22]


def _contains(text: str) -> ColumnElement[bool]:
    columns = (_events.actor_name, _events.target_name, _events.target_id, _events.address, _events.request_id)
    return or_(*(func.lower(column).contains(text.lower(), autoescape=True) for column in columns))
