"""Docs cannot rot (DESIGN rule 15): what a user can type, set or be told is named in them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import click
import pytest

from sandbox.cli import COMMANDS, main
from sandbox.config import SETTINGS
from sandbox.contracts import errors as contract_errors
from sandbox.kit import errors as kit_errors
from sandbox.kit.errors import SandboxError

ROOT = Path(__file__).parents[2]
FILES = ("README.md", "ARCHITECTURE.md")


@cache
def documentation() -> str:
    files = [ROOT / name for name in FILES] + sorted((ROOT / "docs").glob("**/*.md"))
    return "\n".join(file.read_text("utf-8") for file in files if file.exists())


def is_named(word: str) -> bool:
    """As a word of its own: ``up`` is not named by ``upload``, nor ``--port`` by ``--smtp-port``."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", documentation()) is not None


def commands() -> dict[str, click.Command]:
    """Every command by what is typed, such as ``clock advance``."""
    found: dict[str, click.Command] = {}
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": each for inner, each in command.commands.items()}
        else:
            found[name] = command
    return found


def options_of(command: click.Command) -> list[str]:
    return [
        name
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
        if name[:2] == "--"
    ]


def error_codes() -> set[str]:
    """Of the errors that may cross a service boundary, and of those that every service may answer."""
    modules = (contract_errors.__name__, kit_errors.__name__)
    return {code for code, kind in SandboxError.by_code.items() if kind.__module__.startswith(modules)} | {
        SandboxError.code
    }


@pytest.mark.parametrize("name", [*FILES, "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"])
def test_the_file_is_there_and_says_something(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8")) > 300


def test_every_command_is_named() -> None:
    known = {name for command in commands() for name in (command, command.split()[0])}
    assert sorted(name for name in known if not is_named(name)) == []


def test_every_option_is_named() -> None:
    options = {option for command in commands().values() for option in options_of(command)}
    assert sorted(option for option in options if not is_named(option)) == []


def test_every_setting_is_named() -> None:
    assert sorted(setting.name for setting in SETTINGS if not is_named(setting.name)) == []


def test_every_error_code_is_named() -> None:
    assert sorted(code for code in error_codes() if not is_named(code)) == []


def test_every_exit_code_is_named() -> None:
    for code, word in ((1, "fail"), (2, "wrong use"), (3, "port"), (4, "not ready")):
        assert re.search(rf"\b{code}\b[^\n]*{word}", documentation(), re.IGNORECASE), (code, word)


def test_no_page_names_a_command_that_is_not_there() -> None:
    typed = set(re.findall(r"python -m sandbox ([a-z]+)", documentation()))
    assert sorted(typed - set(COMMANDS)) == []


def test_every_command_says_what_it_does() -> None:
    for name, command in commands().items():
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, (name, option.name)
