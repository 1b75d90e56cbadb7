"""Where a scenario failed, and why: in the pack's own code, not where Playwright or pytest raised."""

from __future__ import annotations

import linecache
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from sandbox.testing.packs.results import Failure, name_of, pack_of

_LONGEST_MESSAGE = 400
_LINES_BEFORE, _LINES_AFTER = 5, 3


def failure_of(item: pytest.Item, error: pytest.ExceptionInfo[BaseException] | None, report: Any) -> Failure:
    """Without an ``error`` it is a scenario that passed though it was expected to fail."""
    file, line = _place(item, error)
    text = str(report.longrepr)
    reason = text.removeprefix("[XPASS(strict)]").strip()
    message = _message(error) if error else f"it was expected to fail{f': {reason}' if reason else ''}"
    return Failure(
        file=str(file),
        line=line,
        source=_around(file, line),
        kind=type(error.value).__name__ if error else "Passed",
        message=message[:_LONGEST_MESSAGE],
        text=text,
        phase=report.when,
    )


def failure_of_the_dead(node_id: str, root: Path, told: str) -> tuple[Path, Failure]:
    """The process that played a scenario is gone, and its story with it: the file, and the line where it begins."""
    file = root / node_id.partition("::")[0]
    name = name_of(node_id).partition("[")[0].rpartition("::")[2]
    definition = re.compile(rf"\s*(?:async\s+)?def {re.escape(name)}\b")
    lines = linecache.getlines(str(file))
    line = next((number for number, text in enumerate(lines, 1) if definition.match(text)), 1)
    message = "the process that played it is gone: it crashed, or something ended it"
    return file, Failure(str(file), line, _around(file, line), "Died", message, f"{message}\n{told}")


def _place(item: pytest.Item, error: pytest.ExceptionInfo[BaseException] | None) -> tuple[Path, int]:
    """The last line of the pack's own code; of the code around it, such as a conftest of all packs; the scenario itself."""
    pack = pack_of(item.path)
    entries = [(Path(entry.path), entry.lineno + 1) for entry in error.traceback] if error else []
    for root in (pack, pack.parent):
        own = [each for each in entries if root in each[0].parents and not _is_installed(each[0].relative_to(root))]
        if own:
            return own[-1]
    return item.path, (item.location[1] or 0) + 1


def _is_installed(path: Path) -> bool:
    return "site-packages" in path.parts


def _message(error: pytest.ExceptionInfo[BaseException]) -> str:
    if isinstance(error.value, pytest.FixtureLookupError):
        return str(error.value.formatrepr().errorstring).partition("\n")[0]
    return str(error.value).strip() or type(error.value).__name__


def _around(file: Path, line: int) -> list[tuple[int, str]]:
    """The line with its neighbours, each with its number, without what all are indented by."""
    numbers = range(max(1, line - _LINES_BEFORE), line + _LINES_AFTER + 1)
    lines = [(number, text) for number in numbers if (text := linecache.getline(str(file), number))]
    bare = dedent("".join(text for _, text in lines)).splitlines()
    return [(number, text.rstrip()) for (number, _), text in zip(lines, bare, strict=False)]
