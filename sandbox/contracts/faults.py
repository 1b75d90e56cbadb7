"""A planned fault in words, as commands, pages and tests tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_APART = frozenset({"id", "kind", "calls", "hits", "nearest"})


def plan_of(fault: Mapping[str, Any]) -> str:
    """``route=/api/accept nth=2``: what was asked for, without what became of it."""
    return " ".join(f"{name}={value}" for name, value in fault.items() if name not in _APART)


def near_misses(fault: Mapping[str, Any]) -> Iterator[str]:
    """A line for each call that nearly fitted."""
    for each in fault.get("nearest", ()):
        yield f"    near: {each['what']}, which fits but for its {' and '.join(each['differs'])}"
