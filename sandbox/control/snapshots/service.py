"""Saves, loads, compares and carries whole worlds."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sandbox import __version__
from sandbox.contracts.snapshots import NOW
from sandbox.control.snapshots.archive import pack, unpack
from sandbox.control.snapshots.difference import compare
from sandbox.control.snapshots.manifest import KeptFile, Manifest, look_at
from sandbox.control.snapshots.shelf import Shelf, check_files, require_name, require_sound
from sandbox.kit.clock import ClockState, real_now, to_iso
from sandbox.kit.errors import StorageFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

    from sandbox.kit.clock import Clock

_NOT_LOOKED_AT = KeptFile(0, "")


@dataclass(frozen=True)
class NewWorld:
    """What the world becomes: a file for each service, and what is not in them."""

    files: Mapping[str, Path]
    clock: ClockState
    loads: int
    demo: Mapping[str, Any]


class WholeWorld(Protocol):
    """What snapshots are made of. ``versions`` are of each service's tables, ``loads`` as in :class:`Manifest`."""

    seed: int
    clock: Clock

    @property
    def versions(self) -> Mapping[str, int]: ...
    @property
    def loads(self) -> int: ...
    @property
    def demo(self) -> Mapping[str, Any]: ...
    def nobody_inside(self) -> AbstractContextManager[None]:
        """Requests from outside wait, and nothing is done beside."""

    def save_to(self, file_of: Callable[[str], Path]) -> None:
        """Each service's database to a file, all as they stand in one moment."""

    def become(self, new: NewWorld) -> None:
        """All of it or nothing. Raises StorageFailed."""


class Snapshots:
    def __init__(self, folder: Path, world: WholeWorld) -> None:
        self._folder = folder
        self._world = world
        self._shelf = Shelf(folder, world.versions)

    def look(self) -> tuple[list[Manifest], dict[str, str]]:
        """Oldest first, by the sandbox's time; and what is kept and cannot be loaded, with the reason."""
        return self._shelf.look()

    def get(self, name: str) -> Manifest:
        """Raises SnapshotNotFound, SnapshotUnusable."""
        return self._shelf.get(name)

    def save(self, name: str, *, over: bool = False) -> Manifest:
        """The present world under this name. Raises SnapshotExists, InvalidInput, StorageFailed."""
        require_name(name)
        if not over:
            self._shelf.require_free(name)
        with self._shelf.draft() as draft:
            manifest = self._take(name, draft)
            return self._shelf.put(draft, _looked_at(manifest, manifest.files_in(draft)), over=over)

    def load(self, name: str) -> Manifest:
        """The world becomes what it was then; time goes on from there, or stands still where it stood.

        Raises SnapshotNotFound, SnapshotUnusable, StorageFailed; nothing is changed then.
        """
        manifest = self._shelf.get(name)
        files = self._shelf.whole_files(manifest)
        self._require_room(manifest)
        with self._world.nobody_inside():
            loads = max(self._world.loads, manifest.loads) + 1
            self._world.become(NewWorld(files, _clock_of(manifest), loads, manifest.demo))
        return manifest

    def delete(self, name: str) -> None:
        """Raises SnapshotNotFound."""
        self._shelf.delete(name)

    def compare(self, before: str, after: str = NOW) -> dict[str, Any]:
        """What is different, in words and in figures; either may be ``now``. Raises SnapshotNotFound, SnapshotUnusable."""
        with self._files(before) as (_, old), self._files(after) as (_, new):
            return {"from": before, "to": after, **compare(old, new)}

    @contextmanager
    def exported(self, name: str = NOW) -> Iterator[tuple[Manifest, Path]]:
        """A snapshot, or the present world, in one file, which is gone afterwards. Raises SnapshotNotFound, StorageFailed."""
        with self._files(name) as (manifest, files), self._shelf.draft() as draft:
            target = draft / "world.zip"
            pack(_looked_at(manifest, files) if name == NOW else manifest, files, target)
            yield manifest, target

    def bring(self, packed: IO[bytes], name: str | None = None, *, over: bool = False) -> Manifest:
        """What :meth:`exported` made becomes a snapshot, by its own name or another; it is not loaded.

        Raises SnapshotUnusable, SnapshotExists, InvalidInput, StorageFailed; nothing is kept then.
        """
        with self._shelf.draft() as draft:
            manifest = unpack(packed, draft, self._world.versions)
            wanted = name or (manifest.name if manifest.name != NOW else f"world-{manifest.at[:10]}")
            manifest = replace(manifest, name=require_name(wanted))
            check_files(draft, manifest, self._world.versions)
            require_sound(draft, manifest)
            return self._shelf.put(draft, manifest, over=over)

    def _take(self, name: str, draft: Path) -> Manifest:
        world = self._world
        with world.nobody_inside():
            world.save_to(lambda service: draft / f"{service}.db")
            state = world.clock.state
            return Manifest(
                name=name,
                version=__version__,
                seed=world.seed,
                at=to_iso(world.clock.now()),
                frozen=state.frozen_at is not None,
                rate=state.rate,
                loads=world.loads,
                demo=world.demo,
                files=dict.fromkeys(world.versions, _NOT_LOOKED_AT),
            )

    @contextmanager
    def _files(self, name: str) -> Iterator[tuple[Manifest, dict[str, Path]]]:
        """Of a snapshot, or of the present world, whose files are gone afterwards."""
        if name != NOW:
            manifest = self._shelf.get(name)
            yield manifest, self._shelf.whole_files(manifest)
            return
        with self._shelf.draft() as draft:
            manifest = self._take(NOW, draft)
            yield manifest, manifest.files_in(draft)

    def _require_room(self, manifest: Manifest) -> None:
        """For what comes, and for what is there as long as it may be needed again. Raises StorageFailed."""
        free = shutil.disk_usage(self._folder).free
        if free < 2 * manifest.bytes:
            raise StorageFailed(reason=f"loading needs {2 * manifest.bytes} bytes, {free} are free")


def _looked_at(manifest: Manifest, files: Mapping[str, Path]) -> Manifest:
    """With the size and hash of each file. It takes a while: requests are served meanwhile."""
    return replace(manifest, files={name: look_at(file) for name, file in files.items()})


def _clock_of(manifest: Manifest) -> ClockState:
    at, real = datetime.fromisoformat(manifest.at), real_now()
    offset = (at - real).total_seconds()
    if manifest.frozen:
        return ClockState(offset, at)
    return ClockState(offset, None, manifest.rate, None if manifest.rate == 1 else real)
