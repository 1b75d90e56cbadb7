"""What one world keeps, as one thing: saved, replaced by another, and as it was when that fails."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox.control import store as control_store
from sandbox.kit.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sandbox.control.journal import Journal
    from sandbox.data_folder import DataFolder
    from sandbox.kit.clock import ClockState
    from sandbox.kit.db import Database


class Keeping:
    """The databases with the clock, whose state is in one of them. Called when nobody is inside."""

    def __init__(
        self,
        folder: DataFolder,
        databases: Mapping[str, Database],
        clock: Clock,
        journal: Journal,
        webhooks_held: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._folder = folder
        self._databases = databases
        self._clock = clock
        self._journal = journal
        self._webhooks_held = webhooks_held
        if folder.resetting.exists():
            self.load_demo()
        if folder.was_cut_off:
            self._undo()
        folder.forget_undo()  # also what was kept by halves

    @property
    def versions(self) -> dict[str, int]:
        """Of each service's tables."""
        return {name: database.version for name, database in self._databases.items()}

    def save_to(self, file_of: Callable[[str], Path]) -> None:
        """Raises StorageFailed."""
        with self._webhooks_held():
            self._journal.flush()
            for name, database in self._databases.items():
                database.save_to(file_of(name))

    def load_from(self, file_of: Callable[[str], Path]) -> None:
        """Everything but the clock, which goes by what is in the files only once :meth:`load_clock` is called."""
        with self._webhooks_held():
            self._journal.clear()
            for name, database in self._databases.items():
                database.load_from(file_of(name))

    def load_demo(self) -> None:
        """The demo world, with its own keys; what is cut off in the midst is done by the next start."""
        self._folder.resetting.touch()
        self.load_from(self._folder.demo_file)
        self._folder.use_demo()
        self._folder.forget_undo()  # of what failed, and could not be undone
        self._folder.resetting.unlink()

    def load_clock(self) -> None:
        with self._databases["control"].read() as connection:
            state = control_store.load_clock(connection)
        self._clock.restore(state or Clock().state)

    def save_clock(self) -> None:
        with self._databases["control"].write() as connection:
            control_store.save_clock(connection, self._clock.state)

    def carry_clock(self, state: ClockState) -> None:
        """The clock of the world that was just loaded goes on as ``state``."""
        self._clock.restore(state)
        with self._databases["control"].write() as connection:
            control_store.carry_clock(connection, state)

    @contextmanager
    def whole_or_not_at_all(self) -> Iterator[None]:
        """What fails inside, or is cut off by a sudden end, has not happened: databases and clock are as they were.

        Where even that fails, the next of these or the next start does it.
        """
        if self._folder.was_cut_off:
            self._undo()
        state = self._clock.state
        try:
            self.save_to(self._folder.undo_file)
        except BaseException:
            self._folder.forget_undo()
            raise
        self._folder.may_undo()
        try:
            yield
        except BaseException:
            self._undo()
            self._clock.restore(state)
            self._folder.forget_undo()
            raise
        self._folder.forget_undo()

    def _undo(self) -> None:
        self.load_from(self._folder.undo_file)
        self._folder.undo_demo()
