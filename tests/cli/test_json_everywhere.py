"""Every command prints one JSON object with ``--json``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from sandbox.cli import main
from tests.cli.runner import ROOT, Runner, Up


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


def documented() -> dict[str, tuple[set[str], set[str]]]:
    """For each command the fields that its object has, and those that it may have besides."""
    text = (
        (ROOT / "docs" / "reference.md")
        .read_text("utf-8")
        .partition("## What `--json` prints")[2]
        .partition("\n## ")[0]
    )
    rows = re.findall(r"^\| (`.+?) \| (.*) \| (.*)\|$", text, re.MULTILINE)
    return {
        command: (set(re.findall(r"`(\w+)`", always)), set(re.findall(r"`(\w+)`", sometimes)))
        for told, always, sometimes in rows
        for command in re.findall(r"`([a-z ]+)`", told)
    }


def test_the_object_of_each_command_is_documented() -> None:
    assert set(documented()) == {name for name, _ in commands(main)}


@pytest.mark.parametrize(
    "words",
    [
        "wait",
        "snapshot list",
        "clock show",
        "fault list",
        "fault kinds",
        "logs -n 1",
        "ledger verify",
        "ledger export",
        "fingerprint",
        "scenarios list",
        "completion fish",
        "version",
    ],
)
def test_a_command_prints_one_object_with_the_documented_fields(words: str, running: tuple[Runner, Up]) -> None:
    done = CliRunner(env={"FLOUCI_SANDBOX_DATA_DIR": str(running[0].data)}).invoke(main, [*words.split(), "--json"])
    assert (done.exit_code, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    name = max((each for each in documented() if words.startswith(each)), key=len)
    always, sometimes = documented()[name]
    assert always <= set(json.loads(line)) <= always | sometimes
