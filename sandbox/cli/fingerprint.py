"""``fingerprint``: whether two runs of one scenario gave out the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sandbox.cli.output import data_option, json_option, print_json, running, stop_with_error

if TYPE_CHECKING:
    from pathlib import Path


@click.command("fingerprint")
@click.option("--lines", "with_lines", is_flag=True, help="Print what is hashed, a line each, to compare with diff.")
@data_option
@json_option
def fingerprint_command(data_dir: Path, *, with_lines: bool, as_json: bool) -> None:
    """Print the hash of all that was given out: the same after two runs of one scenario, seed and beginning."""
    from sandbox.kit.errors import SandboxError
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.fingerprint import digest

    details = running(data_dir)
    try:
        with Sandbox.attach(details["base_url"], ca_file=details.get("ca_file")) as sandbox:
            lines = sandbox.told()
    except SandboxError as error:
        stop_with_error(error.code, error.message, error.hint, status=error.status)
    if as_json:
        print_json({"fingerprint": digest(lines), "lines": lines if with_lines else len(lines)})
        return
    click.echo("\n".join(lines) if with_lines else digest(lines))
