"""Snapshots in a test's hand: the whole world saved, loaded and compared."""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.contracts.snapshots import NOW, SnapshotsClient
from sandbox.testing.awaiting import HasAio

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterator

_numbers = count(1)


class SnapshotDriver(HasAio):
    """``sandbox.snapshots.save("before")``, and later ``.diff("before")["text"]`` or ``.load("before")``.

    ``on_load`` is called when the world has become another.
    """

    def __init__(self, base_url: str, ca_file: str | None, on_load: Callable[[], None]) -> None:
        self._address = (base_url, ca_file)
        self._on_load = on_load

    def save(self, name: str, *, replace: bool = False) -> dict[str, Any]:
        """The present world under this name. Raises SnapshotExists unless ``replace``."""
        with self._client() as client:
            return client.save(name, replace=replace)

    def load(self, name: str) -> dict[str, Any]:
        """The world is again what it was then, its clock too. Raises SnapshotNotFound, SnapshotUnusable."""
        with self._client() as client:
            loaded = client.load(name)
        self._on_load()
        return loaded

    def list(self) -> list[dict[str, Any]]:
        """Oldest first: ``name``, ``at``, ``seed``, ``version``, ``bytes``, ``frozen``, ``rate``."""
        with self._client() as client:
            return client.list_all()

    def diff(self, before: str, after: str = NOW) -> dict[str, Any]:
        """What is different: ``text`` in words, and what it was made of. Raises SnapshotNotFound."""
        with self._client() as client:
            return client.compare(before, after)

    def delete(self, name: str) -> None:
        """Raises SnapshotNotFound."""
        with self._client() as client:
            client.delete(name)

    def prune(self, keep: int) -> builtins.list[str]:
        """Forget all but the ``keep`` latest, by the sandbox's time; the names of those that are gone."""
        with self._client() as client:
            return [each["name"] for each in client.prune(keep)]

    def export(self, file: Path | str, name: str = NOW) -> Path:
        """A snapshot, or the present world, in one file that another sandbox can bring in. Raises SnapshotNotFound."""
        target = Path(file)
        with self._client() as client:
            target.write_bytes(client.export(name))
        return target

    def bring(self, file: Path | str, name: str | None = None, *, replace: bool = False) -> dict[str, Any]:
        """What :meth:`export` wrote becomes a snapshot here. Raises SnapshotUnusable, SnapshotExists."""
        with self._client() as client:
            return client.bring(Path(file).read_bytes(), name, replace=replace)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Whatever happens inside, the world is as before afterwards. One may stand inside another."""
        name = f"kept-{os.getpid()}-{next(_numbers)}"
        self.save(name, replace=True)
        try:
            yield
        finally:
            self.load(name)
            self.delete(name)

    @contextmanager
    def _client(self) -> Iterator[SnapshotsClient]:
        client = SnapshotsClient(*self._address)
        try:
            yield client
        finally:
            client.close()
