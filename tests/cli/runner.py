"""Runs ``python -m sandbox`` as users do, in processes of its own, and leaves none of them behind."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90


class Up:
    """A sandbox that runs in front, in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], details: dict[str, Any]) -> None:
        self.process = process
        self.details = details

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self) -> tuple[int, str, str]:
        """Exit code, the rest of the output, and the error output."""
        output, errors = self.process.communicate(timeout=PATIENCE_SECONDS)
        assert "Traceback" not in errors, errors
        return self.process.returncode, output, errors

    def stop(self) -> None:
        self.signal(signal.SIGTERM)
        assert self.wait()[0] == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=PATIENCE_SECONDS)


class Runner:
    """Commands on one data folder. Close it to end every process that it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._processes: list[subprocess.Popen[str]] = []
        self._detached: list[int] = []

    def run(self, *arguments: str | Path, **kwargs: Any) -> subprocess.CompletedProcess[str]:
        """One command to its end, with this folder's ``--data`` unless it is given."""
        return self.run_python("-m", "sandbox", *self._with_data(arguments), **kwargs)

    def run_python(self, *arguments: str | Path, **kwargs: Any) -> subprocess.CompletedProcess[str]:
        """With a ``prefix``, run by another program."""
        done = subprocess.run(
            [*kwargs.pop("prefix", []), sys.executable, *map(str, arguments)],
            cwd=self.folder,
            env=self._environment() | kwargs.pop("env", {}),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            **kwargs,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def json(self, *arguments: str | Path) -> Any:
        """What a command prints with ``--json``, which must be one object on one line."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        (line,) = done.stdout.splitlines()
        printed = json.loads(line)
        if "--detach" in arguments:
            self._detached.append(printed["pid"])
        return printed

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """A command that goes on; ended with the runner at the latest."""
        return self.start_python("-m", "sandbox", *self._with_data(arguments))

    def start_python(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """A program that goes on; ended with the runner at the latest."""
        process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._processes.append(process)
        return process

    def up(self, *arguments: str | Path) -> Up:
        """A sandbox on free ports, once it is ready."""
        process = self.start("up", "--json", "--port", "0", "--smtp-port", "0", *arguments)
        line = read_line(process)
        return Up(process, json.loads(line))

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.communicate(timeout=PATIENCE_SECONDS)
        for pid in self._detached:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def _with_data(self, arguments: Sequence[str | Path]) -> list[str | Path]:
        plain = {"version", "doctor", "qr", "--help", "--version", "-h"}
        if not arguments or arguments[0] in plain or "--data" in arguments or str(arguments[-1]) == "--help":
            return list(arguments)
        return [*arguments, "--data", self.data]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLOUCI", "PYTEST"))}
        return kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}


def read_line(process: subprocess.Popen[str]) -> str:
    """The next line of output; when there is none, what the process complained of fails the test."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE_SECONDS)
    line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        raise AssertionError(f"the command said nothing, but: {process.communicate()[1]}")
    return line


def require_one_line(done: subprocess.CompletedProcess[str], code: int) -> str:
    """A refusal is one clear line on the error output, with the promised exit code.

    On the output is nothing; with --json the error as one object.
    """
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    (line,) = done.stderr.splitlines()
    if "--json" in done.args:
        (printed,) = done.stdout.splitlines()
        error = json.loads(printed)["error"]
        assert set(error) >= {"code", "message"}
        assert error["message"] in line
    else:
        assert done.stdout == ""
    return line
