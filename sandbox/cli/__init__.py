"""The command line: one file per group of commands, loaded when its command is asked for."""

from __future__ import annotations

import errno
import importlib
import io
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from sandbox import __version__
from sandbox.cli.examples import add_examples

FINE, FAILED, WRONG_USE, PORT_TAKEN, NOT_READY = 0, 1, 2, 3, 4
_WORDS = "sandbox.cli.words"
_CTRL_C = 130
COMMANDS = {
    "up": "sandbox.cli.up",
    "serve": "sandbox.cli.serve",
    "down": "sandbox.cli.lifecycle",
    "status": "sandbox.cli.lifecycle",
    "wait": "sandbox.cli.lifecycle",
    "env": "sandbox.cli.lifecycle",
    "exec": "sandbox.cli.exec",
    "reset": "sandbox.cli.levers",
    "seed": "sandbox.cli.seed",
    "snapshot": "sandbox.cli.snapshot",
    "clock": "sandbox.cli.clock",
    "logs": "sandbox.cli.logs",
    "fault": "sandbox.cli.faults",
    "ledger": "sandbox.cli.levers",
    "fingerprint": "sandbox.cli.fingerprint",
    "pay": "sandbox.cli.pay",
    "phone": "sandbox.cli.phone",
    "qr": "sandbox.cli.qr",
    "completion": "sandbox.cli.completion",
    "scenarios": "sandbox.cli.scenarios",
    "doctor": "sandbox.cli.doctor",
    "version": "sandbox.cli.doctor",
}


class LazyGroup(click.Group):
    """Imports a command's module only when it is used: ``status`` must not pay for ``up``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            _suggest(cmd_name, ctx)
            return None
        command: Any = getattr(importlib.import_module(module), f"{cmd_name}_command")
        if not isinstance(command, click.Command):
            return None
        add_examples(command, cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Wrong use is told as click tells it; who asked for JSON reads it as JSON too. Nothing ends in a traceback that can be told."""
        _never_fail_to_print()
        try:
            _require_working_folder()
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise SystemExit(_CTRL_C) from None
        except OSError as error:  # the process's edge: a full disk, or an output that cannot be written
            if error.errno == errno.EPIPE:
                raise  # click's: who reads us has enough
            reason = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
            click.echo(f"The command cannot go on: {reason}.", err=True)
            raise SystemExit(FAILED) from None
        except click.UsageError as error:
            if _wants_json(ctx.meta[_WORDS]):
                from sandbox.cli.output import print_error

                print_error(WRONG_USE, error.format_message())
            raise


def _never_fail_to_print() -> None:
    """What a terminal's encoding does not know is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _require_working_folder() -> None:
    try:
        Path.cwd()
    except FileNotFoundError:
        raise click.UsageError("The folder that you are in is there no more. Change to another.") from None


def _suggest(name: str, ctx: click.Context) -> None:
    if near := get_close_matches(name, COMMANDS, n=1):
        ctx.fail(f"No such command {name!r}. Did you mean {near[0]!r}?")


def _wants_json(words: tuple[str, ...]) -> bool:
    """Not where it is an option of the command that ``exec`` runs."""
    return "--json" in words and words[0] != "exec"


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="flouci-sandbox")
def main() -> None:
    """The whole Flouci payment world on one machine, offline. No real money moves here.

    Exit codes: 0 fine, 1 a check failed, 2 wrong use, 3 port taken, 4 not ready in time.
    """
