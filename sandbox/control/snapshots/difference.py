"""Tells what is different between two worlds, in words for people and in parts for programs."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from sandbox.control.snapshots import words
from sandbox.control.snapshots.money import list_balances
from sandbox.control.snapshots.rows import opened
from sandbox.control.snapshots.things import CLOCK, MOVED_BY, NAMES, OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sandbox.control.snapshots.rows import Change, Pair
    from sandbox.control.snapshots.things import Thing

MOST_DETAILS = 200
_HIDDEN = "***"


def compare(before: Mapping[str, Path], after: Mapping[str, Path]) -> dict[str, Any]:
    """``text`` is one sentence, ``lines`` its pieces. Each kind of thing is a part, with at most 200 rows and their ids;
    ``counts`` has them all. ``balances`` are what wallets have, with what is held of it. Amounts are in millimes.

    Both map each service to an SQLite file that nobody writes to.
    """
    with ExitStack() as stack:
        pairs = {service: stack.enter_context(opened(before[service], after[service])) for service in before}
        return _Comparison(pairs).tell()


class _Comparison:
    def __init__(self, pairs: Mapping[str, Pair]) -> None:
        self._pairs = pairs
        self._names: dict[str, str] = {}
        for service, table, _, name in NAMES:
            self._names |= pairs[service].names(table, name)
        self._parts: dict[str, list[dict[str, Any]]] = {}
        self._counts: dict[str, dict[str, int]] = {}

    def tell(self) -> dict[str, Any]:
        lines = [line for thing in MOVED_BY for line in self._told(thing)]
        balances = list_balances(self._pairs["payments"], self._pairs["wallets"])
        lines += words.of_balances(balances)
        lines += [line for thing in OTHERS for line in self._told(thing)]
        clock = self._clock()
        lines += words.of_clock(*clock)
        return {
            "text": ", ".join(lines) or "no difference",
            "lines": lines,
            "counts": self._counts,
            "balances": [vars(each) for each in balances[:MOST_DETAILS]],
            **self._parts,
            "clock": {"from": clock[0], "to": clock[1]},
        }

    def _told(self, thing: Thing) -> Iterator[str]:
        changes = self._pairs[thing.service].changes(thing)
        self._parts[thing.part] = [self._detail(thing, each) for each in changes[:MOST_DETAILS]]
        if changes:
            kinds = [each.kind for each in changes]
            self._counts[thing.part] = {kind: kinds.count(kind) for kind in ("new", "gone", "changed") if kind in kinds}
        yield from words.of_things(thing, changes, lambda change: self._name(thing, change))

    def _name(self, thing: Thing, change: Change, column: str = "") -> str:
        value = change.row[column or thing.named]
        name = self._names.get(value, value) if isinstance(value, str) else value
        return "" if name is None else str(name).replace("\n", ", ")

    def _detail(self, thing: Thing, change: Change) -> dict[str, Any]:
        row, shown = change.row, {name: change.row[name] for name in (thing.amount, *thing.details) if name}
        detail = {"id": row[thing.key[0]], "change": change.kind, "name": self._name(thing, change), **shown}
        if thing.key[0] in thing.secret:
            del detail["id"]
        if thing.part == "mails":
            detail["subject"] = self._subject(change)
        if thing.state:
            detail["from"] = change.was and change.was[thing.state]
            detail["to"] = change.now and change.now[thing.state]
        if change.was and change.now and set(change.columns) - {thing.state}:
            detail["changed"] = {
                column: {"from": _HIDDEN, "to": _HIDDEN}
                if column in thing.secret
                else {"from": change.was[column], "to": change.now[column]}
                for column in change.columns
                if column != thing.state
            }
        return detail

    def _subject(self, change: Change) -> str:
        from email import message_from_bytes, policy

        raw = self._pairs["mail"].value(change.kind, "mails", "raw", change.row["id"]) or b""
        head = message_from_bytes(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n", policy=policy.default)
        return str(head["Subject"] or "")

    def _clock(self) -> tuple[dict[str, Any], dict[str, Any]]:
        service, table, columns = CLOCK
        told = self._pairs[service].both(table, columns)
        was, now = (dict(zip(columns, rows[0] if rows else (), strict=False)) for rows in told)
        return was, now
