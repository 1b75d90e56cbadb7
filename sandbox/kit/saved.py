"""Saved databases: SQLite files that nobody writes any more."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def uri_of(file: Path) -> str:
    """By which SQLite reads the file, and writes nothing beside it."""
    return f"{file.resolve().as_uri()}?immutable=1"


def open_saved(file: Path) -> closing[sqlite3.Connection]:
    """For a ``with`` statement. Raises sqlite3.Error."""
    return closing(sqlite3.connect(uri_of(file), uri=True))


def write_through(file: Path) -> None:
    """Once this returns, the file outlives the power. Raises OSError."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
