"""Every command prints one JSON object with ``--json``."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from sandbox.cli import main


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), name)
            assert found is not None
            yield from commands(found, (*path, name))
    else:
        yield " ".join(path), command


@pytest.mark.parametrize(("name", "command"), [pytest.param(*each, id=each[0]) for each in commands(main)])
def test_a_command_takes_json(name: str, command: click.Command) -> None:
    options = {flag for parameter in command.params for flag in parameter.opts}
    assert "--json" in options, name
