"""YAML and JSON become plain values that know their lines. Nothing but maps, lists and texts can come out of it.

Our own walk over PyYAML's events, for three reasons: every value keeps its line; a text stays a text, so that a PIN of ``0123``
is not the octal number 83 and a name ``No`` not false (the field's type decides what it means); and depth, size and what
aliases multiply are bounded while reading, not afterwards.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sandbox.kit.errors import InvalidInput
from sandbox.kit.shapes import is_storable, refuse_unstorable_text
from sandbox.seeding.problems import Place, Problem, field_name, refusal
from sandbox.seeding.syntax import explain

MOST_BYTES, MOST_DEPTH, MOST_VALUES = 2_000_000, 20, 200_000
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_ENCODINGS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PLAIN_TAGS = frozenset({"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
_TYPED_TAGS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"})
_SHOWN = 60


@dataclass
class Node:
    """``value`` is a text, None, a list of nodes, or a map of names to nodes. ``size`` counts what it would expand to."""

    line: int
    value: Any
    key_lines: dict[str, int] = field(default_factory=dict)
    size: int = 1

    def plain(self) -> Any:
        """Without lines. What a map says to be nothing was not said."""
        if isinstance(self.value, list):
            return [each.plain() for each in self.value]
        if isinstance(self.value, dict):
            return {name: each.plain() for name, each in self.value.items() if each.value is not None}
        return self.value


@dataclass(frozen=True)
class Document:
    """What a file says. ``root`` is None for JSON, which keeps no lines."""

    name: str
    values: Any
    root: Node | None = None

    def line_of(self, place: Place, *, of_key: bool = False) -> int | None:
        """Of the value at ``place``, or of the deepest part of it that stands in the file."""
        node = self.root
        if node is None:
            return None
        line = node.line
        for depth, part in enumerate(place):
            value: Any = node.value
            inside = value.get(part) if isinstance(value, dict) else None
            if isinstance(value, list) and isinstance(part, int) and part < len(value):
                inside = value[part]
            if inside is None:
                break
            is_last = depth == len(place) - 1
            line = node.key_lines.get(str(part), inside.line) if of_key and is_last else inside.line
            node = inside
        return line


class _Refused(Exception):
    """``name`` is that of the field, where it is about one; ``place`` is where it stands."""

    def __init__(self, line: int | None, reason: str, fix: str, *, name: str = "") -> None:
        super().__init__(reason)
        self.problem = (line, reason, fix)
        self.name = name
        self.place: Place = ()

    @property
    def field(self) -> str:
        return field_name((*self.place, self.name) if self.name else self.place)[:_SHOWN]


def read_text(content: bytes, name: str) -> Document:
    """A file, or a body. Raises SeedRefused, which names the line."""
    try:
        text = _decode(content)
        if name.lower().endswith(".json"):
            return Document(name, _read_json(text))
        root = _Walk.over(text)
    except _Refused as refused:
        line, reason, fix = refused.problem
        raise refusal([Problem(name, line, refused.field, reason, fix)]) from None
    return Document(name, root.plain(), root)


def _decode(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _Refused(
            None,
            f"The file has {len(content):,} bytes; at most {MOST_BYTES:,} are read.",
            "Say 'history:' instead of listing every order, or load several files.",
        )
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _Refused(line, "This is not UTF-8.", "Save the file as UTF-8.") from None
    if not text.strip():
        raise _Refused(None, "The file is empty.", "Write at least one of developers, wallets, phones, apps, orders.")
    return text.replace("\r\n", "\n")


def _read_json(text: str) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise _Refused(None, f"'{twice[:_SHOWN]}' is there twice.", "Keep one of them.")
        return {name: value for name, value in found if value is not None}

    try:
        values = json.loads(text, object_pairs_hook=pairs)
        refuse_unstorable_text(values if isinstance(values, dict) else {})
    except RecursionError:
        raise _Refused(None, "This lies too deep.", f"Write at most {MOST_DEPTH} levels.") from None
    except ValueError as error:
        line = getattr(error, "lineno", None)
        raise _Refused(line, f"This is not JSON: {error}.", "Correct it, or write YAML.") from None
    except InvalidInput as error:
        raise _Refused(None, error.message, error.hint) from None
    return values


@dataclass
class _Open:
    """A map or list that goes on; of a map, the name that waits for its value, and its line."""

    node: Node
    anchor: str | None
    name: tuple[str, int] | None = None


class _Walk:
    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._root: Node | None = None

    @classmethod
    def over(cls, text: str) -> Node:
        walk = cls()
        try:
            return walk._read(text)
        except _Refused as refused:
            refused.place = walk._place()
            raise

    def _read(self, text: str) -> Node:
        import yaml

        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            raise _Refused(*explain(error, text)) from None
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            raise _Refused(
                line, f"The character {error.character!r} cannot stand in a file of text.", "Remove it."
            ) from None
        if self._root is None:
            raise _Refused(
                None, "The file says nothing.", "Write at least one of developers, wallets, phones, apps, orders."
            )
        return self._root

    def _place(self) -> Place:
        """Of the map or list that is being read, as far as its names are known."""
        found: list[str | int] = []
        for around, inside in pairwise([*self._open, None]):
            if around is not None and isinstance(around.node.value, list):
                found += [len(around.node.value)] if inside is not None else []
            elif around is not None and around.name is not None:
                found.append(around.name[0])
        return tuple(found)

    def _take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind in {"StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"}:
            return
        line = event.start_mark.line + 1
        if kind == "DocumentStartEvent":
            if self._root is not None:
                raise _Refused(line, "A second document begins here.", "Keep one document a file: remove the '---'.")
            return
        if kind in {"MappingEndEvent", "SequenceEndEvent"}:
            done = self._open.pop()
            self._put(done.node, done.anchor)
            return
        node = self._alias(event, line) if kind == "AliasEvent" else self._node(event, kind, line)
        if kind in {"MappingStartEvent", "SequenceStartEvent"}:
            if len(self._open) >= MOST_DEPTH:
                raise _Refused(line, f"This lies more than {MOST_DEPTH} levels deep.", "Write it flatter.")
            self._open.append(_Open(node, event.anchor))
        else:
            self._put(node, event.anchor if kind == "ScalarEvent" else None)

    def _alias(self, event: Any, line: int) -> Node:
        found = self._anchors.get(event.anchor)
        if found is None:
            raise _Refused(
                line, f"*{event.anchor} stands for nothing.", f"Mark what it means with &{event.anchor} before."
            )
        return found

    def _node(self, event: Any, kind: str, line: int) -> Node:
        if event.tag is not None and event.tag not in _PLAIN_TAGS | _TYPED_TAGS:
            raise _Refused(line, f"The tag {event.tag} is not read: a seed file holds plain values.", "Remove it.")
        if kind != "ScalarEvent":
            return Node(line, {} if kind == "MappingStartEvent" else [])
        if not is_storable(event.value):
            raise _Refused(line, "This holds characters that are not text.", "Write plain Unicode text.")
        return Node(line, None if event.style is None and event.value in _NOTHING else event.value)

    def _put(self, node: Node, anchor: str | None) -> None:
        """``node`` is whole: it belongs to what is open."""
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        around = self._open[-1]
        parent = around.node
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif around.name is None:
            around.name = self._name(node, parent)
            return
        else:
            self._enter(parent, around.name, node)
            around.name = None
        parent.size += node.size
        if parent.size > MOST_VALUES:
            raise _Refused(
                node.line,
                f"With its aliases the file holds more than {MOST_VALUES:,} values.",
                "Say 'history:' instead of listing every order.",
            )

    def _name(self, node: Node, parent: Node) -> tuple[str, int]:
        if not isinstance(node.value, str):
            raise _Refused(node.line, "The name of a field must be a text.", "Write it like 'amount: 12500'.")
        if node.value in parent.key_lines and node.value != "<<":
            first = parent.key_lines[node.value]
            raise _Refused(
                node.line,
                f"'{node.value[:_SHOWN]}' is there twice, first on line {first}.",
                "Keep one of them.",
                name=node.value,
            )
        return node.value, node.line

    def _enter(self, parent: Node, name: tuple[str, int], node: Node) -> None:
        text, line = name
        if text != "<<":
            parent.value[text], parent.key_lines[text] = node, line
            return
        if not isinstance(node.value, dict):
            raise _Refused(line, "'<<' takes in the fields of a map, and this is none.", "Write '<<: *name' of a map.")
        for key, value in node.value.items():  # what stands in the map itself goes before
            parent.value.setdefault(key, value)
