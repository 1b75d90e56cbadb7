"""Queries on webhook endpoints, events and attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, bindparam, exists, insert, select, update

from sandbox.contracts.errors import WebhookEventNotFound
from sandbox.kit.due import next_in
from sandbox.kit.paging import Page, PageQuery, read_page
from sandbox.platform.apps.models import apps
from sandbox.platform.webhooks.models import attempts, endpoints, events

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sandbox.kit.clock import NextDue
    from sandbox.kit.db import Database

_add_attempt = insert(attempts)
_add_event = insert(events)
_by_key = select(events.c.id).where(events.c.key == bindparam("key"))
_change_event = update(events).where(events.c.id == bindparam("which"))
_listening: Select[Any] = (
    select(endpoints.c.app_id, endpoints.c.stopped_at, apps.c.public_token)
    .join(apps, apps.c.id == endpoints.c.app_id)
    .where(endpoints.c.app_id == bindparam("app_id"), apps.c.verification_mode == "passive")
)
_earlier = events.alias("earlier")
_waits_for_another = exists().where(
    _earlier.c.order_id == events.c.order_id,
    _earlier.c.number < events.c.number,
    _earlier.c.state == "pending",
    _earlier.c.url.is_not_distinct_from(events.c.url),
)
_due = (
    select(events)
    .where(events.c.state == "pending", events.c.due_at <= bindparam("now"), ~_waits_for_another)
    .where(events.c.app_id.not_in(bindparam("busy", expanding=True)))
    .where(events.c.id.not_in(bindparam("under_way", expanding=True)))
    .order_by(events.c.due_at, events.c.number)
    .limit(bindparam("most"))
)

_is_untold = (events.c.state == "pending", events.c.attempts == 0, events.c.url.is_not(None))
_untold = select(events.c.id).where(*_is_untold)


def find_endpoint(connection: Connection, app_id: str) -> Row[Any] | None:
    return connection.execute(select(endpoints).where(endpoints.c.app_id == app_id)).first()


def add_endpoint(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(endpoints).values(**values))


def change_endpoint(connection: Connection, app_id: str, **values: Any) -> None:
    connection.execute(update(endpoints).where(endpoints.c.app_id == app_id).values(**values))


def find_listening(connection: Connection, app_id: str) -> Row[Any] | None:
    """The endpoint of an app that has chosen to be told."""
    return connection.execute(_listening, {"app_id": app_id}).first()


def has_event(connection: Connection, key: str) -> bool:
    return connection.execute(_by_key, {"key": key}).first() is not None


def add_event(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add_event, values)


def send_elsewhere(connection: Connection, key: str, url: str, style: str) -> None:
    """The event goes to this address instead of the app's endpoint."""
    connection.execute(update(events).where(events.c.key == key).values(url=url, style=style))


def has_untold(connection: Connection, order_id: str) -> bool:
    """Whether an event of this order's payment page waits for its first try."""
    return connection.execute(_untold.where(events.c.order_id == order_id).limit(1)).first() is not None


def find_held(connection: Connection, app_id: str, order_id: str, now: datetime) -> str | None:
    """The oldest other order of this app whose payment page has events with the first try still to come."""
    is_other = (events.c.app_id == app_id, events.c.order_id != order_id, events.c.due_at > now)
    query = select(events.c.order_id).where(*_is_untold, *is_other).order_by(events.c.number).limit(1)
    return connection.execute(query).scalar()


def send_from(connection: Connection, order_id: str, due_at: datetime) -> None:
    """What an order's payment page has not told yet is sent then, where it would be later."""
    is_later = (events.c.order_id == order_id, events.c.due_at > due_at)
    connection.execute(update(events).where(*_is_untold, *is_later).values(due_at=due_at))


def get_event(connection: Connection, app_id: str, event_id: str) -> Row[Any]:
    found = connection.execute(select(events).where(events.c.id == event_id, events.c.app_id == app_id)).first()
    if found is None:
        raise WebhookEventNotFound
    return found


def lock_event(connection: Connection, event_id: str) -> Row[Any]:
    return connection.execute(select(events).where(events.c.id == event_id).with_for_update()).one()


def stop_pending(connection: Connection, app_id: str, now: datetime) -> None:
    """What waits for an endpoint that wants nothing any more."""
    waiting = update(events).where(events.c.app_id == app_id, events.c.state == "pending", events.c.url.is_(None))
    connection.execute(waiting.values(state="stopped", due_at=None, finished_at=now))


def change_event(connection: Connection, event_id: str, **values: Any) -> None:
    connection.execute(_change_event, {"which": event_id, **values})


def list_events(connection: Connection, app_id: str, wanted: PageQuery) -> Page[Row[Any]]:
    """Newest first."""
    return read_page(connection, select(events).where(events.c.app_id == app_id), [events.c.number], wanted)


def list_events_of_order(connection: Connection, order_id: str) -> Sequence[Row[Any]]:
    return connection.execute(select(events).where(events.c.order_id == order_id).order_by(events.c.number)).all()


def list_due(
    connection: Connection, now: datetime, most: int, busy: Sequence[str] = (), under_way: Sequence[str] = ()
) -> Sequence[Row[Any]]:
    """Events whose next try is due, none of an order of which an earlier one still waits, none of a ``busy`` app."""
    wanted = {"now": now, "most": most, "busy": list(busy), "under_way": list(under_way)}
    return connection.execute(_due, wanted).all()


def next_due(database: Database) -> NextDue:
    """When the next try is to be made."""
    return next_in(database, events.c.due_at, events.c.state == "pending")


def find_following(connection: Connection, app_id: str, number: int) -> Row[Any] | None:
    """The next event of this app that waits, whatever for."""
    waiting = select(events).where(events.c.app_id == app_id, events.c.state == "pending", events.c.number > number)
    return connection.execute(waiting.order_by(events.c.number).limit(1)).first()


def add_attempt(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add_attempt, values)


def list_attempts(connection: Connection, event_id: str) -> Sequence[Row[Any]]:
    """Newest first."""
    query = select(attempts).where(attempts.c.event_id == event_id).order_by(attempts.c.number.desc())
    return connection.execute(query).all()
