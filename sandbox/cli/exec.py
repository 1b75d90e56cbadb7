"""``exec``: run a command against a sandbox of its own, which is gone when the command ends."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import WRONG_USE, values
from sandbox.cli.command import Command, CommandError
from sandbox.cli.lifecycle import environment
from sandbox.cli.output import data_option, print_json, running, setting_option, stop_with
from sandbox.cli.starting import start_or_stop
from sandbox.cli.story import newest_number, tell_story
from sandbox.config import ENVIRONMENT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sandbox.server import RunningSandbox

_DATA_DIR = ENVIRONMENT_PREFIX + "DATA_DIR"
"""By which this program's other commands find the sandbox."""


@click.command("exec", context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, shell_complete=values.files)
@click.option("--attach", is_flag=True, help="Use the sandbox that runs with --data instead of starting one.")
@data_option
@setting_option("--seed", "seed", type=int)
@setting_option("--seed-file", "seed_file", metavar="FILE")
@setting_option("--database-url", "database_url", metavar="URL")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object on the error output when COMMAND has ended."
)
def exec_command(command: tuple[str, ...], attach: bool, data_dir: Path, as_json: bool, **settings: Any) -> None:
    """Run COMMAND with FLOUCI_BASE_URL and all that 'env' tells in its environment; its exit code is passed on.

    The sandbox is started on free ports with temporary data. In COMMAND, 'clock advance' and all other commands of this
    program find it without --data. When COMMAND fails, the story of what the sandbox saw meanwhile follows on the error
    output, in the lanes of 'logs'.

    Its exit code is COMMAND's own; 128 and the signal's number when a signal ended it, 127 when there is no such command,
    and 126 when it cannot be run.
    """
    given = {name: value for name, value in settings.items() if value not in {None, ""}}
    if attach and _asked_for(given):
        stop_with(
            WRONG_USE, f"--{_asked_for(given)} is of a sandbox that is started, not of one that runs. Leave it out."
        )
    try:
        process = Command(command)
        with _attached(data_dir) if attach else _started(given) as details:
            before = newest_number(details)
            code = process.run({**environment(details), _DATA_DIR: details["data_dir"]})
            if code and process.was_started:
                tell_story(details, after=before)
    except CommandError as error:
        click.echo(str(error), err=True)
        raise SystemExit(error.exit_code) from None
    if as_json:
        print_json({"command": list(command), "exit_code": code, "seed": details["seed"]}, err=True)
    raise SystemExit(code)


def _asked_for(given: Mapping[str, Any]) -> str | None:
    """The option by which one asked for another sandbox; variables of the environment ask nobody."""
    context = click.get_current_context()
    typed = (name for name in given if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE)
    return next((name.replace("_", "-") for name in typed), None)


@contextmanager
def _attached(data_dir: Path) -> Iterator[dict[str, Any]]:
    yield running(data_dir) | {"data_dir": str(data_dir.resolve())}


@contextmanager
def _started(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A sandbox in this process: nothing of it is left, however the command ends."""
    from sandbox.data_folder import make_temporary_folder
    from sandbox.kit.log import log_to

    folder = make_temporary_folder()
    end_log = log_to(folder / "sandbox.log")
    try:
        started = start_or_stop(
            lambda: _start(folder, given),
            f"The data in {folder}",
            other="make room for temporary files",
            if_damaged="Try again",
        )
        try:
            yield started.details
        finally:
            started.stop()
    finally:
        end_log()
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, given: Mapping[str, Any]) -> RunningSandbox:
    from sandbox.config import settings_from
    from sandbox.data_folder import DataFolderError
    from sandbox.server import start_sandbox
    from sandbox.testing.demo_worlds import start_from_copy

    settings = settings_from(os.environ, **given, port=0, smtp_port=0, data_dir=folder)
    try:
        return start_sandbox(settings) if settings.database_url else start_from_copy(settings)
    except DataFolderError as error:
        if not error.reason:
            raise
        raise DataFolderError(
            f"Temporary data cannot be kept in {folder.parent}: {error.reason}. Make room there, or name another folder in TMPDIR."
        ) from error
