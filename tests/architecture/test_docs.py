"""What the program has stands in its docs: commands and options, settings, error codes, HTTP paths."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sandbox.cli import COMMANDS
from sandbox.config import ENVIRONMENT_PREFIX, SETTINGS
from sandbox.kit.errors import SandboxError

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")


def commands() -> Iterator[tuple[str, click.Command]]:
    for name, module in COMMANDS.items():
        command = getattr(importlib.import_module(module), f"{name}_command")
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())
        else:
            yield name, command


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_command_stands_in_the_reference_with_its_options(name: str, command: click.Command) -> None:
    row = next((line for line in REFERENCE.splitlines() if line.startswith((f"| `{name}`", f"| `{name} "))), None)
    assert row, f"docs/reference.md has no row for '{name}'"
    options = [option.opts[0] for option in command.params if isinstance(option, click.Option)]
    assert [option for option in options if f"`{option}`" not in row] == []


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_setting_stands_in_the_reference(setting: object) -> None:
    assert f"| `{setting.name}` | `{setting.default}` | {setting.help} |" in REFERENCE
    assert ENVIRONMENT_PREFIX in REFERENCE


def test_each_error_code_stands_in_the_reference_with_its_texts() -> None:
    for package in ("sandbox.contracts.errors", "sandbox.platform.access", "sandbox.testing.purchase"):
        importlib.import_module(package)
    rows = [
        f"| `{error.code}` | {error.status} | {error.message} | {error.hint} |"
        for error in SandboxError.by_code.values()
        if error.__module__.startswith("sandbox.")
    ]
    assert [row for row in rows if row not in REFERENCE] == []


def test_each_document_that_the_readme_links_is_there() -> None:
    import re

    readme = (ROOT / "README.md").read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", readme) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
