"""Busy machines take their time: what waits for something without saying how long waits for longer than usual.

A test that waits in vain fails either way; one that only waits for long does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS = 30.0


@pytest.fixture(scope="session", autouse=True)
def _calls_are_waited_for() -> Iterator[None]:
    """Without more, httpx gives up after five seconds. Every call shares one value of that."""
    from httpx._config import DEFAULT_TIMEOUT_CONFIG as USUAL

    before = USUAL.read, USUAL.write, USUAL.connect, USUAL.pool
    USUAL.read = USUAL.write = USUAL.connect = USUAL.pool = _SECONDS
    yield
    USUAL.read, USUAL.write, USUAL.connect, USUAL.pool = before


@pytest.fixture(scope="session", autouse=True)
def _pages_are_waited_for() -> None:
    """Without more, Playwright's ``expect`` gives up after five seconds."""
    from playwright.sync_api import expect

    expect.set_options(timeout=_SECONDS * 1_000)
