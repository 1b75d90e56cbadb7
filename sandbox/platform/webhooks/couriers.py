"""Deliveries beside one another: so many in all, so many of one app, so that a server that hangs holds up nobody else's."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Row

    Find = Callable[[Sequence[str], Sequence[str], int], Sequence[Row[Any]]]
    """What is due: of none of these apps, none of these events, and at most so many."""
    _Taken = tuple[tuple[int, str], Row[Any]]

AT_ONCE = 16
AT_ONCE_PER_APP = 4
_GOODBYE_SECONDS = 3.0
_log = logging.getLogger(__name__)


class Couriers:
    """Each is a thread that goes on while there is work.

    ``deliver`` tries one event and tells whether there was something to try. ``world`` counts how often everything was
    replaced: what was under way then belongs to a world that is gone, and is in nobody's way in the next one.
    """

    def __init__(
        self,
        find: Find,
        deliver: Callable[[Row[Any]], bool],
        world: Callable[[], int],
        at_once: Callable[[], int] = lambda: AT_ONCE,
    ) -> None:
        self._find = find
        self._deliver = deliver
        self._world = world
        self._at_once = at_once
        self._changed = threading.Condition()
        self._under_way: dict[tuple[int, str], str] = {}
        """Worlds and events, with their apps."""
        self._tried = 0
        self._holds = 0
        self._failure: Exception | None = None

    def start(self) -> int:
        """Send off what is due, as far as there is room, and wait for nothing; returns how many."""
        batch = self._take(AT_ONCE)
        for key, event in batch:
            threading.Thread(target=self._work, args=(key, event), name=f"webhook {event.id}", daemon=True).start()
        return len(batch)

    def finish(self) -> int:
        """Send off what is due and wait until nothing is under way; returns how many were tried. Raises what a courier met."""
        before = self._tried
        self.start()
        with self._changed:
            self._changed.wait_for(lambda: not self._of_this_world())
            failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        return self._tried - before

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody sets off; those who are under way are not waited for."""
        with self._changed:
            self._holds += 1
        try:
            yield
        finally:
            with self._changed:
                self._holds -= 1

    def stop(self) -> None:
        """For good. What is under way has a moment to end; what does not is tried again after the next start."""
        with self._changed:
            self._holds += 1
            self._changed.wait_for(lambda: not self._under_way, _GOODBYE_SECONDS)

    def _of_this_world(self) -> list[str]:
        world = self._world()
        return [event_id for of_world, event_id in self._under_way if of_world == world]

    def _take(self, most: int) -> list[_Taken]:
        with self._changed:
            room = 0 if self._holds else min(most, self._at_once() - len(self._under_way))
            taken: list[_Taken] = []
            world, per_app = self._world(), Counter(self._under_way.values())
            while len(taken) < room:
                busy = [app_id for app_id, count in per_app.items() if count >= AT_ONCE_PER_APP]
                found = self._find(busy, self._of_this_world(), room - len(taken))
                for event in found:
                    if per_app[event.app_id] < AT_ONCE_PER_APP:
                        per_app[event.app_id] += 1
                        self._under_way[world, event.id] = event.app_id
                        taken.append(((world, event.id), event))
                if not found:
                    break
            return taken

    def _work(self, key: tuple[int, str], event: Row[Any]) -> None:
        while self._try(key, event):
            taken = self._take(1)
            if not taken:
                return
            ((key, event),) = taken

    def _try(self, key: tuple[int, str], event: Row[Any]) -> bool:
        done, failure = False, None
        try:
            done = self._deliver(event)
        except Exception as error:  # noqa: BLE001  a courier's end; the event stays due, and is tried in the next round
            _log.warning("a webhook could not be delivered", exc_info=True)
            failure = error
        with self._changed:
            del self._under_way[key]
            self._tried += done
            self._failure = failure or self._failure
            self._changed.notify_all()
        return done
