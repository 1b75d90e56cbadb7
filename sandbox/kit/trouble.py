"""Where things can go wrong on purpose: what a place asks before it does its work, and how a lost connection looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class ConnectionDropped(Exception):
    """Raised while an answer is sent: the connection ends here. A server closes its socket, without another byte."""


@dataclass(frozen=True)
class Hit:
    """What shall go wrong now: the fault's id, its kind, and the kind's parameters by name."""

    fault: str
    kind: str
    parameters: Any


class Trouble(Protocol):
    """What a tester has planned."""

    @property
    def is_planned(self) -> bool:
        """Whether there is any fault at all: asking further is not worth it else."""

    def find(self, channel: str, what: str, texts: Sequence[str], *, story: str | None = None) -> Hit | None:
        """The fault for ``what`` happens now on ``channel`` (mail, sms, webhook), if it is one's turn.

        ``texts`` is what a fault may be limited to: numbers, addresses, tokens, ids.
        """


class NoTrouble:
    """All goes well."""

    is_planned = False

    def find(self, channel: str, what: str, texts: Sequence[str], *, story: str | None = None) -> Hit | None:
        del channel, what, texts, story
        return None


NO_TROUBLE = NoTrouble()
