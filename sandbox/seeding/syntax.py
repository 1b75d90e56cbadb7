"""What is wrong with YAML that cannot be read, in words for whoever wrote it by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

_EXPLAINED = (
    (
        "mapping values are not allowed",
        "A ': ' of this line cannot stand there.",
        "Put a text that holds one in quotes; or it is the line before that has none.",
    ),
    ("cannot start any token", "This text begins with a character that YAML keeps for itself.", "Put it in quotes."),
    (
        "expected <block end>",
        "This line is indented otherwise than those around it.",
        "Begin the fields of one entry, and the entries of one list, in the same column.",
    ),
    ("could not find expected ':'", "Here a field has no ': ' after its name.", "Write it like 'name: value'."),
    (
        "sequence entries are not allowed",
        "A list cannot begin here.",
        "Begin it on a line of its own, each entry with '- '.",
    ),
    (
        "unknown escape character",
        "In double quotes a backslash begins a character of its own, and this is none.",
        "Use single quotes.",
    ),
    ("did not find expected", "This cannot stand here.", "Check the commas, brackets and quotes there."),
)
_OPENED = re.compile(r"expected ',' or '(.)'")
_BRACKETS = {"]": "[", "}": "{"}


def explain(error: MarkedYAMLError, text: str) -> tuple[int | None, str, str]:
    """The line, what is wrong there, and what to do."""
    said = str(error.problem or error.context)
    mark, begin = error.problem_mark or error.context_mark, error.context_mark
    line = None if mark is None else mark.line + 1
    rows = text.split("\n")
    row = rows[line - 1] if line is not None and line <= len(rows) else ""
    if "\t" in row[: len(row) - len(row.lstrip())] or "'\\t'" in said:
        return line, "A tab is used to indent.", "Indent with spaces."
    if "found '<scalar>'" in said and mark is not None and row[: mark.column].strip():
        return line, "Here a text goes on behind its quotes.", "Write a quote that stands inside quotes twice: 'it''s'."
    opened = _OPENED.search(said)
    if opened and begin is not None:
        return (
            begin.line + 1,
            f"The '{_BRACKETS[opened[1]]}' of this line is not closed.",
            f"Close it with '{opened[1]}'.",
        )
    if "quoted scalar" in str(error.context) and "end of stream" in said and begin is not None:
        return begin.line + 1, "The quote that begins in this line has no end.", "End it with the same quote."
    for words, reason, fix in _EXPLAINED:
        if words in said:
            return line, reason, fix
    return line, f"This is not YAML: {said}.", "Check the indentation, the colons and the quotes there."
