"""The address of a list: it holds all filters, so that it can be kept, shared, and changed one filter at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

FILTERS = ("q", "status", "from", "to", "min_amount", "max_amount", "payer", "reference", "mode", "app")
_KEPT = (*FILTERS, "sort", "limit")


class ListAddress:
    """What the templates need to know of the query string, and the query strings that lead on from here."""

    def __init__(self, arguments: MultiDict[str, str]) -> None:
        self._pairs = [(name, value) for name, value in arguments.items(multi=True) if name in _KEPT and value.strip()]
        self.is_first_page = not arguments.get("after")

    def get(self, name: str, default: str = "") -> str:
        return next((value for each, value in self._pairs if each == name), default)

    def all(self, name: str) -> list[str]:
        """``?status=PAID&status=REFUNDED`` and ``?status=PAID,REFUNDED`` are the same."""
        return [value for each, value in self._split() if each == name]

    @property
    def active(self) -> list[tuple[str, str]]:
        """Name and value of each filter, in the order of the form."""
        return [(name, value) for name in FILTERS for value in dict.fromkeys(self.all(name))]

    def change(self, **values: str) -> str:
        """The same list with other values; an empty one leaves a name out. The result begins with a question mark."""
        kept = [(name, value) for name, value in self._pairs if name not in values]
        return "?" + urlencode(kept + [(name, value) for name, value in values.items() if value])

    def without(self, name: str, value: str) -> str:
        kept = [(each, one) for each, one in self._split() if (each, one) != (name, value)]
        return "?" + urlencode(kept)

    def _split(self) -> list[tuple[str, str]]:
        return [
            (name, part) for name, value in self._pairs for part in (value.split(",") if name == "status" else [value])
        ]
