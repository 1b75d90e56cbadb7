"""Passwords as cheap as PINs: the same Argon2id, without what makes guessing slow, which took a sixth of a run.

Tests about the cost itself ask for ``usual_passwords``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.kit import passwords

if TYPE_CHECKING:
    from collections.abc import Iterator

_USUAL, _CHEAP = (passwords.PASSES, passwords.KIBIBYTES), (1, 64)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    _cost(_CHEAP)
    yield
    _cost(_USUAL)


@pytest.fixture
def usual_passwords() -> Iterator[None]:
    """They cost what they do for users."""
    _cost(_USUAL)
    yield
    _cost(_CHEAP)


def _cost(cost: tuple[int, int]) -> None:
    from sandbox.platform.sessions import service as sessions

    passwords.PASSES, passwords.KIBIBYTES = cost
    passwords.password_hasher.cache_clear()
    sessions._nobody.cache_clear()
