"""What stands beside a snapshot's files: what it holds, of when, who made it, and how to see that it is whole."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import SnapshotUnusable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SERVICE = re.compile(r"[a-z]{1,20}")
_PIECE = 1 << 20


@dataclass(frozen=True)
class KeptFile:
    """One service's database, as an SQLite file whichever database it came from."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """``at`` is the sandbox's time in ISO 8601, ``rate`` the speed of its clock.

    ``loads`` is how often worlds that led to this one were loaded: ids drawn after it is loaded are of a later count.
    ``demo`` tells the keys of its demo developer. ``files`` has one for each service.
    """

    name: str
    version: str
    seed: int
    at: str
    frozen: bool
    rate: float
    loads: int
    demo: Mapping[str, Any]
    files: Mapping[str, KeptFile]
    format: int = field(default=FORMAT)

    @property
    def bytes(self) -> int:
        return sum(each.bytes for each in self.files.values())

    def files_in(self, folder: Path) -> dict[str, Path]:
        """Where in ``folder`` each service's file stands."""
        return {service: folder / f"{service}.db" for service in self.files}

    def shown(self) -> dict[str, Any]:
        """What lists tell; how often it was loaded and what its files are is nobody's affair."""
        told = {name: value for name, value in asdict(self).items() if name not in {"loads", "demo", "files", "format"}}
        return told | {"bytes": self.bytes}

    def to_text(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False)


def read_manifest(text: bytes, told: str) -> Manifest:
    """``told`` is how the snapshot is called in what is wrong with it. Raises SnapshotUnusable."""
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise SnapshotUnusable(
                f"{told} was saved by the sandbox {found.get('version', '?')} in format {found['format']};"
                f" this one knows format {FORMAT}.",
                hint="Load it with the version that saved it. Nothing was changed.",
            )
        files = {name: KeptFile(int(each["bytes"]), str(each["sha256"])) for name, each in found["files"].items()}
        manifest = Manifest(**found | {"files": files})
        _check(manifest)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SnapshotUnusable(f"The manifest of {told} is damaged.") from None
    return manifest


def _check(manifest: Manifest) -> None:
    """Raises what reading raises."""
    datetime.fromisoformat(manifest.at)
    if manifest.loads < 0 or not all(map(_SERVICE.fullmatch, manifest.files)):
        raise ValueError
    for name in ("public_token", "private_token"):
        str(manifest.demo["app"][name])


def look_at(file: Path) -> KeptFile:
    """Raises OSError."""
    total, digest = 0, hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            total += len(piece)
            digest.update(piece)
    return KeptFile(total, digest.hexdigest())
