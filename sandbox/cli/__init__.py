"""The command line: one file per group of commands, loaded when its command is asked for."""

from __future__ import annotations

import importlib
from typing import Any

import click

from sandbox import __version__

FINE, FAILED, WRONG_USE, PORT_TAKEN, NOT_READY = 0, 1, 2, 3, 4
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
    "pay": "sandbox.cli.pay",
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
        del ctx
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: Any = getattr(importlib.import_module(module), f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="flouci-sandbox")
def main() -> None:
    """The whole Flouci payment world on one machine, offline. No real money moves here.

    Exit codes: 0 fine, 1 a check failed, 2 wrong use, 3 port taken, 4 not ready in time.
    """
