"""Comma-separated values, for spreadsheets of people and for programs: written while they are read, harmless to open."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets read é and Arabic as something else; programs want none."""
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def to_csv(
    columns: Sequence[str],
    parts: Iterable[Iterable[Sequence[object]]],
    *,
    for_spreadsheet: bool,
    ids: Collection[str] = (),
) -> Iterator[bytes]:
    """The head at once, then a piece for each part, so that any number of rows needs the memory of one part.

    ``ids`` are columns of our own ids, which may begin with a dash: programs get them as they are.
    """
    as_they_are = [not for_spreadsheet and column in ids for column in columns]
    yield ((BYTE_ORDER_MARK if for_spreadsheet else "") + ",".join(columns) + "\r\n").encode()
    for part in parts:
        piece = StringIO()
        csv.writer(piece).writerows(
            [cell if is_id else harmless(cell) for cell, is_id in zip(row, as_they_are, strict=True)] for row in part
        )
        yield piece.getvalue().encode()


def harmless(cell: object) -> object:
    """A text that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _STARTS_A_FORMULA and cell else cell
