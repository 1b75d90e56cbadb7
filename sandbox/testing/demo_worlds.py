"""Demo worlds that were made before: a sandbox that starts for a test copies one instead of making it anew.

One is kept for each seed, settings, state of the code and day, in the user's cache. Copying takes 3 ms, making 300.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import sandbox
from sandbox.kit.clock import Clock
from sandbox.seeding.files import digest_of, read_seed_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.config import Settings
    from sandbox.server import RunningSandbox

_MOST_KEPT = 12
_NOT_OF_THE_WORLD = {"port", "smtp_port", "data_dir", "threads", "tls", "seed_file"}
_BEFORE_THE_FIRST_RUN = -1


class DemoWorlds:
    """The cache. Whatever is wrong with it, a world is made anew instead."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or _cache()

    def copy_to(self, data_dir: Path, settings: Settings) -> bool:
        """Make ``data_dir`` what a first start with these settings leaves; False when none is kept."""
        if self._folder is None:
            return False
        try:
            kept = self._folder / _fingerprint(settings)
            shutil.copytree(kept / "demo", data_dir / "demo")
            shutil.copytree(kept / "demo", data_dir / "databases")
            for name in ("demo.json", "state.json"):
                shutil.copyfile(kept / name, data_dir / name)
        except (OSError, shutil.Error):
            for name in ("demo", "databases"):
                shutil.rmtree(data_dir / name, ignore_errors=True)
            return False
        return True

    def keep(self, data_dir: Path, settings: Settings) -> None:
        """Remember the demo world of a sandbox that has just started for the first time."""
        if self._folder is None or _has_open_forms(data_dir):
            return
        with suppress(OSError, shutil.Error):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = Path(tempfile.mkdtemp(dir=self._folder, prefix="draft-"))
            try:
                shutil.copytree(data_dir / "demo", draft / "demo")
                shutil.copyfile(data_dir / "demo.json", draft / "demo.json")
                state = json.loads((data_dir / "state.json").read_text("utf-8")) | {"run": _BEFORE_THE_FIRST_RUN}
                (draft / "state.json").write_text(json.dumps(state), "utf-8")
                draft.rename(self._folder / _fingerprint(settings))  # fails where another process was first
            finally:
                shutil.rmtree(draft, ignore_errors=True)
            self._make_room(self._folder)

    def _make_room(self, folder: Path) -> None:
        kept = sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime)
        for old in kept[:-_MOST_KEPT]:
            shutil.rmtree(old, ignore_errors=True)


def start_from_copy(settings: Settings) -> RunningSandbox:
    """In a data folder that is new: with a demo world that was made before, where there is one; else it is kept for the next time."""
    from sandbox.server import start_sandbox

    worlds = DemoWorlds()
    if worlds.copy_to(settings.data_dir, settings):
        return start_sandbox(settings)
    running = start_sandbox(settings)
    worlds.keep(settings.data_dir, settings)
    return running


def _has_open_forms(data_dir: Path) -> bool:
    """Orders of a seed file whose payment forms are open for minutes only: a copy made later would find them expired; or
    payment pages, which lead to this sandbox's own shop.
    """
    seeded = json.loads((data_dir / "demo.json").read_text("utf-8")).get("seeded", {})
    return bool(seeded.get("pending") or seeded.get("pages"))


def _cache() -> Path | None:
    """Where the user's programs keep what they can make again; None for a user without a home."""
    try:
        root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:
        return None
    return Path(root) / "flouci-sandbox" / "demo-worlds"


def _fingerprint(settings: Settings) -> str:
    """What a demo world depends on. It is of today, since its people and apps were made when it was."""
    chosen = [(each.name, getattr(settings, each.name)) for each in fields(settings)]
    world = [pair for pair in chosen if pair[0] not in _NOT_OF_THE_WORLD]
    seed_file = digest_of(read_seed_file(Path(settings.seed_file))) if settings.seed_file else ""
    parts = (sandbox.__version__, world, seed_file, Clock().now().date(), *_code())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _code() -> Iterator[tuple[str, int, int]]:
    """Name, size and time of each module: who works on the sandbox itself gets a new world for each change."""
    for folder, folders, names in os.walk(Path(sandbox.__file__).parent):
        folders[:] = sorted(name for name in folders if name not in {"__pycache__", "static", "locales", "_bundled"})
        for name in sorted(name for name in names if name.endswith(".py")):
            found = (Path(folder) / name).stat()
            yield name, found.st_size, found.st_mtime_ns
