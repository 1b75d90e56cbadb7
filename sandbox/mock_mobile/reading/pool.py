"""Processes that read pictures, started when the first picture comes and kept for the next."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

from sandbox.mock_mobile.reading.worker import HEAD

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from sandbox.mock_mobile.reading.worker import serve; serve()"


class GaveUpError(Exception):
    """The process ended before it had an answer: its time was over, or a library broke on the picture."""


class Pool:
    """At most ``size`` pictures are read at once; further callers wait for their turn."""

    def __init__(self, size: int = 2) -> None:
        self._turns = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []

    def ask(self, picture: bytes, seconds: float) -> dict[str, Any]:
        """``{"readings": [[text, step], …]}`` or ``{"problem": "unreadable" | "too large"}``.

        Answers within ``seconds`` and a second of grace once its turn has come. Raises GaveUpError.
        """
        with self._turns:
            process = self._take()
            try:
                answer = _exchange(process, picture, seconds)
            except BaseException:
                _end(process)
                raise
            with self._lock:
                self._idle.append(process)
            return answer

    def warm_up(self) -> None:
        """Start a process now, and let it load its libraries."""
        with suppress(GaveUpError):
            self.ask(b"", 60)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            _end(process)

    def forget(self) -> None:
        """After a fork: the processes belong to the other side, and so do the locks as they stand."""
        for process in self._idle:
            process.returncode = 0  # not ours to wait for
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        self.__init__()  # type: ignore[misc]

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.poll() is None:
                    return process
                _end(process)
        return _start()


def _start() -> subprocess.Popen[bytes]:
    """Isolated (-I), so that neither the folder it starts in nor PYTHON… variables change what is imported."""
    paths = json.dumps([os.path.abspath(path) for path in sys.path])  # noqa: PTH100  "" is the working directory
    return subprocess.Popen(  # noqa: S603  our own interpreter and module
        [sys.executable, "-I", "-c", _START, paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _exchange(process: subprocess.Popen[bytes], picture: bytes, seconds: float) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise GaveUpError
    try:
        process.stdin.write(HEAD.pack(len(picture), seconds) + picture)
        process.stdin.flush()
        line = process.stdout.readline()
    except OSError as problem:
        raise GaveUpError from problem
    if not line.endswith(b"\n"):
        raise GaveUpError
    answer: dict[str, Any] = json.loads(line)
    return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with process:
        process.wait()


POOL = Pool()
atexit.register(POOL.close)
os.register_at_fork(after_in_child=POOL.forget)
