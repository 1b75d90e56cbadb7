"""The transactional outbox: what must reach another part is stored with the change itself and delivered afterwards,
at least once and in order, whatever crashes in between.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, delete, func, insert, select, update

from sandbox.kit.db import Database, Moment, after_commit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from sandbox.kit.clock import Clock

_BATCH = 100
_RETRY_SECONDS = (1, 5, 30, 120, 600)
_LONGEST_ERROR = 300
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """``id`` is the same at every attempt: the receiver tells a repetition by it."""

    id: int
    payload: dict[str, Any]


Handler = Callable[[Sequence[Message]], None]


def outbox_table(metadata: MetaData) -> Table:
    return Table(
        "outbox",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("topic", String(40), nullable=False),
        Column("payload", JSON, nullable=False),
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
        self._add = insert(table)
        self._clock = clock
        self._wake = wake
        self._delivering = threading.Lock()
        self._handlers: dict[str, Handler] = {}

    def handle(self, handlers: Mapping[str, Handler]) -> None:
        """Name who delivers which topic. A handler raises when it could not; it may see the same message again."""
        self._handlers.update(handlers)

    def add(self, connection: Connection, topic: str, payload: dict[str, Any]) -> None:
        """Store a message in the caller's transaction; delivery starts when that is committed."""
        row = {"topic": topic, "payload": payload, "due_at": self._clock.now()}
        connection.execute(self._add, row)
        after_commit(connection, self._wake)

    def deliver_due(self) -> int:
        """Deliver what is due; returns how many messages went out."""
        with self._delivering:
            return sum(
                self._deliver(topic, messages) for topic in self._due_topics() if (messages := self._head(topic))
            )

    def pending(self) -> int:
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(self._table)).scalar_one())

    def _due_topics(self) -> Sequence[str]:
        """Topics with messages, none of which waits for its next try."""
        topic, due_at = self._table.c.topic, self._table.c.due_at
        query = select(topic).group_by(topic).having(func.max(due_at) <= self._clock.now()).order_by(topic)
        with self._database.read() as connection:
            return connection.execute(query).scalars().all()

    def _head(self, topic: str) -> list[Message]:
        """The oldest messages of a topic."""
        table = self._table
        query = select(table.c.id, table.c.payload).where(table.c.topic == topic).order_by(table.c.id).limit(_BATCH)
        with self._database.read() as connection:
            return [Message(row.id, row.payload) for row in connection.execute(query)]

    def _deliver(self, topic: str, messages: list[Message]) -> int:
        ids = [message.id for message in messages]
        try:
            self._handlers[topic](messages)
        except Exception as error:  # noqa: BLE001  whatever the receiver did wrong, the message stays and is tried again
            self._postpone(ids, repr(error), self._clock.now())
            return 0
        with self._database.write() as connection:
            connection.execute(delete(self._table).where(self._table.c.id.in_(ids)))
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
