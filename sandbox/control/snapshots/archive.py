"""A whole world in one file: a zip of its manifest and databases, the same bytes for the same world.

What is read may come from anywhere: every member's name, size and hash is checked before anything is believed.
"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

from sandbox.contracts.errors import SnapshotUnusable
from sandbox.control.snapshots.manifest import MANIFEST, Manifest, read_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import IO

MOST_PACKED = 2 << 30
_MOST_MANIFEST = 64 << 10
_MOST_UNPACKED = 8 << 30
_PIECE = 1 << 20
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Of the format; the real one would make each packing another file."""


def pack(manifest: Manifest, files: Mapping[str, Path], target: Path) -> None:
    """``files`` are those that the manifest tells of. Raises OSError."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(_member(MANIFEST), manifest.to_text())
        for service, file in sorted(files.items()):
            with file.open("rb") as source, archive.open(_member(f"{service}.db"), "w", force_zip64=True) as packed:
                shutil.copyfileobj(source, packed, _PIECE)


def unpack(packed: IO[bytes], folder: Path, services: Mapping[str, object]) -> Manifest:
    """Into ``folder``, a file for each service. Raises SnapshotUnusable, and OSError for what the disk refuses."""
    try:
        with closing(zipfile.ZipFile(packed)) as archive:
            wanted = {MANIFEST, *(f"{service}.db" for service in services)}
            members = {info.filename: info for info in archive.infolist()}
            if members.keys() != wanted or len(archive.infolist()) != len(wanted):
                raise _no_world("it does not hold a manifest and a database of each service, and nothing else")
            with archive.open(members[MANIFEST]) as source:
                manifest = read_manifest(source.read(_MOST_MANIFEST), "This file")
            if manifest.bytes > _MOST_UNPACKED:
                raise _no_world(f"unpacked it would take {manifest.bytes} bytes")
            for service, told in manifest.files.items():
                _unpack_one(archive, members.get(f"{service}.db"), told.bytes, folder / f"{service}.db")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error) as error:
        raise _no_world(str(error).rstrip(".") or "it is damaged") from None
    return manifest


def _unpack_one(archive: zipfile.ZipFile, member: zipfile.ZipInfo | None, size: int, target: Path) -> None:
    """No more bytes than the manifest tells, whatever the member says of itself."""
    if member is None:
        raise _no_world(f"{target.name} is missing")
    left = size
    with archive.open(member) as source, target.open("wb") as file:
        while piece := source.read(min(_PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                raise _no_world(f"{target.name} is larger than its manifest tells")
            file.write(piece)


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIRST_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _no_world(reason: str) -> SnapshotUnusable:
    return SnapshotUnusable(
        f"This is no exported world: {reason}.", hint="Send a file that 'snapshot export' wrote. Nothing was changed."
    )
