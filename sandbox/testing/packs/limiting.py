"""No scenario goes on for ever: when its time is over, it is broken off where it waits, and fails with its story."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from _pytest.outcomes import Failed
from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]  # Playwright's own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_GRACE_SECONDS = 10
_PICTURE_MILLISECONDS = 2_000


class TookTooLong(Failed):
    """No Exception of Python's: a scenario that tries again whatever happens does not catch it."""


@contextmanager
def limited(seconds: float, browser: Callable[[], Any], picture: Path | None = None) -> Iterator[None]:
    """Raises TookTooLong in the block after ``seconds``; 0 sets no limit, nor is there one where no signal can be had.

    A wait for the ``browser`` ends because its pages are closed, after a last ``picture``: an error that is thrown into
    Playwright itself would leave no browser to the scenarios that follow.
    """
    if not seconds or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    limit = _Limit(seconds, browser, picture)
    before = signal.signal(signal.SIGALRM, limit.reach)
    # Again after a while: what is done after an error, such as the test's own clearing up, may hang as well.
    signal.setitimer(signal.ITIMER_REAL, seconds, _GRACE_SECONDS)
    try:
        yield
    except BaseException as error:
        if limit.is_reached and not isinstance(error, (TookTooLong, KeyboardInterrupt)):
            raise limit.error().with_traceback(error.__traceback__) from None
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if limit.is_reached:  # what it was broken off with did not disturb it
        raise limit.error()


class _Limit:
    def __init__(self, seconds: float, browser: Callable[[], Any], picture: Path | None) -> None:
        self._seconds, self._browser, self._picture = seconds, browser, picture
        self.is_reached = self._is_closing = False

    def error(self) -> TookTooLong:
        return TookTooLong(f"it was not over after {self._seconds:g} s, and was broken off where it waited")

    def reach(self, *_: Any) -> None:
        self.is_reached = True
        if not _is_in_playwright():
            raise self.error()
        if not self._is_closing:
            self._is_closing = True
            # From outside the loop, as it were: it may be asleep.
            asyncio.get_event_loop().call_soon_threadsafe(greenlet(self._close_pages).switch)

    def _close_pages(self) -> None:
        """As one of Playwright's own handlers of events does, in a greenlet beside the one that waits."""
        from playwright.sync_api import Error as PlaywrightError

        browser = self._browser()
        contexts = browser.contexts if browser is not None else []
        pages = [page for context in contexts for page in context.pages]
        with suppress(PlaywrightError):  # one that does not answer at all
            if pages and self._picture is not None:
                pages[-1].screenshot(path=self._picture, type="jpeg", quality=60, timeout=_PICTURE_MILLISECONDS)
        with suppress(PlaywrightError):
            for each in [*pages, *contexts]:
                each.close()
        self._is_closing = False  # if something else hangs by then, it goes the same way


def _is_in_playwright() -> bool:
    """Its sync API waits in a greenlet of its own, below which the scenario stands."""
    return getcurrent().parent is not None
