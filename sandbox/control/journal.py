"""The journal: every HTTP exchange of every service, bounded, written in batches beside the requests."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from datetime import timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.control import store
from sandbox.control.filters import JournalFilter, list_exchanges
from sandbox.control.masking import mask_body, mask_headers, mask_path
from sandbox.kit.clock import to_iso, to_milliseconds
from sandbox.kit.tracing import LONGEST_STORY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from sandbox.kit.db import Database

KEEP = 20_000
BODY_BYTES = 4_000
_WAITING = 10_000
_BATCH_SECONDS = 0.25
_PATH_LENGTH = 500
PRUNE_EVERY = 2_000
KEPT_TIME = timedelta(days=30)
"""Of the sandbox's clock: a test that moves it by days still finds what it did."""
_log = logging.getLogger(__name__)


_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Exchange(NamedTuple):
    """One request and its answer; bodies as they came, cut at BODY_BYTES, masked when they are written.

    A tuple, since every payment makes a dozen: a frozen dataclass takes three times as long.
    """

    id: str
    trace: str
    service: str
    method: str
    path: str
    status: int
    milliseconds: float
    request: bytes
    answer: bytes
    at: datetime
    headers: Mapping[str, str] = _NO_HEADERS
    """Those of the request that a repetition needs, by their names in lower case."""
    answer_type: str = ""


class Journal:
    """``record`` costs an append; a thread of its own masks and writes. When it cannot follow, the oldest are dropped.

    Where it ``is_shared``, other processes write into the same database.
    """

    def __init__(self, database: Database, *, is_shared: bool = False) -> None:
        self._database = database
        self._is_shared = is_shared
        self._waiting: deque[Exchange] = deque(maxlen=_WAITING)
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._since_pruned = 0
        self._written = 0
        self._world, self._began = -1, 0

    @property
    def growth(self) -> int:
        """Another number as soon as something was recorded: whoever waits need not ask the database for it each time,
        but for the newest number, where others write there too.
        """
        return (self.newest_number() if self._is_shared else self._written) + len(self._waiting)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._try_to_flush()

    def record(self, exchange: Exchange, stories: Sequence[str] = ()) -> None:
        """``stories`` are those that it belongs to, where it is more than one."""
        if len(stories) > 1:
            self._waiting.extend(exchange._replace(trace=story) for story in stories)
        else:
            self._waiting.append(exchange)

    def beginning(self) -> tuple[int, int]:
        """Which world this is, and the number of its exchange that was the newest when it began: a reset or a snapshot brings
        another one, in which the numbers that were given out mean something else.
        """
        with self._writing:
            return self._notice_world()

    def _notice_world(self) -> tuple[int, int]:
        if self._world != self._database.times_loaded:
            self._world, self._began = self._database.times_loaded, self.newest_number()
        return self._world, self._began

    def clear(self) -> None:
        """Forget what is not written yet."""
        with self._writing:
            self._waiting.clear()

    def flush(self) -> None:
        """Write what waits, so that a reader sees all that has happened."""
        with self._writing:
            self._notice_world()
            batch = self._take()
            if not batch:
                return
            since_pruned = self._since_pruned + len(batch)
            try:
                with self._database.write() as connection:
                    if self._is_shared and not self._database.is_sqlite:
                        store.take_turn(connection)
                    store.add_exchanges(connection, [_to_row(exchange) for exchange in batch])
                    if since_pruned >= PRUNE_EVERY:
                        store.delete_oldest(connection, KEEP, before=batch[-1].at - KEPT_TIME)
                        since_pruned = 0
            except BaseException:
                self._put_back(batch)
                raise
            self._since_pruned = since_pruned
            self._written += len(batch)

    def list_newest(self, wanted: JournalFilter | None = None) -> list[dict[str, Any]]:
        """Newest first; oldest first where the filter names the exchange ``after`` which to begin."""
        self.flush()
        with self._database.read() as connection:
            rows: Sequence[Row[Any]] = list_exchanges(connection, wanted or JournalFilter())
        return [exchange_json(row) for row in rows]

    def read_story(self, trace: str, limit: int) -> list[dict[str, Any]]:
        """The first ``limit`` exchanges of a story, oldest first; none of one that is not known."""
        if len(trace) > LONGEST_STORY:
            return []
        return self.list_newest(JournalFilter(trace=trace, after=0, limit=limit))

    def list_stories(self, limit: int) -> list[dict[str, Any]]:
        """The newest stories first, each with its lines, oldest first."""
        self.flush()
        with self._database.read() as connection:
            traces = store.list_traces(connection, limit)
            rows = store.list_lines(connection, traces)
        lines: dict[str, list[dict[str, Any]]] = {trace: [] for trace in traces}
        for row in rows:
            lines[row.trace].append(exchange_json(row))
        return [{"trace": trace, "exchanges": lines[trace]} for trace in traces]

    def newest_number(self) -> int:
        """Of the exchange that was written last; smaller than before when the world was replaced."""
        with self._database.read() as connection:
            return store.newest_number(connection)

    def find(self, request_id: str) -> dict[str, Any] | None:
        self.flush()
        with self._database.read() as connection:
            row = store.find_exchange(connection, request_id)
        return None if row is None else exchange_json(row)

    def find_story(self, ids: Sequence[str]) -> str:
        """The story whose id is one of ``ids``, or else that in which one of them was named first, of what happened lately."""
        self.flush()
        with self._database.read() as connection:
            return store.find_story(connection, ids) or ""

    def is_about(self, story: str, text: str) -> bool:
        """Whether an exchange of ``story`` names ``text``."""
        self.flush()
        with self._database.read() as connection:
            return store.has_named(connection, story, text)

    def _run(self) -> None:
        while not self._stop.wait(_BATCH_SECONDS):
            self._try_to_flush()

    def _try_to_flush(self) -> None:
        try:
            self.flush()
        except Exception:  # noqa: BLE001  the thread must live on; what was not written is tried again
            _log.exception("the journal could not be written")

    def _take(self) -> list[Exchange]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _put_back(self, batch: list[Exchange]) -> None:
        """Before what has come meanwhile; the oldest are dropped when it is too much."""
        for exchange in reversed(batch):
            if len(self._waiting) == _WAITING:
                return
            self._waiting.appendleft(exchange)


def exchange_json(row: Row[Any]) -> dict[str, Any]:
    return {**row._mapping, "at": to_iso(row.at)}


def _to_row(exchange: Exchange) -> dict[str, Any]:
    return {
        "id": exchange.id,
        "trace": exchange.trace,
        "service": exchange.service,
        "method": exchange.method,
        "path": _storable(mask_path(exchange.path))[:_PATH_LENGTH],
        "status": exchange.status,
        "milliseconds": exchange.milliseconds,
        "request": _masked(exchange.request),
        "answer": _masked(exchange.answer),
        "headers": _packed_headers(tuple(exchange.headers.items())),
        "answer_type": exchange.answer_type,
        "at": to_milliseconds(exchange.at),
    }


@lru_cache(maxsize=500)
def _packed_headers(headers: tuple[tuple[str, str], ...]) -> str:
    """Masked, as JSON; most exchanges have the headers of another."""
    return json.dumps(mask_headers(dict(headers)))


def _masked(body: bytes) -> str:
    return _storable(mask_body(body.decode("utf-8", "replace"))) if body else ""


def _storable(text: str) -> str:
    """Without NUL and lone surrogates, which not every database can keep: one such call would hold all later ones back."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
