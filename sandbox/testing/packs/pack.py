"""A pack: a folder with a ``pack.toml`` and scenarios in ``test_*.py``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FILE = "pack.toml"
USUAL_SECONDS = 300
"""How long one scenario may take, where nobody says otherwise."""
NEEDS = ("browser", "shop")
"""What a pack may need: ``browser`` a Chromium, ``shop`` a shop to pay in."""


class PackError(Exception):
    """One line: which file, what is wrong there, and what to write."""


@dataclass(frozen=True)
class Pack:
    """``name`` is its folder's; ``needs`` are some of NEEDS."""

    name: str
    folder: Path
    title: str
    purpose: str
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        told = {"name": self.name, "title": self.title, "purpose": self.purpose}
        return told | {"tags": list(self.tags), "needs": list(self.needs), "folder": str(self.folder)}


_TEXTS, _LISTS = ("title", "purpose"), ("tags", "needs")


def read_pack(folder: Path) -> Pack:
    """Raises PackError."""
    file = folder / FILE
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise PackError(f"{folder} is no pack: it has no {FILE}. Write one with a title and a purpose.") from None
    except OSError as error:
        raise PackError(f"{file} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{file} is no TOML: {error}.") from None
    _check(file, told)
    if not list(folder.glob("test_*.py")):
        raise PackError(f"{folder} has no scenarios: write them into files named test_….py.")
    tags, needs = (tuple(told.get(name, ())) for name in _LISTS)
    title, purpose = (told[name].strip() for name in _TEXTS)
    return Pack(folder.resolve().name, folder.resolve(), title, purpose, tags, needs)


def _check(file: Path, told: dict[str, Any]) -> None:
    known = (*_TEXTS, *_LISTS)
    for name, value in told.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
            raise PackError(f"{file}: unknown key {name!r}; {meant}")
        if name in _LISTS and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            raise PackError(f'{file}: {name} must be a list of texts, such as ["checkout"].')
    for name in _TEXTS:
        if not isinstance(told.get(name), str) or not told[name].strip():
            raise PackError(f'{file}: {name} is missing; write {name} = "…".')
    for need in told.get("needs", ()):
        if need not in NEEDS:
            raise PackError(f"{file}: needs {need!r} is unknown; a pack may need {' and '.join(NEEDS)}.")
