"""The best of a range. Adding up a year of many customers takes a tenth of a second, and what is written seldom changes:
its best are remembered until a sale is added to it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from sandbox.platform.metrics.store import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from sandbox.kit.db import Database
    from sandbox.platform.metrics.days import Range
    from sandbox.platform.metrics.figures import Ranked

_KEPT, _RANGES = 200, 256
"""How many of a range are remembered, and of how many ranges."""
_LOOKED_UP = 1_000


class Rankings:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: OrderedDict[object, list[Ranked]] = OrderedDict()
        self._lock = threading.Lock()

    def list_best(
        self, connection: Connection, kind: str, app_ids: Sequence[str], span: Range, limit: int
    ) -> list[Ranked]:
        """By sales, then by number; ``limit`` is at most as many as are remembered.

        The best of the written days, and whoever bought on the days that go on: of those, only who can still get among
        the best is looked up in the written days.
        """
        written, live = reading.split(connection, span)
        now = reading.read_live(connection, kind, app_ids, live) if live else {}
        if written is None:
            return best_of(now.values(), limit)
        before = self._best_written(connection, kind, app_ids, written)
        most = before[-1].sales if len(before) == _KEPT else 0  # that any other has in the written days
        known = {each.key: each for each in before}
        found = best_of([now[key] + each if key in now else each for key, each in known.items()], _KEPT + len(now))
        least = found[limit - 1].sales if len(found) >= limit else 0
        others = [each for key, each in now.items() if key not in known and each.sales + most >= least]
        sums = self._look_up(connection, kind, app_ids, written, others) if most and others else {}
        return best_of([*found, *(each + sums[each.key] if each.key in sums else each for each in others)], limit)

    def _best_written(self, connection: Connection, kind: str, app_ids: Sequence[str], written: Range) -> list[Ranked]:
        asked = (kind, tuple(sorted(app_ids)), written)
        state = (asked, reading.count_sales(connection, app_ids, written), self._database.times_loaded)
        with self._lock:
            found = self._remembered.get(state)
            if found is not None:
                self._remembered.move_to_end(state)
                return found
        found = reading.read_written(connection, kind, app_ids, written, limit=_KEPT)
        with self._lock:
            self._remembered[state] = found
            while len(self._remembered) > _RANGES:
                self._remembered.popitem(last=False)
        return found

    def _look_up(
        self, connection: Connection, kind: str, app_ids: Sequence[str], written: Range, wanted: Sequence[Ranked]
    ) -> Mapping[str, Ranked]:
        """What these did in the written days; where they are very many, what everybody did."""
        keys = [each.key for each in wanted] if len(wanted) <= _LOOKED_UP else None
        return {each.key: each for each in reading.read_written(connection, kind, app_ids, written, keys=keys)}


def best_of(ranked: Iterable[Ranked], limit: int) -> list[Ranked]:
    return sorted(ranked, key=lambda each: (-each.sales, -each.count, each.key))[:limit]
