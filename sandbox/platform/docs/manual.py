"""What the pages tell of the rest of the program: its settings, its commands and its history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_COMMAND = re.compile(r"^\| `([^`]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


@dataclass(frozen=True)
class SettingRow:
    name: str
    default: str
    help: str


@dataclass(frozen=True)
class CommandRow:
    command: str
    options: tuple[str, ...]
    help: str


@dataclass(frozen=True)
class Manual:
    """``list_seed_parts`` tells what may stand in a seed file, when somebody asks. ``changelog`` and ``reference`` are files that travel
    with the package (CHANGELOG.md, docs/reference.md), ``recipes`` folders of files for CI systems and containers.
    """

    settings: tuple[SettingRow, ...]
    changelog: Path
    reference: Path
    recipes: tuple[Path, ...] = ()
    list_seed_parts: Callable[[], Sequence[Any]] = tuple

    def list_commands(self) -> tuple[CommandRow, ...]:
        return _commands_in(self.reference)

    def read_recipe(self, name: str) -> str:
        """As it is in the repository, for the reader to take."""
        return next(folder / name for folder in self.recipes if (folder / name).exists()).read_text("utf-8")

    def render_changelog(self) -> Markup:
        return _changelog(self.changelog)


@lru_cache(maxsize=1)
def _commands_in(reference: Path) -> tuple[CommandRow, ...]:
    """The table under "Commands"; a test holds it against the command line itself."""
    part = reference.read_text("utf-8").partition("## Commands")[2].partition("\n## ")[0]
    return tuple(
        CommandRow(command, tuple(re.findall(r"`([^`]+)`", options)), text)
        for command, options, text in _COMMAND.findall(part)
    )


@lru_cache(maxsize=1)
def _changelog(path: Path) -> Markup:
    """As HTML; raw HTML in the file stays text. Each version is a heading with an anchor."""
    from markdown_it import MarkdownIt

    text = path.read_text("utf-8").partition("\n")[2]
    html = MarkdownIt("commonmark", {"html": False}).render(text)
    return Markup(re.sub(r"<h2>(\S+)", r'<h2 id="v\1">\1', html))  # noqa: S704  made by a renderer that escapes
