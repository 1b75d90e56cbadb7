"""A plan: what goes wrong, where, and when. What is wrong with a plan is told with the field and the nearest known value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sandbox.control.faults.kind import WHERE, Kind
from sandbox.control.faults.kinds import KINDS
from sandbox.kit.errors import InvalidInput
from sandbox.kit.shapes import NotBoolean, Optional, PhoneNumber, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_TIMING = ("nth", "next", "every", "share")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_PLACEHOLDER = re.compile(r"<[^>]+>")
_LONGEST = 200
Word = Annotated[str, Field(min_length=1, max_length=_LONGEST)]
Count = Annotated[int, NotBoolean, Field(ge=1, le=1_000_000)]


class Plan(Shape):
    """Where: everything that is named must fit. When: one of nth, next, every and share; the next call where none is."""

    kind: Word
    service: Word | None = None
    method: Word | None = None
    route: Word | None = None
    app: Word | None = None
    phone: Annotated[PhoneNumber | None, Optional] = None
    payment: Word | None = None
    to: Word | None = None
    nth: Count | None = None
    next: Count | None = None
    every: Count | None = None
    share: Annotated[float, NotBoolean, Field(gt=0, le=1)] | None = None
    seed: Annotated[int, NotBoolean] | None = None
    optional: bool = False


@dataclass(frozen=True)
class ReadPlan:
    """A plan that fits its kind and this sandbox."""

    plan: Plan
    kind: Kind
    parameters: Any

    @cached_property
    def route(self) -> re.Pattern[str] | None:
        return None if self.plan.route is None else pattern_of(self.plan.route)

    def shown(self) -> dict[str, Any]:
        told: dict[str, Any] = self.plan.model_dump(exclude_none=True, exclude={"optional"})
        return told | dict(self.parameters.model_dump(exclude_none=True))


def read_plan(body: Mapping[str, Any], routes: Callable[[], Mapping[str, Sequence[str]]]) -> ReadPlan:
    """``routes`` tells those of each service. Raises InvalidInput."""
    plan = Plan.parse(body)
    kind = KINDS.get(plan.kind)
    if kind is None:
        raise _unknown("kind", plan.kind, KINDS, "kind of fault")
    where = WHERE[kind.channel]
    own = tuple(kind.parameters.model_fields)
    known = ("kind", *where, *_TIMING, "seed", "optional", *own)
    for name in body:
        if name not in known:
            raise _unknown(name, name, known, f"field of the kind {kind.name}")
    _require_one_timing(plan)
    _require_place(plan, kind, routes)
    return ReadPlan(plan, kind, kind.parameters.parse({name: body[name] for name in own if name in body}))


def pattern_of(route: str) -> re.Pattern[str]:
    """A path in which ``*`` stands for anything, and ``<name>`` for one part."""
    parts = re.split(r"(\*|<[^>]+>)", route)
    return re.compile("".join(".*" if p == "*" else "[^/]+" if p.startswith("<") else re.escape(p) for p in parts))


def _require_one_timing(plan: Plan) -> None:
    given = [name for name in _TIMING if getattr(plan, name) is not None]
    if len(given) > 1:
        raise InvalidInput(
            f"'{given[0]}' and '{given[1]}' cannot go together.",
            field=given[1],
            hint="Send one of nth (that call), next (so many calls), every (each so many-th) and share (0.3 of all).",
        )
    if plan.seed is not None and plan.share is None:
        raise InvalidInput("'seed' goes with 'share'.", field="seed", hint='Send {"share": 0.3, "seed": 7}.')


def _require_place(plan: Plan, kind: Kind, routes: Callable[[], Mapping[str, Sequence[str]]]) -> None:
    if kind.channel != "http":
        return
    known = routes()
    if plan.service is not None and plan.service not in known:
        raise _unknown("service", plan.service, known, "service")
    if plan.method is not None and plan.method not in _METHODS:
        raise _unknown("method", plan.method, _METHODS, "HTTP method")
    if plan.route is None:
        return
    there = [path for service, paths in known.items() if plan.service in (None, service) for path in paths]
    wanted = pattern_of(plan.route)
    if not any(
        wanted.fullmatch(_PLACEHOLDER.sub("x", path)) or pattern_of(path).fullmatch(plan.route) for path in there
    ):
        raise _unknown(
            "route", plan.route, there, "route of this sandbox" if plan.service is None else f"route of {plan.service}"
        )


def _unknown(field: str, value: str, known: Iterable[str], what: str) -> InvalidInput:
    choices = list(known)
    by_small = {choice.lower(): choice for choice in choices}
    close = get_close_matches(value.lower(), by_small, n=1, cutoff=0.4)
    nearest = [by_small[each] for each in close]
    listed = (
        f"There are {', '.join(choices)}."
        if len(choices) <= 25
        else "GET /api/openapi.json and the reference list them."
    )
    hint = f"Did you mean {nearest[0]}? {listed}" if nearest else listed
    return InvalidInput(f"'{value[:_LONGEST]}' is no {what}.", field=field, hint=hint)
