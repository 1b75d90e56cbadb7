"""Seed files on the disk, and the way into loading one, which is imported when there is one to load."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import SeedRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sandbox.runtime import World


def load_seed(world: World, demo: Mapping[str, Any], content: bytes, name: str) -> dict[str, Any]:
    """Raises SeedRefused; then nothing has changed. Tells what was made."""
    from sandbox.seeding.loading import load

    return load(world, demo, content, name)


def read_seed_file(file: Path) -> bytes:
    """Raises SeedRefused when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise SeedRefused(f"{file} cannot be read: {error.strerror}.", field="seed_file") from None


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
