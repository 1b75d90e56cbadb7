"""One way for every call that moves money to move it once per idempotency key, whatever is repeated, raced or cut off.

What a call did is a row of its own table, with the key (unique) and a fingerprint of the body, added in the transaction that
moves the money; it holds what the first answer said. So a repetition is answered from it, another body is refused, and a
parallel call with the same key waits for the first one: at the row that it locks, or at the unique key. A call that was
refused moved nothing and leaves no row: its key is free. That costs no statement of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy.exc import IntegrityError

from sandbox.kit.errors import IdempotencyMismatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from sandbox.kit.db import Database


class Done(Protocol):
    """What is kept of a call: a row, or what stands for one."""

    @property
    def fingerprint(self) -> str: ...


D = TypeVar("D", bound=Done)


def do_once(
    database: Database,
    fingerprint: str,
    *,
    find: Callable[[Connection], D | None],
    act: Callable[[Connection], D],
    lock: Callable[[Connection], Any] = lambda _connection: None,
    field: str = "idempotency_key",
) -> D:
    """What ``act`` did, now or at an earlier call with the same key, which ``find`` looks for.

    ``lock`` takes the row that such calls take turns at, where there is one. Raises IdempotencyMismatch.
    """

    def run() -> D:
        with database.write() as connection:
            lock(connection)
            earlier = find(connection)
            return act(connection) if earlier is None else require_same(earlier, fingerprint, field)

    try:
        return run()
    except IntegrityError:  # another call with the key was faster: now there is something to find
        return run()


def require_same(earlier: D, fingerprint: str, field: str = "idempotency_key") -> D:
    if earlier.fingerprint != fingerprint:
        raise IdempotencyMismatch(field=field)
    return earlier
