"""``exec``: run a command against a sandbox of its own, which is gone when the command ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import WRONG_USE
from sandbox.cli.lifecycle import environment
from sandbox.cli.output import data_option, print_json, running, setting_option, stop_with
from sandbox.cli.starting import start_or_stop
from sandbox.cli.story import newest_number, tell_story

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOT_FOUND, _NOT_EXECUTABLE, _SIGNAL_BASE = 127, 126, 128


@click.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--attach", is_flag=True, help="Use the sandbox that runs with --data instead of starting one.")
@data_option
@setting_option("--seed", "seed", type=int)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object on the error output when COMMAND has ended."
)
def exec_command(command: tuple[str, ...], attach: bool, data_dir: Path, seed: int | None, as_json: bool) -> None:
    """Run COMMAND with FLOUCI_BASE_URL and all that 'env' tells in its environment; its exit code is passed on.

    The sandbox is started on free ports with temporary data. When COMMAND fails, the story of what the sandbox saw
    meanwhile follows on the error output, in the lanes of 'logs'.
    """
    if attach and seed is not None:
        stop_with(WRONG_USE, "--seed is of a sandbox that is started; the one to attach to has its own. Leave one out.")
    process = _Command(command)
    with _attached(data_dir) if attach else _started(seed) as details:
        before = newest_number(details)
        code = process.run(environment(details))
        if code:
            tell_story(details, after=before)
    if as_json:
        print_json({"command": list(command), "exit_code": code, "seed": details["seed"]}, err=True)
    raise SystemExit(code)


class _Command:
    """Signals that come while it runs are passed on to it; one that comes before keeps it from running."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self._came: int | None = None
        for number in _PASSED_ON:
            signal.signal(number, self._pass_on)

    def run(self, values: dict[str, str]) -> int:
        """Its exit code as a shell tells it."""
        if self._came is not None:
            return _SIGNAL_BASE + self._came
        try:
            self._process = subprocess.Popen(self._words, env=os.environ | values)  # noqa: S603  what the user asked for
        except FileNotFoundError:
            click.echo(f"There is no command {self._words[0]!r}. Check its spelling and PATH.", err=True)
            return _NOT_FOUND
        except OSError as error:
            click.echo(f"{self._words[0]} cannot be run: {error.strerror}.", err=True)
            return _NOT_EXECUTABLE
        self._catch_up(self._process)
        code = self._process.wait()
        return code if code >= 0 else _SIGNAL_BASE - code

    def _catch_up(self, process: subprocess.Popen[bytes]) -> None:
        """What came while the command was being started."""
        if self._came is not None:
            process.send_signal(self._came)

    def _pass_on(self, number: int, _frame: object) -> None:
        self._came = number
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)


@contextmanager
def _attached(data_dir: Path) -> Iterator[dict[str, Any]]:
    yield running(data_dir)


@contextmanager
def _started(seed: int | None) -> Iterator[dict[str, Any]]:
    """A sandbox in this process: nothing of it is left, however the command ends."""
    from sandbox.config import settings_from
    from sandbox.kit.log import log_to
    from sandbox.server import start_sandbox

    folder = Path(tempfile.mkdtemp(prefix="flouci-sandbox-"))
    try:
        log_to(folder / "sandbox.log")
        given = {"port": 0, "smtp_port": 0, "data_dir": folder, "seed": seed}
        started = start_or_stop(
            lambda: start_sandbox(settings_from(os.environ, **given)),
            f"The data in {folder}",
            other="make room for temporary files",
            if_damaged="Try again",
        )
        try:
            yield started.details
        finally:
            started.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
