"""How far the sandbox emulates each operation of the published API, and how sure we are of it: said at its view, shown in the docs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sandbox.kit.web.operations import find_operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask
    from werkzeug.routing import Rule

_ = str  # marks a text for the catalogs; it is translated where it is shown

View = TypeVar("View", bound=Callable[..., Any])
Level = Literal["full", "partly", "not"]
Mark = Literal["report", "doc", "seen", "clients", "ours"]
LEVELS: dict[Level, tuple[str, str]] = {
    "full": ("good", _("Fully")),
    "partly": ("warn", _("Partly")),
    "not": ("bad", _("Not")),
}
"""The tone of its pill, and its name."""
_ATTRIBUTE = "sandbox_published"


@dataclass(frozen=True, kw_only=True)
class Published:
    """``route`` is as the program has it, or would have it; ``differs`` tells what is not as published."""

    route: str
    tag: str
    level: Level
    mark: Mark
    differs: str = ""


NOT_EMULATED: tuple[Published, ...] = ()
"""What is published and has no route here: level "not", under the tag that it would have."""


@dataclass(frozen=True)
class _Said:
    level: Level
    mark: Mark
    differs: str


def published(
    level: Literal["full", "partly"], mark: Mark, differs: str = "", *, at: str = ""
) -> Callable[[View], View]:
    """Stands right below ``@describes``; once more for a view that serves a second address, ``at``, for which something else holds."""

    def note(view: View) -> View:
        said: Mapping[str, _Said] = getattr(view, _ATTRIBUTE, {})
        setattr(view, _ATTRIBUTE, {**said, at: _Said(level, mark, differs)})
        return view

    return note


def list_published(app: Flask) -> list[Published]:
    """What the routes say, as they were made, then what is missing."""
    return [*(each for rule in app.url_map.iter_rules() for each in _published_at(app, rule)), *NOT_EMULATED]


def _published_at(app: Flask, rule: Rule) -> Iterator[Published]:
    view = app.view_functions[rule.endpoint]
    operation, said = find_operation(view), getattr(view, _ATTRIBUTE, {})
    found: _Said | None = said.get(rule.rule, said.get(""))
    if operation is None or found is None:
        return
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        yield Published(
            route=f"{method} {rule.rule}",
            tag=operation.tag,
            level=found.level,
            mark=found.mark,
            differs=found.differs,
        )
