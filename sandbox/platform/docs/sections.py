"""Cuts a rendered page into its parts, for the list of what is on it and for the search."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_HEADINGS = {"h2": 2, "h3": 3}
_ROW = 4
_BREAKS = frozenset({"p", "li", "tr", "td", "th", "dt", "dd", "br", "pre", "figcaption", "div", "h2", "h3", "summary"})
_SILENT = frozenset({"svg", "button", "script", "style"})


@dataclass
class Section:
    """``level`` is 1 for what stands before the first heading, 2 and 3 for headings, 4 for a row that has an anchor."""

    anchor: str
    level: int
    pieces: list[str] = field(default_factory=list)
    title_pieces: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return " ".join("".join(self.title_pieces).split())

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


def split(html: str) -> list[Section]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.sections


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections = [Section("", 1)]
        self._titled: str | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        anchor = dict(attrs).get("id")
        if tag in _SILENT:
            self._silent += 1
        if tag in _BREAKS:
            self._add(" ")
        if tag in _HEADINGS and anchor:
            self._begin(anchor, _HEADINGS[tag], tag)
        elif tag == "tr" and anchor:
            self._begin(anchor, _ROW, "th")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent -= 1
        if tag == self._titled or (tag == "code" and self._titled == "th"):
            self._titled = None
        if tag == "table" and self.sections[-1].level == _ROW:
            above = next(section for section in reversed(self.sections) if section.level < _ROW)
            self.sections.append(Section(above.anchor, _ROW + 1, title_pieces=[above.title]))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._add(data)

    def _begin(self, anchor: str, level: int, titled: str) -> None:
        self.sections.append(Section(anchor, level))
        self._titled = titled

    def _add(self, text: str) -> None:
        section = self.sections[-1]
        (section.title_pieces if self._titled else section.pieces).append(text)
