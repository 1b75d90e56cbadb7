"""The first look at a file: fields, types and lengths. Every entry is looked at, whatever is wrong with the others."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from sandbox.seed_file import (
    SeedApp,
    SeedDeveloper,
    SeedFile,
    SeedHistory,
    SeedOrder,
    SeedShape,
    SeedWallet,
    shape_at,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.seeding.problems import Place, Problems
    from sandbox.seeding.reading import Document

_SHOWN = 40
_NAMES = frozenset({"name", "email", "phone_number", "trade_name"})
"""By what others call an entry: with one of them wrong, it is not known who is meant."""
_LISTS: dict[str, type[SeedShape]] = {
    "developers": SeedDeveloper,
    "wallets": SeedWallet,
    "phones": SeedWallet,
    "apps": SeedApp,
    "orders": SeedOrder,
    "history": SeedHistory,
}
_SENTENCES = {
    "missing": ("This is missing.", "Write it."),
    "string_type": ("This must be a text.", "Write one line of text."),
    "string_too_short": ("This must not be empty.", "Write something, or remove the field."),
    "list_type": ("This must be a list.", "Begin each entry with '- '."),
    "model_type": ("This must have fields.", "Write it like 'name: value', one a line."),
    "model_attributes_type": ("This must have fields.", "Write it like 'name: value', one a line."),
    "bool_parsing": ("This is neither true nor false.", "Write true or false."),
    "bool_type": ("This is neither true nor false.", "Write true or false."),
    "int_parsing": ("This is not a whole number.", "Write digits only."),
    "int_type": ("This is not a whole number.", "Write digits only."),
    "float_parsing": ("This is not a number.", "Write it like 0.05 or 5 %."),
}


@dataclass
class Entries:
    """What could be read, each with its number in its list, and whatever else the file says."""

    developers: dict[int, SeedDeveloper] = field(default_factory=dict)
    wallets: dict[int, SeedWallet] = field(default_factory=dict)
    phones: dict[int, SeedWallet] = field(default_factory=dict)
    apps: dict[int, SeedApp] = field(default_factory=dict)
    orders: dict[int, SeedOrder] = field(default_factory=dict)
    history: dict[int, SeedHistory] = field(default_factory=dict)
    webhooks: bool = False
    unread: set[str] = field(default_factory=set)
    """Lists of which some entry's name is not known: what refers to it is not called dangling."""
    partial: set[Place] = field(default_factory=set)
    """Entries with some field that could not be read: the rest of them is looked at all the same."""


def read_entries(document: Document, problems: Problems) -> Entries:
    found, values = Entries(), document.values
    if not isinstance(values, dict):
        problems.add((), "A seed file is a map of lists.", "Begin it with 'developers:', 'wallets:' or 'phones:'.")
        return found
    rest = {name: value for name, value in values.items() if name not in _LISTS or not isinstance(value, list)}
    overall = _read(SeedFile, rest, (), problems, found)
    found.webhooks = isinstance(overall, SeedFile) and overall.webhooks
    for name, shape in _LISTS.items():
        rows = values.get(name)
        if not isinstance(rows, list):
            continue
        most = next(each.max_length for each in SeedFile.model_fields[name].metadata if hasattr(each, "max_length"))
        if len(rows) > most:
            problems.add((name,), f"There are {len(rows)} of them.", f"At most {most} are read.", of_key=True)
            continue
        for number, row in enumerate(rows):
            entry = _read(shape, row, (name, number), problems, found)
            if entry is not None:
                getattr(found, name)[number] = entry
    if not problems and not any(values.get(name) for name in _LISTS):
        problems.add((), "The file says nothing.", "Write at least one of developers, wallets, phones, apps, orders.")
    return found


def _read(shape: type[SeedShape], values: Any, place: Place, problems: Problems, entries: Entries) -> SeedShape | None:
    """The entry, without what is wrong in it where it means something without."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False)
    for each in found:
        _tell(each, (*place, *each["loc"]), problems)
    part = str(place[0]) if place else ""
    wrong = {each["loc"][0] for each in found if each["loc"]}
    if isinstance(values, dict) and wrong:
        with suppress(ValidationError):
            rest = shape.model_validate({name: value for name, value in values.items() if name not in wrong})
            entries.partial.add(place)
            if wrong & _NAMES or (wrong - shape.model_fields.keys() and "name" not in values):
                entries.unread.add(part)
            return rest
    entries.unread.add(part)
    return None


def _tell(error: Mapping[str, Any], place: Place, problems: Problems) -> None:
    kind = error["type"]
    if kind == "extra_forbidden":
        _tell_unknown(place, problems)
        return
    if kind == "missing":
        problems.add(place[:-1] or place, f"'{place[-1]}' is missing.", _example(place))
        return
    reason, fix = _SENTENCES.get(kind, (error["msg"].removeprefix("Value error, "), ""))
    context = error.get("ctx", {})
    if kind == "literal_error":
        choices = [str(each) for each in _choices(place)]
        reason, fix = f"{_quoted(error)} is none of {', '.join(choices)}.", _did_you_mean(error["input"], choices)
    elif kind == "string_too_short" and context["min_length"] > 1:
        reason, fix = f"This is shorter than {context['min_length']} characters.", "Write more."
    elif kind == "string_too_long":
        reason, fix = f"This is longer than {context['max_length']} characters.", "Shorten it."
    elif kind == "string_pattern_mismatch":
        reason, fix = f"{_quoted(error)} cannot stand here.", _example(place)
    elif kind in {"greater_than_equal", "less_than_equal"}:
        bound = next(iter(context.values()))
        word = "at least" if kind == "greater_than_equal" else "at most"
        reason, fix = f"This must be {word} {bound}.", "Correct the number."
    elif kind == "too_long":
        reason, fix = f"There are too many: at most {context['max_length']}.", "Remove some."
    problems.add(place, reason if reason.endswith(".") or fix else f"{reason}.", fix)


def _tell_unknown(place: Place, problems: Problems) -> None:
    name, known = str(place[-1]), list(shape_at(place).model_fields)
    fix = _did_you_mean(name, known) or f"Known are {', '.join(known)}."
    problems.add(place, f"There is no field '{name[:_SHOWN]}'.", fix, of_key=True)


def _did_you_mean(given: object, known: list[str]) -> str:
    close = get_close_matches(str(given).lower(), known, n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else ""


def _choices(place: Place) -> list[Any]:
    fields = shape_at(place).model_fields
    annotation = fields[str(place[-1])].annotation if str(place[-1]) in fields else None
    return [each for each in _flat(annotation) if each is not None]


def _flat(annotation: Any) -> list[Any]:
    found: list[Any] = []
    for each in get_args(annotation):
        found += [each] if isinstance(each, str) else _flat(each)
    return found


def _example(place: Place) -> str:
    examples = {
        "email": "Write one such as shop@example.com.",
        "phone_number": "Write eight digits, such as 22111222.",
        "amount": "Write millimes, such as 12500, or '12.500 DT'.",
        "name": "Write what it is called.",
        "app": "Write the name of an app.",
        "public_token": "Write a UUID in small letters, such as 6b0c0b7e-9f5a-4d7b-8d53-0b6c1a9f0a11.",
        "private_token": "Write a UUID in small letters, such as 6b0c0b7e-9f5a-4d7b-8d53-0b6c1a9f0a11.",
        "webhook_url": "Write an address such as http://127.0.0.1:3000/webhook.",
    }
    return examples.get(str(place[-1]), "Write it.")


def _quoted(error: Mapping[str, Any]) -> str:
    text = str(error["input"])
    return f"'{text}'" if len(text) <= _SHOWN else f"'{text[:_SHOWN]}…'"
