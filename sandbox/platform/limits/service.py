"""Refusing what is tried too often. Windows run on the sandbox's clock: moving it lifts a limit.

Each call names its rules: ``limits.take(connection, reset_account=email, reset_address=address)``. A subject that is None
(a call of one of our own services has no address) is not limited. What an e-mail address is limited to does not depend on
whether it has an account, so that no answer tells.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sandbox.contracts.errors import TooManyRequests
from sandbox.kit.clock import seconds_until
from sandbox.platform.limits import store
from sandbox.platform.limits.rules import RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from sandbox.kit.clock import Clock


class Limits:
    """``numbers`` says for each setting of the rules how many are allowed; 0, or nothing, is no limit."""

    def __init__(self, clock: Clock, numbers: Mapping[str, int]) -> None:
        self._clock = clock
        self._numbers = numbers

    def require(self, connection: Connection, **subjects: str | None) -> None:
        """Raises TooManyRequests when one of the rules is used up; counts nothing."""
        now = self._clock.now()
        for rule, allowed, subject in self._applying(subjects):
            row = store.find(connection, rule.name, subject)
            if row is not None and row.tries >= allowed and now < row.ends_at <= now + timedelta(seconds=rule.seconds):
                raise _refusal(row.ends_at, now)

    def count(self, connection: Connection, **subjects: str | None) -> TooManyRequests | None:
        """One more try, to be committed whatever comes; the refusal when that was more than is allowed."""
        now, refused = self._clock.now(), None
        store.delete_over(connection, now)
        for rule, allowed, subject in self._applying(subjects):
            row = store.count(connection, rule.name, subject, now, now + timedelta(seconds=rule.seconds))
            if row.tries > allowed:
                refused = refused or _refusal(row.ends_at, now)
        return refused

    def take(self, connection: Connection, **subjects: str | None) -> None:
        """One more try. Raises TooManyRequests when it is one too many: the transaction ends, and the try with it."""
        refused = self.count(connection, **subjects)
        if refused is not None:
            raise refused

    def _applying(self, subjects: Mapping[str, str | None]) -> Iterator[tuple[Rule, int, str]]:
        for name, subject in subjects.items():
            rule = RULES[name]
            allowed = self._numbers.get(rule.setting, 0)
            if allowed and subject is not None:
                yield rule, allowed, sha256(subject.encode()).hexdigest()


def _refusal(ends_at: datetime, now: datetime) -> TooManyRequests:
    seconds = seconds_until(ends_at, now)
    return TooManyRequests(f"Too many attempts: try again in {seconds} seconds.", retry_after=seconds)
