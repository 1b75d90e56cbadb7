"""What is wrong with a seed file: where, why, and what to write instead; all of it at once, up to a limit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import SeedRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.seeding.reading import Document

MOST_PROBLEMS = 50
_MOST_NAMES, _SHOWN = 8, 40
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """``line`` is None where the file has no lines, as JSON and Python's dictionaries; ``field`` is like ``orders[2].amount``."""

    file: str
    line: int | None
    field: str
    reason: str
    fix: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        field = f" {self.field}" if self.field else ""
        return f"{where}{field}: {self.reason} {self.fix}".rstrip()


class Problems:
    """Collects them for one file."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: list[Problem] = []

    def add(self, place: Sequence[str | int], reason: str, fix: str, *, of_key: bool = False) -> None:
        """``of_key`` is about the field's name rather than its value."""
        line = self._document.line_of(tuple(place), of_key=of_key)
        self._found.append(Problem(self._document.name, line, field_name(place), reason, fix))

    def add_twice(self, place: Sequence[str | int], what: str, first: Sequence[str | int]) -> None:
        line = self._document.line_of(tuple(first))
        where = field_name(first) if line is None else f"line {line}"
        self.add(place, f"{what} is there already, on {where}.", "Remove one of them, or change it.")

    def add_dangling(self, place: Sequence[str | int], wanted: str, known: Sequence[str]) -> None:
        """Something is called by a name that nothing has."""
        close = get_close_matches(wanted, known, n=1)
        listed = ", ".join(known[:_MOST_NAMES]) or "there is none"
        fix = f"Did you mean '{close[0]}'?" if close else f"Known: {listed}."
        self.add(place, f"There is nothing called '{wanted[:_SHOWN]}'.", fix)

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_if_any(self) -> None:
        if self._found:
            raise refusal(self._found)


def refusal(found: Sequence[Problem]) -> SeedRefused:
    """In the order of the file's lines."""
    ordered = sorted(found, key=lambda each: each.line or 0)
    shown = ordered[:MOST_PROBLEMS]
    more = len(ordered) - len(shown)
    lines = [str(each) for each in shown] + ([f"… and {more} more."] if more else [])
    rows: list[dict[str, Any]] = [asdict(each) for each in shown]
    return SeedRefused("\n".join(lines), field=shown[0].field or "body", problems=rows, problem_count=len(ordered))


def field_name(place: Sequence[str | int]) -> str:
    """``("orders", 2, "amount")`` as ``orders[2].amount``: counted from 0, as programs do."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
