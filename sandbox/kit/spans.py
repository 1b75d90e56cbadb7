"""Spans of time as people write them: ``90``, ``20m``, ``1h30m``, ``2 days``."""

from __future__ import annotations

import re

_UNITS = (
    (1, ("s", "sec", "secs", "second", "seconds")),
    (60, ("m", "min", "mins", "minute", "minutes")),
    (3_600, ("h", "hour", "hours")),
    (86_400, ("d", "day", "days")),
    (7 * 86_400, ("w", "week", "weeks")),
)
_SECONDS_OF = {name: seconds for seconds, names in _UNITS for name in names}
_PIECE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)\s*")
_LONGEST = 60


def parse_span(text: str) -> float:
    """Seconds; those of a negative span are negative. Raises ValueError, whose text says what to write."""
    plain = text.strip().lower()
    try:
        return float(plain)
    except ValueError:
        sign, pieces = (-1, plain[1:].strip()) if plain.startswith("-") else (1, plain)
    total, place = 0.0, 0
    while place < len(pieces) <= _LONGEST:
        found = _PIECE.match(pieces, place)
        if found is None or found[2] not in _SECONDS_OF:
            break
        total, place = total + float(found[1]) * _SECONDS_OF[found[2]], found.end()
    if not pieces or place < len(pieces):
        raise ValueError(f"'{text[:40]}' is no span of time: give seconds, or 20m, 1h30m, 7d.")
    return sign * total
