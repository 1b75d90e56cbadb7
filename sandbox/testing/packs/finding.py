"""Which packs there are: those that come with the sandbox, by name, and a user's own, by path."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.resources import resource
from sandbox.testing.packs.pack import FILE, Pack, PackError, read_pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def list_packs(folder: Path | None = None) -> list[Pack]:
    """The packs in a folder, by name; without one, those that come with the sandbox. Raises PackError."""
    where = folder or resource("scenarios")
    return [read_pack(file.parent) for file in sorted(where.glob(f"*/{FILE}"))]


def choose_packs(wanted: Sequence[str], tags: Sequence[str]) -> list[Pack]:
    """By name, by path of a pack, or of a folder with packs in it; all that come with the sandbox where none is named.

    With ``tags``, of those the ones that have one of them. Raises PackError.
    """
    found = [pack for each in wanted for pack in _find(each)] if wanted else list_packs()
    chosen = {pack.folder: pack for pack in found if not tags or set(tags) & set(pack.tags)}
    if not chosen:
        known = sorted({tag for pack in found for tag in pack.tags})
        raise PackError(f"No pack has the tag {' or '.join(tags)}; tags are {', '.join(known)}.")
    _require_names_of_their_own(chosen.values())
    return list(chosen.values())


def _require_names_of_their_own(packs: Iterable[Pack]) -> None:
    """Reports and commands name packs by their folders."""
    named: dict[str, Pack] = {}
    for pack in packs:
        other = named.setdefault(pack.name, pack)
        if other is not pack:
            raise PackError(
                f"Two packs are called {pack.name}: {other.folder} and {pack.folder}. Rename one, or run them one by one."
            )


def _find(wanted: str) -> list[Pack]:
    # A name first: a folder called "time" in the working directory should not hide the pack.
    named = resource("scenarios", wanted)
    if "/" not in wanted and wanted.strip(".") and (named / FILE).is_file():
        return [read_pack(named)]
    folder = Path(wanted)
    if not folder.is_dir():
        names = [pack.name for pack in list_packs()]
        near = get_close_matches(wanted, names, 1)
        meant = f"Did you mean {near[0]}?" if near else f"There are {', '.join(names)}; or give the folder of your own."
        raise PackError(f"There is no pack {wanted}. {meant}")
    if (folder / FILE).is_file():
        return [read_pack(folder)]
    return list_packs(folder) or [read_pack(folder)]
