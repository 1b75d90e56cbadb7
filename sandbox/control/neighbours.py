"""Services in processes of their own do together what is due: who was asked asks the others, until nobody finds anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.kit.errors import ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.contracts.transport import Transport

_MOST_ROUNDS = 100
_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


def drain_together(own: Callable[[], int], others: Sequence[Transport]) -> int:
    """Returns how much was done. Of each service one process is asked, since all of them share a database."""
    total = 0
    for _ in range(_MOST_ROUNDS):
        done = own() + sum(map(_drain_other, others))
        total += done
        if not done:
            break
    return total


def _drain_other(transport: Transport) -> int:
    """Nothing where nobody answers: who is away finds its work when it is back."""
    try:
        answer = transport.send("POST", "/_sandbox/drain?alone=true", b"", _HEADERS)
        told = answer.json() if answer.status == 200 else {}
    except ServiceUnavailable:
        return 0
    done = told.get("work_done") if isinstance(told, dict) else 0
    return done if isinstance(done, int) else 0
