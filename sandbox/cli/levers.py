"""``reset`` and ``ledger``: the tester's levers from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sandbox.cli import FAILED
from sandbox.cli.output import call, data_option, json_option, print_json, running, stream

if TYPE_CHECKING:
    from pathlib import Path


@click.command("reset")
@data_option
@json_option
def reset_command(data_dir: Path, as_json: bool) -> None:
    """Return to the demo world, with the same seed."""
    answer = call(running(data_dir), "POST", "/_sandbox/reset")
    if as_json:
        print_json(answer)
    else:
        click.echo(f"Back to the demo world of seed {answer['seed']}.")


@click.group("ledger")
def ledger_command() -> None:
    """Look at the ledger."""


@ledger_command.command("verify")
@data_option
@json_option
def ledger_verify(data_dir: Path, as_json: bool) -> None:
    """Prove that no money was created or lost."""
    report = call(running(data_dir), "GET", "/_sandbox/ledger/verify")
    if as_json:
        print_json(report)
    else:
        click.echo(
            f"{report['journal_entries']} journal entries, {report['postings']} postings, {report['accounts']} accounts."
        )
        click.echo("\n".join(report["problems"]) or "Every rule holds.")
    if not report["ok"]:
        raise SystemExit(FAILED)


@ledger_command.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "hledger", "beancount"]),
    default="csv",
    show_default=True,
    help="Who is to read it.",
)
@data_option
@json_option
def ledger_export(data_dir: Path, form: str, as_json: bool) -> None:
    """Print the whole ledger, as comma-separated values or for tools of plain-text accounting."""
    if as_json:
        text = "".join(stream(running(data_dir), f"/_sandbox/ledger/export?format={form}"))
        print_json({"format": form, "text": text})
        return
    for piece in stream(running(data_dir), f"/_sandbox/ledger/export?format={form}"):
        click.echo(piece, nl=False)
