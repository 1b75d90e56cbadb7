"""A command that runs as our child: signals go on to it, and its end is told as shells tell it."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_FROM_THE_KEYBOARD = (signal.SIGINT, signal.SIGQUIT)
_NOT_FOUND, _NOT_EXECUTABLE, _SIGNAL_BASE = 127, 126, 128


class CommandError(Exception):
    """The command cannot be run; the text says why."""

    def __init__(self, line: str, exit_code: int) -> None:
        super().__init__(line)
        self.exit_code = exit_code


class Command:
    """Signals that come while it runs are passed on to it; one that comes before keeps it from running."""

    def __init__(self, words: Sequence[str]) -> None:
        """Raises CommandError when there is no such command: told before anything is started for it."""
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self._came: int | None = None
        if shutil.which(words[0], mode=os.F_OK) is None and not ("/" in words[0] and Path(words[0]).exists()):
            raise CommandError(f"There is no command {words[0]!r}. Check its spelling and PATH.", _NOT_FOUND)
        for number in _PASSED_ON:
            if signal.getsignal(number) != signal.SIG_IGN:  # what is ignored is so for the command too, as with nohup
                signal.signal(number, self._pass_on)

    @property
    def was_started(self) -> bool:
        return self._process is not None

    def run(self, values: dict[str, str]) -> int:
        """Its exit code as a shell tells it. Raises CommandError when it cannot be run."""
        if self._came is not None:
            return _SIGNAL_BASE + self._came
        try:
            self._process = subprocess.Popen(self._words, env=os.environ | values)  # noqa: S603  what the user asked for
        except OSError as error:
            hint = (
                " Does its first line name an interpreter, such as #!/bin/sh?" if error.errno == errno.ENOEXEC else ""
            )
            raise CommandError(f"{self._words[0]} cannot be run: {error.strerror}.{hint}", _NOT_EXECUTABLE) from None
        self._catch_up(self._process)
        code = self._process.wait()
        return code if code >= 0 else _SIGNAL_BASE - code

    def _catch_up(self, process: subprocess.Popen[bytes]) -> None:
        """What came while the command was being started."""
        if self._came is not None:
            process.send_signal(self._came)

    def _pass_on(self, number: int, _frame: object) -> None:
        self._came = number
        if self._process is not None and self._process.returncode is None and not _reached_all(number):
            self._process.send_signal(number)


def _reached_all(number: int) -> bool:
    """Whether the keys were pressed in our terminal: it tells every process in front, and a second Ctrl-C means more than one."""
    if number not in _FROM_THE_KEYBOARD:
        return False
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
