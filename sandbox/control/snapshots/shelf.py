"""The folder of snapshots: each is a folder with a file for each service and a manifest, whole or not there."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.contracts.errors import SnapshotExists, SnapshotNotFound, SnapshotUnusable
from sandbox.contracts.snapshots import NOW
from sandbox.control.snapshots.manifest import MANIFEST, NAME, Manifest, look_at, read_manifest
from sandbox.kit.errors import InvalidInput, StorageFailed
from sandbox.kit.saved import open_saved, write_through

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DRAFT, _REPLACED = ".draft-", ".replaced-"


class Shelf:
    """``versions`` are the newest of each service's tables that this sandbox knows."""

    def __init__(self, folder: Path, versions: Mapping[str, int]) -> None:
        self._folder = folder
        self._versions = versions
        with suppress(OSError):
            self._clean()

    def _clean(self) -> None:
        """What a process that was killed left: of a snapshot that is not whole, and of one that another was to replace."""
        for each in self._folder.glob(f"{_DRAFT}*"):
            shutil.rmtree(each, ignore_errors=True)
        for each in self._folder.glob(f"{_REPLACED}*"):
            target = self._folder / each.name.removeprefix(_REPLACED)
            if target.exists():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.rename(target)

    def look(self) -> tuple[list[Manifest], dict[str, str]]:
        """What stands there, oldest first, by the sandbox's time; and what cannot be loaded, of another version or damaged,
        with the reason.
        """
        found, unusable = [], {}
        for name in sorted(each.name for each in self._folder.iterdir()) if self._folder.is_dir() else ():
            try:
                found.append(self.get(name))
            except SnapshotUnusable as reason:
                unusable[name] = reason.message
            except (SnapshotNotFound, InvalidInput):
                continue  # a draft, or nothing of ours
        return sorted(found, key=lambda each: (each.at, each.name)), unusable

    def get(self, name: str) -> Manifest:
        """Raises SnapshotNotFound, SnapshotUnusable, InvalidInput."""
        try:
            text = (self._folder / require_name(name) / MANIFEST).read_bytes()
        except FileNotFoundError:
            raise SnapshotNotFound(f"There is no snapshot '{name}'.") from None
        except OSError as error:
            raise SnapshotUnusable(f"The snapshot '{name}' cannot be read: {error.strerror}.") from None
        return replace(read_manifest(text, f"The snapshot '{name}'"), name=name)

    def whole_files(self, manifest: Manifest) -> dict[str, Path]:
        """Its files, after each was found whole and of a version that is known. Raises SnapshotUnusable."""
        folder = self._folder / manifest.name
        check_files(folder, manifest, self._versions)
        return manifest.files_in(folder)

    def require_free(self, name: str) -> None:
        """Raises SnapshotExists, InvalidInput. Some disks take ``Paid`` and ``paid`` for one name."""
        known = {each.name.lower() for each in self._folder.iterdir()} if self._folder.is_dir() else set()
        if require_name(name).lower() in known:
            raise SnapshotExists(f"There is a snapshot '{name}' already.")

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """A folder to be filled; gone at the end, unless :meth:`put` took it. Raises StorageFailed for what the disk refuses."""
        with storage_told():
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(dir=self._folder, prefix=_DRAFT))
        try:
            with storage_told():
                yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def put(self, draft: Path, manifest: Manifest, *, over: bool = False) -> Manifest:
        """The draft, which holds what its manifest tells, becomes the snapshot.

        Raises SnapshotExists; OSError, which ``draft`` tells.
        """
        target = self._folder / manifest.name
        if not over:
            self.require_free(manifest.name)
        (draft / MANIFEST).write_text(manifest.to_text(), "utf-8")
        for file in draft.iterdir():
            write_through(file)
        with self._set_aside(target):
            draft.rename(target)
        return manifest

    @contextmanager
    def _set_aside(self, target: Path) -> Iterator[None]:
        """What is replaced is there until the new one is, whatever happens in between."""
        if not target.exists():
            yield
            return
        aside = self._folder / f"{_REPLACED}{target.name}"
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
        try:
            yield
        except BaseException:
            aside.rename(target)
            raise
        shutil.rmtree(aside, ignore_errors=True)

    def delete(self, name: str) -> None:
        """Raises SnapshotNotFound, InvalidInput, StorageFailed."""
        folder = self._folder / require_name(name)
        if not folder.is_dir():
            raise SnapshotNotFound(f"There is no snapshot '{name}'.")
        with storage_told():
            gone = Path(tempfile.mkdtemp(dir=self._folder, prefix=_DRAFT))
            folder.rename(gone / name)  # a process that is killed now leaves no half of it
        shutil.rmtree(gone, ignore_errors=True)


def require_name(name: str) -> str:
    """Raises InvalidInput."""
    if not NAME.fullmatch(name) or name == NOW:
        raise InvalidInput(
            f"'{name[:80]}' cannot be a snapshot's name.",
            field="name",
            hint="Use 1 to 64 letters, digits, '.', '-' and '_', beginning with a letter or a digit; 'now' means the present world.",
        )
    return name


def check_files(folder: Path, manifest: Manifest, versions: Mapping[str, int]) -> None:
    """All that must be right before anything is replaced. Raises SnapshotUnusable."""
    if manifest.files.keys() != versions.keys():
        missing = ", ".join(sorted(versions.keys() ^ manifest.files.keys()))
        raise SnapshotUnusable(f"The snapshot '{manifest.name}' has not what this sandbox has: {missing}.")
    for service, told in manifest.files.items():
        file = folder / f"{service}.db"
        try:
            is_whole = look_at(file) == told
        except OSError:
            is_whole = False
        if not is_whole:
            raise SnapshotUnusable(f"{file.name} of the snapshot '{manifest.name}' is missing, cut off or damaged.")
        found = version_of(file)
        if not 1 <= found <= versions[service]:
            raise SnapshotUnusable(
                f"The snapshot '{manifest.name}' was saved by the sandbox {manifest.version}: its tables of {service} are of"
                f" version {found}, this sandbox knows up to {versions[service]}.",
                hint="Load it with that version, or save it anew with this one. Nothing was changed.",
            )


def version_of(file: Path) -> int:
    """Which version of a service's tables is in the file. Raises SnapshotUnusable."""
    try:
        with open_saved(file) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        raise SnapshotUnusable(f"{file.name} is damaged: {error}.") from None


def require_sound(folder: Path, manifest: Manifest) -> None:
    """Of files that came from elsewhere, whose hashes are no more than what they say of themselves. Raises SnapshotUnusable."""
    for service in manifest.files:
        file = folder / f"{service}.db"
        try:
            with open_saved(file) as connection:
                told = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.Error as error:
            told = str(error)
        if told != "ok":
            raise SnapshotUnusable(f"{file.name} in this file is damaged: {told.splitlines()[-1].rstrip('.')}.")


@contextmanager
def storage_told() -> Iterator[None]:
    """Raises StorageFailed for what the disk refuses."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(reason=str(error.strerror)) from None
