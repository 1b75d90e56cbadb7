"""What a world has already, as far as a seed file can run into it or build on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.contracts.personas import find_persona

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sandbox.config import Settings


BEST_LEVEL = 3
"""Of the demo world's phones, and of the customers of a history."""


@dataclass(frozen=True)
class KnownPhone:
    """``balance`` in millimes."""

    phone_number: str
    name: str
    trade_name: str | None
    balance: int
    pin: str

    @property
    def pays_as_told(self) -> bool:
        """Some personas refuse, mistype, or are blocked."""
        persona = find_persona(self.phone_number)
        return persona is None or (persona.behaviour == "obeys" and not persona.blocked)


@dataclass(frozen=True)
class KnownApp:
    """An app of the demo world, whose keys are known."""

    name: str
    public_token: str
    private_token: str
    wallet_phone: str
    email: str
    password: str


@dataclass(frozen=True)
class Facts:
    """``began_with`` is the seed file that a reset returns to. ``list_taken_emails`` and ``list_taken_tokens`` tell which of those given the world has."""

    now: datetime
    seed: int
    settings: Settings
    phones: Mapping[str, KnownPhone]
    apps: Mapping[str, KnownApp]
    test_wallet: str
    began_with: str | None
    list_taken_emails: Callable[[Iterable[str]], set[str]]
    list_taken_tokens: Callable[[Iterable[str]], set[str]]

    @property
    def way_out(self) -> str:
        """What to do about something that is there already."""
        if self.began_with is not None:
            return f"Remove it; this world begins with {self.began_with}, also after a reset."
        return "Remove it, or return to the demo world with 'reset' and load the file then."

    def balance_ceiling(self, level: int) -> int:
        """In millimes; 0 for none."""
        return int(getattr(self.settings, f"level_{level}_balance"))

    def daily_ceiling(self, level: int) -> int:
        return int(getattr(self.settings, f"level_{level}_daily"))
