"""What a kind of fault is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sandbox.kit.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.control.faults.http import HttpExchange

Channel = Literal["http", "mail", "sms", "webhook"]
WHERE: dict[Channel, tuple[str, ...]] = {
    "http": ("service", "method", "route", "app", "phone", "payment"),
    "mail": ("to",),
    "sms": ("phone", "payment"),
    "webhook": ("app", "payment"),
}
"""By what a fault of each channel can be limited."""


class NoParameters(Shape):
    """Of kinds that have none."""


@dataclass(frozen=True)
class Kind:
    """``act`` is for HTTP: it does the harm and answers. The others are asked for where mail, SMS and webhooks are sent."""

    name: str
    channel: Channel
    text: str
    parameters: type[Shape] = NoParameters
    act: Callable[[Any, HttpExchange], Iterable[bytes]] | None = None
    example: str = ""
    """As ``fault add`` takes it, behind the kind."""
