"""Types of fields as public client programs send them: texts for numbers and switches, forms for JSON (CONTRACT.md, seen in clients)."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from sandbox.kit.shapes import Optional, told_as

_TRUE, _FALSE = frozenset({"true", "1", "yes", "on"}), frozenset({"false", "0", "no", "off", ""})
_LONGEST_URL = 2000
_MOST_SECONDS = 24 * 3600


def _switch(value: object) -> object:
    """``true``, ``"true"``, ``1`` and ``"on"`` are one thing; null is the default."""
    if value is None:
        return False
    word = str(int(value)) if isinstance(value, int | float) and value in (0, 1) else value
    word = word.strip().lower() if isinstance(word, str) else None
    if word is not None and word in _TRUE | _FALSE:
        return word in _TRUE
    raise ValueError("This is neither true nor false. Send true or false.")


def _url(value: object) -> object:
    """An address of the web, as it is: what stands in it goes back to the merchant unchanged."""
    if not isinstance(value, str):
        return value
    address = value.strip()
    try:
        parts = urlsplit(address)
        is_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web or any(each.isspace() or not each.isprintable() for each in address):
        raise ValueError("This is not a link. Send one that begins with https:// or http://.")
    return address


def _seconds(value: object) -> object:
    """A whole number, also as a text or as 1200.0."""
    if isinstance(value, str) and value.strip().isascii():
        text = value.strip().removesuffix(".0")
        value = int(text) if text.isdigit() and len(text) < 12 else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_SECONDS:
        raise ValueError(f"This is not a number of seconds from 1 to {_MOST_SECONDS}.")
    return value


def _list(value: object) -> object:
    """A list, also as the JSON text that a form field holds, or as the numbered fields of a PHP form."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError("This is not a list.") from None
    if isinstance(value, dict) and all(str(key).isdigit() for key in value):
        return list(value.values())
    return [value] if isinstance(value, dict) else value


def _only_a_link(value: object) -> object:
    """A picture that is no link is left out: it only adorns the page."""
    try:
        return _url(value) if isinstance(value, str) and len(value) <= _LONGEST_URL else None
    except ValueError:
        return None


Switch = Annotated[bool, BeforeValidator(_switch)]
Url = Annotated[
    str,
    BeforeValidator(_url),
    Field(max_length=_LONGEST_URL),
    told_as(
        "string",
        pattern="^https?://[a-z0-9.-]*[a-z](/[!-~]*)?$",
        maxLength=_LONGEST_URL,
        examples=["https://shop.example/back"],
    ),
]
OptionalUrl = Annotated[Url | None, Optional]
Picture = Annotated[str | None, BeforeValidator(_only_a_link)]
Seconds = Annotated[
    Annotated[int, BeforeValidator(_seconds), told_as("integer", minimum=1, maximum=_MOST_SECONDS, examples=[1200])]
    | None,
    Optional,
]
AsList = BeforeValidator(_list)


def nest(fields: dict[str, Any]) -> dict[str, Any]:
    """``destination[0][amount]=5`` of a form (PHP's http_build_query) as ``{"destination": {"0": {"amount": "5"}}}``."""
    nested: dict[str, Any] = {}
    for name, value in fields.items():
        first, *more = name.replace("]", "").split("[")
        if not more or "[" not in name:
            nested[name] = value
            continue
        place = nested.setdefault(first, {})
        for part in more[:-1]:
            place = place.setdefault(part, {}) if isinstance(place, dict) else {}
        if isinstance(place, dict):
            place[more[-1]] = value
    return nested
