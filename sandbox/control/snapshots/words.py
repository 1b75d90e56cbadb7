"""The words for what is different: in a fixed order, and never more of them than one can read."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.kit.clock import from_milliseconds, to_iso
from sandbox.kit.money import format_dinars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sandbox.control.snapshots.money import Balance
    from sandbox.control.snapshots.rows import Change
    from sandbox.control.snapshots.things import Thing

MOST_BALANCES, MOST_NAMES, MOST_GROUPS = 10, 3, 10
_SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def of_balances(balances: Sequence[Balance]) -> list[str]:
    """Who has more, who has less, and what is held: ``+12.500 DT to Boutique``."""
    doubles = {name for name, count in Counter(each.owner for each in balances).items() if count > 1}
    more = [each for each in balances if each.change > 0]
    less = [each for each in balances if each.change < 0]
    held = [each for each in balances if each.held_change]
    return [
        *_bounded(f"+{format_dinars(each.change)} to {_owner(each, doubles)}" for each in more),
        *_bounded(f"{format_dinars(each.change)} from {_owner(each, doubles)}" for each in less),
        *_bounded(_of_hold(each, _owner(each, doubles)) for each in held),
    ]


def of_things(thing: Thing, changes: Sequence[Change], name: Callable[[Change], str]) -> list[str]:
    """One for each way in which things are different: ``2 orders paid (Boutique)``."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        for key in _ways(thing, change):
            groups.setdefault(key, []).append(change)
    return _bounded(_phrase(thing, key, groups[key], name) for key in sorted(groups))


def of_clock(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """``was`` and ``now`` are empty where nothing is different, or where one world had no clock of its own yet."""
    if was == now:
        return
    before, after = was.get("frozen_at"), now.get("frozen_at")
    if before is not None and after is not None:
        yield from _moved((after - before) / 1000)
    elif before is None and after is None:
        yield from _moved(_moved_by_hand(now) - _moved_by_hand(was))
    else:
        yield "clock runs again" if after is None else f"clock stopped at {to_iso(from_milliseconds(after))}"
    rates = was.get("rate", 1), now.get("rate", 1)
    if rates[0] != rates[1]:
        yield f"clock {_speed(rates[1])} (was {_speed(rates[0])})"


def _speed(rate: float) -> str:
    return "as fast as real time" if rate == 1 else f"{rate:g} times as fast as real time"


def names_of(names: Iterable[str]) -> str:
    """``A, B, C and 57 others``, each once, by name."""
    each = sorted({name for name in names if name})
    if len(each) > MOST_NAMES:
        others = len(each) - MOST_NAMES
        return f"{', '.join(each[:MOST_NAMES])} and {others} other{'' if others == 1 else 's'}"
    return " and ".join([", ".join(each[:-1]), each[-1]]) if len(each) > 1 else "".join(each)


def _ways(thing: Thing, change: Change) -> Iterator[tuple[str, ...]]:
    """Keys that sort as they are told: what is new, what became of something, what is gone."""
    was, now = (_state(thing, row) for row in (change.was, change.now))
    if thing.hidden and (now or was) in thing.hidden:
        return
    if change.kind == "new":
        yield "1 new", now
    elif change.kind == "gone":
        yield "4 gone", was
    elif was != now:
        yield "2 state", now, was
    else:
        yield from dict.fromkeys(("3 column", thing.changes[column]) for column in change.columns)


def _phrase(thing: Thing, key: tuple[str, ...], group: Sequence[Change], name: Callable[[Change], str]) -> str:
    way, *words = key
    noun = thing.one if len(group) == 1 else f"{len(group)} {thing.many}"
    if thing.amount and way in {"1 new", "4 gone"}:
        total = sum(each.row[thing.amount] for each in group)
        noun += f" of {format_dinars(total)}" + (" in all" if len(group) > 1 else "")
    if way == "4 gone":
        said, former = "gone", words[0]
    else:
        said = words[0]
        if way == "1 new" and (not said or said in thing.usual):
            said = thing.made
        former = words[1] if way == "2 state" else ""
    in_brackets = [f"{'was' if len(group) == 1 else 'were'} {_word(thing, former)}"] if former else []
    label = partial(_renamed, thing, words[0], name) if way == "3 column" else name
    names = names_of(map(label, group)) if thing.names_are_told else ""
    if names and thing.link:
        noun += thing.link + names
    elif names:
        in_brackets.append(names)
    if thing.why and way in {"1 new", "2 state"}:
        reasons = (_reason(each.row[thing.why]) for each in group)
        why = names_of(reason for reason in reasons if not reason.endswith(said.lower()))  # "code expired" adds nothing
        in_brackets += [why] if why else []
    text = f"{noun} {_word(thing, said)}" if said else noun
    return f"{text} ({', '.join(in_brackets)})" if in_brackets else text


def _reason(code: str | None) -> str:
    return (code or "").lower().replace("_", " ")


def _word(thing: Thing, state: str) -> str:
    return thing.words.get(state, state.lower().replace("_", " ") if state.isupper() or "_" in state else state)


def _renamed(thing: Thing, verb: str, name: Callable[[Change], str], change: Change) -> str:
    """``Boutique: level 1 → 2`` in short: what it was and is, where that may be shown."""
    column = next(each for each in change.columns if thing.changes.get(each) == verb)
    if column in thing.secret or not change.was or not change.now:
        return name(change)
    told = f"{change.was[column]} → {change.now[column]}"
    return told if column == thing.named else f"{name(change)}: {told}"


def _state(thing: Thing, row: Mapping[str, Any] | None) -> str:
    return str(row[thing.state] or "") if row and thing.state else ""


def _bounded(lines: Iterable[str]) -> list[str]:
    each = list(lines)
    others = len(each) - MOST_BALANCES
    return [*each[:MOST_BALANCES], f"and {others} other{'' if others == 1 else 's'}"] if others > 0 else each


def _owner(balance: Balance, doubles: set[str]) -> str:
    return f"{balance.owner} ({balance.phone_number})" if balance.owner in doubles else balance.owner


def _of_hold(balance: Balance, owner: str) -> str:
    amount = format_dinars(abs(balance.held_change))
    return f"{amount} of {owner} held" if balance.held_change > 0 else f"{amount} of {owner} no longer held"


def _moved_by_hand(clock: Mapping[str, Any]) -> float:
    return float(clock.get("offset_seconds") or 0) - float(clock.get("carried_seconds") or 0)


def _moved(seconds: float) -> Iterator[str]:
    if round(seconds):
        yield f"clock {'moved on' if seconds > 0 else 'back'} by {_span(abs(round(seconds)))}"


def _span(seconds: int) -> str:
    told = []
    for length, name in _SPANS:
        count, seconds = divmod(seconds, length)
        if count:
            told.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(told)
