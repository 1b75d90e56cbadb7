"""Which seed files a world has in it: what is loaded twice would be there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.control import store

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.kit.db import Database

_LONGEST_NAME = 200


class LoadedSeeds:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, digest: str) -> tuple[str, datetime] | None:
        """What the file was called, and when it was loaded."""
        with self._database.read() as connection:
            found = store.find_loaded_seed(connection, digest)
        return None if found is None else (found.name, found.at)

    def note(self, digest: str, name: str, at: datetime) -> None:
        with self._database.write() as connection:
            store.add_loaded_seed(connection, digest, name[:_LONGEST_NAME], at)
