"""Refusals of seed files."""

from __future__ import annotations

from sandbox.contracts.errors.base import Refusal


class SeedRefused(Refusal):
    """``problems`` in the details: each with ``file``, ``line``, ``field``, ``reason`` and ``fix``; ``problem_count`` of all."""

    code = "SEED_REFUSED"
    status = 422
    message = "The seed file is not right."
    hint = "Nothing was loaded. Correct what is named and load it again."
