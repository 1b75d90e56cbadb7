"""Finds what a reader looks for in the pages' own words, whatever the case, the accents or the spelling of an alef."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_QUERY = 100
MOST_RESULTS = 30
_MOST_WORDS = 8
_BEFORE, _AFTER = 60, 140
_SAME = str.maketrans(
    {
        "\u0623": "\u0627",  # alef with hamza above, below, with madda, and wasla: alef
        "\u0625": "\u0627",
        "\u0622": "\u0627",
        "\u0671": "\u0627",
        "\u0649": "\u064a",  # alef maksura, and ya with hamza: ya
        "\u0626": "\u064a",
        "\u0624": "\u0648",  # waw with hamza: waw
        "\u0629": "\u0647",  # ta marbuta: ha
        "\u0640": "",  # the stroke that only stretches a word
        "\u2019": "'",
        "\u0153": "oe",
        "\u0152": "oe",
        "\u00e6": "ae",
        "\u00c6": "ae",
    }
)
"""Spellings that readers do not tell apart."""
_EXACT, _TITLE, _BEGINS, _TEXT = 100, 20, 20, 1


@dataclass(frozen=True)
class Entry:
    """A part of a page. ``title`` is its heading, or the page's own for what comes first."""

    address: str
    page: str
    title: str
    text: str


@dataclass(frozen=True)
class Result:
    entry: Entry
    title: Markup
    snippet: Markup


def normalise(text: str) -> str:
    return _normalise(text)[0]


def _normalise(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its characters where in ``text`` it came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for each in unicodedata.normalize("NFKD", character.translate(_SAME)).casefold():
            if unicodedata.combining(each):
                continue
            characters.append(each)
            places.append(place)
    return "".join(characters), places


class Index:
    """All parts of all pages in one language."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = [(entry, normalise(entry.title), normalise(entry.text)) for entry in entries]

    def find(self, query: str) -> list[Result]:
        """What holds every word of the query, the best first."""
        words = words_of(query)
        if not words:
            return []
        whole = " ".join(words)
        scored = [
            (_score(words, whole, title, text), -place, entry)
            for place, (entry, title, text) in enumerate(self._entries)
        ]
        best = sorted((each for each in scored if each[0]), key=lambda each: each[:2], reverse=True)[:MOST_RESULTS]
        return [Result(entry, highlight(entry.title, words), _snippet(entry.text, words)) for _, _, entry in best]


def words_of(query: str) -> list[str]:
    return normalise(query[:LONGEST_QUERY]).split()[:_MOST_WORDS]


def _score(words: Sequence[str], whole: str, title: str, text: str) -> int:
    if not all(word in title or word in text for word in words):
        return 0
    score = _EXACT * (whole == title) + _BEGINS * title.startswith(whole)
    return score + sum(_TITLE * (word in title) + _TEXT * min(text.count(word), 5) for word in words)


def _snippet(text: str, words: Sequence[str]) -> Markup:
    plain, places = _normalise(text)
    found = [plain.find(word) for word in words if word in plain]
    first = places[min(found)] if found else 0
    start = max(0, first - _BEFORE)
    end = min(len(text), first + _AFTER)
    if start:
        start = text.find(" ", start, first) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", first, end), first + 1)
    shown = highlight(text[start:end], words)
    return Markup("{}{}{}").format("…" if start else "", shown, "…" if end < len(text) else "")


def highlight(text: str, words: Sequence[str]) -> Markup:
    """The text with each of ``words`` marked, escaped."""
    plain, places = _normalise(text)
    marked = [False] * len(text)
    for word in words:
        place = plain.find(word)
        while place >= 0:
            first, last = places[place], places[place + len(word) - 1]
            marked[first : last + 1] = [True] * (last + 1 - first)
            place = plain.find(word, place + len(word))
    pieces = Markup("")
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marked[end] != marked[start]:
            piece = escape(text[start:end])
            pieces += Markup("<mark>{}</mark>").format(piece) if marked[start] else piece
            start = end
    return pieces
