"""``completion``: what a shell needs to complete the commands and their options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from sandbox.cli import WRONG_USE, main
from sandbox.cli.output import json_option, print_json, stop_with

_PROGRAM, _VARIABLE = "sandbox", "_SANDBOX_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@json_option
def completion_command(shell: str, as_json: bool) -> None:
    """Print the script by which SHELL completes 'sandbox': eval "$(sandbox completion bash)"."""
    found = get_completion_class(shell)
    if found is None:
        stop_with(WRONG_USE, f"There is no completion for {shell}.")
    script = found(main, {}, _PROGRAM, _VARIABLE)
    text = (
        script.source_template % script.source_vars()
    )  # source() would ask for bash's version, which may not be there
    if as_json:
        print_json({"shell": shell, "script": text})
    else:
        click.echo(text)
