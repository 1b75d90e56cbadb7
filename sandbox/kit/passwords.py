"""Argon2id for passwords and PINs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sandbox.kit.turns import step_aside

if TYPE_CHECKING:
    from argon2 import PasswordHasher


PASSES, KIBIBYTES = 2, 19 * 1024
"""OWASP's smallest recommended Argon2id, with one lane."""


@cache
def password_hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=KIBIBYTES, parallelism=1)


@cache
def pin_hasher() -> PasswordHasher:
    """Cheap on purpose: a PIN has 10,000 values, so no cost would save it."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def matches(hasher: PasswordHasher, hashed: str, plain: str) -> bool:
    from argon2.exceptions import VerificationError

    if hasher is not pin_hasher():
        step_aside()
    try:
        return hasher.verify(hashed, plain)
    except VerificationError:
        return False
