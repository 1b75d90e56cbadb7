"""What money moved since a moment, in the names of those who had it: for reports of tests."""

from __future__ import annotations

import csv
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def list_movements(ledger: Iterable[str], since: str, name_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """``ledger`` is its export as comma-separated values, ``since`` the moment as it is written there.

    One for each journal entry: what each account got (more than zero) and gave. ``name_of`` is asked for a wallet's id.
    """
    rows = csv.DictReader("".join(ledger).splitlines())
    fresh = (row for row in rows if row["at"] >= since)
    return [_movement(list(postings), name_of) for _, postings in groupby(fresh, key=itemgetter("entry"))]


def _movement(postings: list[dict[str, str]], name_of: Callable[[str], str]) -> dict[str, Any]:
    first = postings[0]
    told = {name: first[name] for name in ("entry", "at", "kind", "reference")}
    return told | {"postings": list(_postings(postings, name_of))}


def _postings(postings: list[dict[str, str]], name_of: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    for posting in postings:
        kind, _, wallet = posting["account"].partition(":")
        owner = name_of(wallet) if wallet else ""
        yield {"account": kind, "owner": owner, "amount": int(posting["amount"])}
