"""Writes into the journal what is no exchange of a service here: webhooks that are sent, mails and SMS that arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.control.journal import BODY_BYTES, Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.control.journal import Journal
    from sandbox.kit.clock import Clock
    from sandbox.kit.ids import Ids
    from sandbox.kit.tracing import Sighting


class JournalWitness:
    """A :data:`sandbox.kit.tracing.Witness`."""

    def __init__(self, journal: Journal, clock: Clock, ids_of: Callable[[str], Ids]) -> None:
        """``ids_of`` gives each service's stream: who draws first is not the same each time."""
        self._journal = journal
        self._clock = clock
        self._ids_of = ids_of

    def __call__(self, sighting: Sighting) -> None:
        exchange = Exchange(
            id=self._ids_of(sighting.service).token22(),
            trace=sighting.trace or "",
            service=sighting.service,
            method=sighting.method,
            path=sighting.path,
            status=sighting.status,
            milliseconds=sighting.milliseconds,
            request=sighting.request[:BODY_BYTES],
            answer=sighting.answer[:BODY_BYTES],
            at=self._clock.now(),
        )
        self._journal.record(exchange)
