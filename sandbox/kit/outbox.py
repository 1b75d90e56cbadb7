"""The transactional outbox: what must reach another part is stored with the change itself and delivered afterwards,
at least once and in order, whatever crashes in between.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from sandbox.kit.db import Database, Moment, after_commit
from sandbox.kit.due import next_in
from sandbox.kit.tracing import current_trace, trace

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from sandbox.kit.clock import Clock

_BATCH = 100
_RETRY_SECONDS = (1, 5, 30, 120, 600)
_LONGEST_ERROR = 300
_TURNS = "outbox_topics"
_log = logging.getLogger(__name__)


_make_turn = text(f"INSERT INTO {_TURNS} (topic) VALUES (:topic) ON CONFLICT (topic) DO NOTHING")  # noqa: S608  a constant


@dataclass(frozen=True)
class Message:
    """``id`` is the same at every attempt: the receiver tells a repetition by it. ``story`` is what it belongs to, if any."""

    id: int
    payload: dict[str, Any]
    story: str = ""


Handler = Callable[[Sequence[Message]], None]


def outbox_table(metadata: MetaData) -> Table:
    """With it comes a row for each topic, at which several processes on PostgreSQL take turns."""
    Table(_TURNS, metadata, Column("topic", String(40), primary_key=True))
    return Table(
        "outbox",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("topic", String(40), nullable=False),
        Column("payload", JSON, nullable=False),
        Column("story", String(64), nullable=False, server_default=""),
        Column("attempts", Integer, nullable=False, default=0),
        Column("due_at", Moment, nullable=False, index=True),
        Column("last_error", String(_LONGEST_ERROR)),
        sqlite_autoincrement=True,
    )


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the ``attempts``-th failure, counted from one."""
    return timedelta(seconds=_RETRY_SECONDS[min(attempts, len(_RETRY_SECONDS)) - 1])


class Outbox:
    """Messages of one service. Each topic is delivered first in, first out; a failing one holds only itself back."""

    def __init__(self, database: Database, table: Table, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._table = table
        turns = table.metadata.tables[_TURNS]
        of_topic = select(turns.c.topic).where(turns.c.topic == bindparam("topic"))
        self._turn, self._awaited_turn = of_topic.with_for_update(skip_locked=True), of_topic.with_for_update()
        self._known_topics: set[tuple[str, int]] = set()
        """Those that have their row, in which of the worlds that came one after another."""
        self._add = insert(table)
        self._due_topics = _select_due_topics(table)
        self.next_due = next_in(database, table.c.due_at)
        """When what could not be delivered is to be tried again."""
        self._oldest = _select_oldest(table)
        self._remove = delete(table).where(table.c.id.in_(bindparam("ids", expanding=True)))
        self._clock = clock
        self._wake = wake
        self._delivering = threading.Lock()
        self._handlers: dict[str, Handler] = {}

    def handle(self, handlers: Mapping[str, Handler]) -> None:
        """Name who delivers which topic. A handler raises when it could not; it may see the same message again."""
        self._handlers.update(handlers)

    def add(self, connection: Connection, topic: str, payload: dict[str, Any], *, story: str | None = None) -> None:
        """Store a message in the caller's transaction; delivery starts when that is committed.

        ``story`` is given by jobs, which belong to none themselves; else it is the one under way.
        """
        told = current_trace() if story is None else story
        row = {"topic": topic, "payload": payload, "story": told, "due_at": self._clock.now()}
        connection.execute(self._add, row)
        after_commit(connection, self._wake)

    def deliver_due(self) -> int:
        """Deliver what is due, but what another process delivers just now; returns how many messages went out."""
        with self._delivering:
            return sum(self._deliver_topic(topic) for topic in self._list_due_topics())

    def finish_due(self) -> int:
        """The same, and wait for what another process delivers."""
        with self._delivering:
            return sum(self._deliver_topic(topic, waits=True) for topic in self._list_due_topics())

    def pending(self) -> int:
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(self._table)).scalar_one())

    def _list_due_topics(self) -> Sequence[str]:
        """Topics with messages, none of which waits for its next try."""
        with self._database.read() as connection:
            return [row.topic for row in connection.execute(self._due_topics, {"now": self._clock.now()})]

    def _deliver_topic(self, topic: str, *, waits: bool = False) -> int:
        with self._turn_at(topic, waits=waits) as is_ours:
            return self._deliver_all(topic) if is_ours and (not waits or self._is_due(topic)) else 0

    def _is_due(self, topic: str) -> bool:
        """Still, after another process had its turn."""
        return topic in self._list_due_topics()

    @contextmanager
    def _turn_at(self, topic: str, *, waits: bool) -> Iterator[bool]:
        """Of several processes one delivers a topic, or its messages would come twice and out of order; the others go on.

        The one transaction that stays open during a call: it holds nothing but the topic's row, and ends with the process.
        """
        if self._database.is_sqlite:  # a data folder has one process
            yield True
            return
        known = (topic, self._database.times_loaded)
        if known not in self._known_topics:
            with self._database.write() as connection:
                connection.execute(_make_turn, {"topic": topic})
            self._known_topics.add(known)
        with self._database.write() as connection:
            turn = self._awaited_turn if waits else self._turn
            yield connection.execute(turn, {"topic": topic}).first() is not None

    def _deliver_all(self, topic: str) -> int:
        """Batch after batch, until one is not full or fails."""
        total, sent = 0, _BATCH
        while sent == _BATCH:
            with self._database.read() as connection:
                oldest = [
                    Message(row.id, row.payload, row.story)
                    for row in connection.execute(self._oldest, {"topic": topic})
                ]
            sent = self._deliver(topic, oldest) if oldest else 0
            total += sent
        return total

    def _deliver(self, topic: str, messages: list[Message]) -> int:
        ids = [message.id for message in messages]
        stories = {message.story for message in messages}
        try:
            with trace(stories.pop() if len(stories) == 1 else ""):
                self._handlers[topic](messages)
        except Exception as error:  # noqa: BLE001  whatever the receiver did wrong, the message stays and is tried again
            self._postpone(ids, repr(error), self._clock.now())
            return 0
        with self._database.write() as connection:
            connection.execute(self._remove, {"ids": ids})
        return len(ids)

    def _postpone(self, ids: list[int], reason: str, now: datetime) -> None:
        table = self._table
        with self._database.write() as connection:
            attempts = 1 + int(connection.execute(select(table.c.attempts).where(table.c.id == ids[0])).scalar_one())
            connection.execute(
                update(table)
                .where(table.c.id.in_(ids))
                .values(attempts=attempts, due_at=now + retry_after(attempts), last_error=reason[:_LONGEST_ERROR])
            )
        _log.warning("outbox: delivery failed (attempt %d): %s", attempts, reason)


def _select_due_topics(table: Table) -> Select[tuple[str]]:
    latest = func.max(table.c.due_at)
    return select(table.c.topic).group_by(table.c.topic).having(latest <= bindparam("now")).order_by(table.c.topic)


def _select_oldest(table: Table) -> Select[tuple[int, dict[str, Any], str]]:
    of_topic = select(table.c.id, table.c.payload, table.c.story).where(table.c.topic == bindparam("topic"))
    return of_topic.order_by(table.c.id).limit(_BATCH)
