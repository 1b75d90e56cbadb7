"""Endpoint, event and attempt are three records (DESIGN rule 13): where to, what, and how each try went."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("app_id", String(22), ForeignKey("apps.id"), primary_key=True),
    Column("url", String(500), nullable=False),
    Column("secret", String(60), nullable=False),
    Column("previous_secret", String(60)),
    Column("previous_until", Moment),
    Column("stopped_at", Moment),
    Column("changed_at", Moment, nullable=False),
)

events = Table(
    "webhook_events",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(30), nullable=False, unique=True),
    Column("key", String(60), nullable=False, unique=True),
    Column("app_id", String(22), nullable=False),
    Column("order_id", String(22)),
    Column("type", String(20), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("due_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("url", String(2000)),
    Column("style", String(10)),
    Index("webhook_events_by_app", "app_id", "number"),
)
"""``attempts`` counts those of the present round: sending again by hand begins a new one.

``url`` is that of an event which goes elsewhere than to the app's endpoint: a payment page's own. Its ``style`` is signed, or how a GET
is put together (blind or query).
"""
_pending = events.c.state == "pending"
Index("webhook_events_due", events.c.due_at, sqlite_where=_pending)
Index("webhook_events_by_order", events.c.order_id, events.c.number)

attempts = Table(
    "webhook_attempts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("event_id", String(30), ForeignKey("webhook_events.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("url", String(500), nullable=False),
    Column("request_headers", JSON, nullable=False),
    Column("status", Integer),
    Column("answer_headers", JSON),
    Column("answer_body", Text),
    Column("error", String(40)),
    Column("reason", String(300)),
    Column("milliseconds", Integer, nullable=False),
    Index("webhook_attempts_by_event", "event_id", "number"),
)
