"""The sandbox's clock in a test's hand, and browser pages whose clocks are moved along."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Self

from sandbox.testing.awaiting import HasAio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

    from sandbox.testing.drivers import ControlClient

_LONGEST_JUMP_MILLISECONDS = 2**31 - 1
"""Of a browser's timers."""


class ClockDriver(HasAio):
    """Moves the sandbox's time, and that of the pages that follow; all work that falls due is done when a call returns."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control
        self._contexts: list[BrowserContext] = []

    @property
    def now(self) -> datetime:
        """The sandbox's time."""
        return _moment(self._control.show_clock())

    def freeze(self) -> datetime:
        """Stop it where it stands. Dates of following pages stand still too; their timers go on, so that they load and poll."""
        return self._set_pages(self._control.set_clock("freeze"))

    def resume(self) -> datetime:
        """Let it run on, as fast as real time."""
        return self._set_pages(self._control.set_clock("resume"))

    def speed(self, rate: float) -> datetime:
        """Let it run ``rate`` times as fast as real time. Following pages are moved when one of these methods is called next."""
        return self._set_pages(self._control.set_clock("speed", rate=rate))

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Move it forward by the sum. Raises InvalidInput when that is less than nothing."""
        total = seconds + 60 * (minutes + 60 * (hours + 24 * days))
        return self._move_pages(self._control.advance(total), total)

    def set(self, moment: datetime | str) -> datetime:
        """Move it forward to an instant; without a time zone it is Tunisia's time. Raises InvalidInput for one that is past."""
        before = self.now
        shown = self._control.set_clock("set", to=moment if isinstance(moment, str) else moment.isoformat())
        return self._move_pages(shown, (_moment(shown) - before).total_seconds())

    @contextmanager
    def frozen(self) -> Iterator[Self]:
        """Time stands still inside, but for what is advanced, and runs on afterwards."""
        self.freeze()
        try:
            yield self
        finally:
            self.resume()

    def follow(self, page: Page) -> None:
        """From now on the clock of this page, and of those that it opens, shows the sandbox's time and is moved along.

        The fixture ``clock`` does this for the fixture ``page``. Before the page is opened is best: timers that it has
        already set are the browser's own.
        """
        if iscoroutinefunction(page.clock.install):
            raise TypeError("Only pages of Playwright's sync API can follow the clock.")
        page.context.clock.install(time=self.now)
        self._contexts.append(page.context)
        self._set_pages(self._control.show_clock())

    def follow_none(self) -> None:
        """Let go of all pages, which may be closed by now."""
        self._contexts.clear()

    def _set_pages(self, shown: dict[str, Any]) -> datetime:
        now = _moment(shown)
        for context in self._contexts:
            if shown["frozen"]:
                context.clock.set_fixed_time(now)
            else:
                context.clock.set_system_time(now)
        return now

    def _move_pages(self, shown: dict[str, Any], seconds: float) -> datetime:
        """As if the lid of a laptop was closed meanwhile: each timer that is due fires once."""
        left = int(seconds * 1000)
        while left > 0:
            jump = min(left, _LONGEST_JUMP_MILLISECONDS)
            for context in self._contexts:
                context.clock.fast_forward(jump)
            left -= jump
        return self._set_pages(shown)


def _moment(shown: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(shown["now"])
