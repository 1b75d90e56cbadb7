"""What happened during a test, in one order and four lanes: browser and shop, phone, ledger, webhooks."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sandbox.control.repeating import as_curl
from sandbox.kit.errors import SandboxError
from sandbox.kit.money import format_dinars

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.testing.embedded import Sandbox

Lane = Literal["browser", "phone", "ledger", "webhooks"]
LANES: dict[Lane, str] = {"browser": "Browser and shop", "phone": "Phone", "ledger": "Ledger", "webhooks": "Webhooks"}
_OF_A_TESTER = ("/_sandbox/", "/_ui/", "/static/", "/inbox/")
_REFUSED = 400


@dataclass(frozen=True)
class Happening:
    """One thing that happened. ``at`` is the sandbox's time; ``picture`` the path of a screenshot; ``details`` its words;
    ``curl`` the command that sends it again.
    """

    at: str
    lane: Lane
    text: str
    details: str = ""
    went_wrong: bool = False
    picture: str = ""
    curl: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Story:
    """``happenings`` in their order. ``problem`` tells why the sandbox could not be asked, if it could not."""

    happenings: list[Happening] = field(default_factory=list)
    movements: list[str] = field(default_factory=list)
    exchanges: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""

    def joined_by(self, own: Sequence[Happening]) -> Story:
        """With what the test itself noted, in one order."""
        return replace(self, happenings=sorted([*own, *self.happenings], key=lambda each: each.at))


def read_story(sandbox: Sandbox, own: Sequence[Happening] = ()) -> Story:
    """What the sandbox knows of the time since the test began, with what the test itself noted (``own``)."""
    try:
        since = sandbox.story_began
        exchanges = [each for each in sandbox.control.list_exchanges()[::-1] if _moment(each["at"]) >= _floor(since)]
        moved = sandbox.control.list_movements(_floor(since))
    except SandboxError as error:
        return Story(list(own), problem=f"{error.code}: {error.message}")
    told = [each for exchange in exchanges if (each := _of_exchange(exchange, sandbox.base_url)) is not None]
    booked = [_of_movement(movement) for movement in moved]
    return Story([*told, *booked], [f"{each.text}: {each.details}" for each in booked], exchanges).joined_by(own)


def _of_exchange(exchange: dict[str, Any], base_url: str) -> Happening | None:
    """What is worth a place in the story: a tester's own calls, pictures of pages and questions of services are not."""
    path, method, status = str(exchange["path"]), str(exchange["method"]), int(exchange["status"])
    lane = _lane_of(str(exchange["service"]), method, path)
    if lane is None or path.startswith(_OF_A_TESTER):
        return None
    details = "\n".join(part for part in (str(exchange["request"]), str(exchange["answer"])) if part)
    plain = path.partition("?")[0] if lane != "webhooks" else path
    return Happening(
        str(exchange["at"]),
        lane,
        f"{method} {plain} → {status}",
        details,
        went_wrong=status >= _REFUSED or status == 0,
        curl=as_curl(exchange, base_url),
    )


def _lane_of(service: str, method: str, path: str) -> Lane | None:
    if "webhook" in service:
        return "webhooks"
    if service == "phone":
        return "phone" if method != "GET" else None
    is_call = method != "GET" or path.startswith("/api/")
    return "browser" if service in {"platform", "shop"} and is_call else None


def _of_movement(movement: dict[str, Any]) -> Happening:
    parts = ", ".join(_posting(each) for each in movement["postings"])
    return Happening(str(movement["at"]), "ledger", f"{movement['kind']} {movement['reference']}".strip(), parts)


def _posting(posting: dict[str, Any]) -> str:
    amount = int(posting["amount"])
    whose = f"{posting['account']} of {posting['owner']}" if posting["owner"] else str(posting["account"])
    return f"{'+' if amount > 0 else '-'}{format_dinars(abs(amount))} {whose}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _floor(moment: datetime) -> datetime:
    """The sandbox writes milliseconds."""
    return moment - timedelta(microseconds=moment.microsecond % 1000)


def tell_lines(story: Story) -> Iterator[str]:
    """The story as text, for a terminal and for JUnit."""
    if story.problem:
        yield f"The sandbox could not be asked: {story.problem}"
    for each in story.happenings:
        clock = each.at[11:23]
        yield f"{clock} {each.lane:8} {'✗ ' if each.went_wrong else ''}{each.text}"
    yield ""
    yield "Money that moved:" if story.movements else "No money moved."
    yield from (f"  {line}" for line in story.movements)
