"""Whether a call is one that a plan means: one function tells what differs, and nothing where it fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sandbox.control.masking import mask_path
from sandbox.kit.tracing import BACKGROUND

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.control.faults.plan import ReadPlan

_ID = re.compile(r"(?<![\w-])[\w-]{22}(?![\w-])", re.ASCII)
_MOST_IDS = 5
_CALLED_FROM_OUTSIDE = {"platform", "phone"}
"""Between services a call of a story always says which."""


class Stories(Protocol):
    """What the journal knows of them."""

    def find_story(self, ids: Sequence[str]) -> str:
        """The story that one of ``ids`` belongs to; empty where there is none."""

    def is_about(self, story: str, text: str) -> bool:
        """Whether an exchange of it has named ``text``."""


class NoStories:
    """Of a journal that is empty."""

    def find_story(self, ids: Sequence[str]) -> str:
        del ids
        return ""

    def is_about(self, story: str, text: str) -> bool:
        del story, text
        return False


@dataclass(frozen=True)
class Seen:
    """What happens just now. ``text`` is looked at only for faults that are limited by what stands in it.

    ``around`` is the call in whose course it happens.
    """

    channel: str
    service: str
    method: str
    path: str
    text: Callable[[], str]
    story: Callable[[], str]
    around: Seen | None = None

    @property
    def what(self) -> str:
        return f"{self.method} {mask_path(self.path)}".strip()

    def names(self, text: str) -> bool:
        return text in self.text() or (self.around is not None and self.around.names(text))


def what_differs(seen: Seen, read: ReadPlan, stories: Stories) -> tuple[str, ...]:
    """The fields of the plan that do not fit. The journal is asked only about what fits in all else."""
    plan = read.plan
    fits = {
        "service": plan.service in (None, seen.service),
        "method": plan.method in (None, seen.method),
        "route": read.route is None or read.route.fullmatch(seen.path) is not None,
        "to": plan.to is None or plan.to.lower() in seen.text().lower().split("\n"),
    }
    if not all(fits.values()):
        return tuple(name for name, does in fits.items() if not does)
    wanted = {"app": plan.app, "phone": plan.phone, "payment": plan.payment}
    return tuple(name for name, text in wanted.items() if text and not _is_about(seen, name, text, stories))


def _is_about(seen: Seen, name: str, text: str, stories: Stories) -> bool:
    """It names it, or belongs to a story that does; but an SMS goes to one number, whatever its story names."""
    if seen.names(text):
        return True
    if seen.channel != "http" and name != "payment":
        return False
    story = story_of(seen, stories)
    return bool(story) and (story == text or stories.is_about(story, text))


def story_of(seen: Seen, stories: Stories) -> str:
    """Of a call that does not say it, by the ids in it: an order's, a payment's, a scan's. Empty where there is none."""
    known = seen.story()
    if known not in {"", BACKGROUND} or seen.service not in _CALLED_FROM_OUTSIDE:
        return known.removeprefix(BACKGROUND)
    ids = _ID.findall(seen.text())[:_MOST_IDS]
    return stories.find_story(ids) if ids else ""
