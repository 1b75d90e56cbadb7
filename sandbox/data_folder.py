"""The data folder: which databases it has, which version and seed made it, and that only one sandbox uses it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
_TRIES, _PAUSE_SECONDS = 3, 0.05
_TEMPORARY = "flouci-sandbox-"
_SURELY_LOCKED_SECONDS = 60
"""Who has just made its folder may not hold the lock yet."""


class DataFolderError(Exception):
    """The text says what is wrong with the folder and what to do; ``reason`` is there where nothing can be written or read."""

    def __init__(self, text: str, *, reason: str = "") -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True)
class FolderState:
    """``run`` counts the starts since the demo world was made, ``loads`` the worlds that were loaded: each has its own ids."""

    format: int
    seed: int
    run: int = 0
    seeded: bool = False
    loads: int = 0

    @property
    def ids_of(self) -> str:
        """The name of the stream of ids that is drawn from: what is kept never meets one of its own again."""
        return f"run {self.run}" + (f" load {self.loads}" if self.loads else "")


class DataFolder:
    """Open it to hold its lock; close it to give it back."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Raises DataFolderError when the folder cannot be used, or is used by another sandbox."""
        try:
            (self.path / "databases").mkdir(parents=True, exist_ok=True)
            self._lock = (self.path / "lock").open("a")
        except OSError as error:
            raise self._unusable(error) from None
        if not _lock_patiently(self._lock):
            self._lock.close()
            self._lock = None
            raise self._in_use()
        try:
            Locator(self.path).remove()  # of a sandbox that was killed: its process id may belong to a stranger now
        except OSError as error:
            self.close()
            raise self._unusable(error) from None

    def require_free(self) -> None:
        """Raises DataFolderError when another sandbox uses the folder; makes nothing."""
        if Locator(self.path).read() is not None:
            raise self._in_use()

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def database_url(self, service: str) -> str:
        return f"sqlite:///{self.path / 'databases' / service}.db"

    def demo_file(self, service: str) -> Path:
        """Where the demo world is kept, for ``reset``."""
        return self.path / "demo" / f"{service}.db"

    def undo_file(self, service: str) -> Path:
        """Where the world is kept as it was while something happens that may fail."""
        return self.path / "undo" / f"{service}.db"

    def may_undo(self) -> None:
        """Everything is kept: from now on, until :meth:`forget_undo`, whoever starts after a sudden end goes back to it."""
        with suppress(FileNotFoundError):
            shutil.copyfile(self._loaded, self.path / "undo" / self._loaded.name)
        write_atomically(self._may_undo, "{}")

    @property
    def was_cut_off(self) -> bool:
        """Whether a process ended in the midst of what was to happen whole or not at all."""
        return self._may_undo.exists()

    def undo_demo(self) -> None:
        self._loaded.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            shutil.copyfile(self.path / "undo" / self._loaded.name, self._loaded)

    def forget_undo(self) -> None:
        self._may_undo.unlink(missing_ok=True)
        shutil.rmtree(self.path / "undo", ignore_errors=True)

    @property
    def _may_undo(self) -> Path:
        return self.path / "undo" / "whole.json"

    @property
    def resetting(self) -> Path:
        """There while a reset is under way: who finds it at the start was cut off in the midst of one, and ends it."""
        return self.path / "resetting"

    @property
    def snapshots(self) -> Path:
        return self.path / "snapshots"

    @property
    def _loaded(self) -> Path:
        """What :meth:`read_demo` tells of a world that was loaded and is another one's."""
        return self.path / "loaded.json"

    def use_demo(self, demo: Mapping[str, Any] | None = None) -> None:
        """Of the world that was loaded; without, of the demo world that was made here."""
        self._loaded.unlink(missing_ok=True)
        if demo is not None and demo != self.read_own_demo():
            write_atomically(self._loaded, json.dumps(demo))

    def write_demo(self, demo: dict[str, Any]) -> None:
        write_atomically(self.path / "demo.json", json.dumps(demo))

    def read_demo(self) -> dict[str, Any]:
        """The demo developer of the present world, and the apps made for them."""
        return self._read_demo(self._loaded) if self._loaded.exists() else self.read_own_demo()

    def read_own_demo(self) -> dict[str, Any]:
        """Of the world that was made in this folder, whichever is loaded."""
        return self._read_demo(self.path / "demo.json")

    def _read_demo(self, file: Path) -> dict[str, Any]:
        try:
            demo: dict[str, Any] = json.loads(file.read_text("utf-8"))
            if not {"public_token", "private_token"} <= demo["app"].keys():
                raise self._damaged(file)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise self._damaged(file) from None
        return demo

    @property
    def log_file(self) -> Path:
        return self.path / "sandbox.log"

    def begin_run(self, seed: int | None, default_seed: int) -> FolderState:
        """Check who made the folder, and count this start. Raises DataFolderError."""
        state = self.read_state()
        if state is None:
            state = FolderState(FORMAT, default_seed if seed is None else seed)
        elif seed is not None and seed != state.seed:
            raise DataFolderError(
                f"The data in {self.path} was made with --seed {state.seed}. Leave --seed out, or use another --data."
            )
        if not state.seeded:
            self._remove_databases()
        state = replace(state, run=state.run + 1)
        self.write_state(state)
        return state

    def read_state(self) -> FolderState | None:
        file = self.path / "state.json"
        try:
            found = json.loads(file.read_text("utf-8"))
            version = int(found["format"])
            if version > FORMAT:
                raise DataFolderError(
                    f"The data in {self.path} was written by a newer sandbox (format {version}, this one knows {FORMAT})."
                    " Update this sandbox, or use another --data."
                )
            return FolderState(
                version, int(found["seed"]), int(found["run"]), bool(found["seeded"]), int(found.get("loads", 0))
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            raise self._damaged(file) from None

    def write_state(self, state: FolderState) -> None:
        write_atomically(self.path / "state.json", json.dumps(asdict(state)))

    def _in_use(self) -> DataFolderError:
        return DataFolderError(f"Another sandbox is using {self.path}. Stop it with 'down', or use another --data.")

    def _unusable(self, error: OSError) -> DataFolderError:
        return DataFolderError(
            f"The data folder {self.path} cannot be used: {error.strerror}."
            " Make room there and let yourself write to it, or use another --data.",
            reason=str(error.strerror),
        )

    def _damaged(self, file: Path) -> DataFolderError:
        return DataFolderError(f"{file} is damaged. Delete {self.path} to start anew, or use another --data.")

    def _remove_databases(self) -> None:
        """What is left of a start that was cut off before the demo world was whole."""
        for file in (self.path / "databases").glob("*.db*"):
            file.unlink()
        self.forget_undo()


class Locator:
    """The file by which other commands find a running sandbox; a stale one, whose process is gone, counts as none."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir.resolve()
        self._file = self._folder / "locator.json"

    def write(self, details: dict[str, Any]) -> None:
        write_atomically(self._file, json.dumps(details))

    def read(self) -> dict[str, Any] | None:
        try:
            details: dict[str, Any] = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return details if self.is_in_use() else None

    def is_in_use(self) -> bool:
        """Whether a process holds the data folder: told by its lock, since a process id may have passed to another."""
        try:
            with (self._folder / "lock").open("a") as file:
                return not _lock(file)
        except OSError:
            return False

    def remove(self) -> None:
        self._file.unlink(missing_ok=True)


def make_temporary_folder() -> Path:
    """For the data of one process, who removes it; what those left that were killed is removed by the next."""
    folder = Path(tempfile.mkdtemp(prefix=_TEMPORARY))
    now, me = folder.stat().st_mtime, os.getuid()
    for left in folder.parent.glob(f"{_TEMPORARY}*/lock"):
        with suppress(OSError):
            kept = left.lstat()
            is_old = now - kept.st_mtime > _SURELY_LOCKED_SECONDS
            if is_old and kept.st_uid == me and not Locator(left.parent).is_in_use():
                shutil.rmtree(left.parent, ignore_errors=True)
    return folder


def write_atomically(file: Path, text: str) -> None:
    """Readers see the old text or the new one, never a part."""
    draft = file.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    draft.replace(file)


def _lock(file: IO[str]) -> bool:
    """Whether this process now holds the file's lock; the system gives it back however the process ends."""
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_patiently(file: IO[str]) -> bool:
    """Another command may hold the lock for a moment, just to see whether the folder is in use."""
    pause = threading.Event()
    for _ in range(_TRIES):
        if _lock(file):
            return True
        pause.wait(_PAUSE_SECONDS)
    return False
