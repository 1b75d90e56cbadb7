"""Phones of the demo world: one phone number, one outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Behaviour = Literal["obeys", "refuses", "wrong_pin"]
DEMO_PIN = "1234"


@dataclass(frozen=True)
class Persona:
    """``balance`` in millimes. ``behaviour`` is what the phone does when it is told to pay."""

    phone_number: str
    outcome: str
    balance: int
    behaviour: Behaviour = "obeys"
    blocked: bool = False
    pin: str = DEMO_PIN


PERSONAS: tuple[Persona, ...] = (
    Persona("20000001", "pays", 500_000),
    Persona("20000002", "has no money", 0),
    Persona("20000003", "refuses", 500_000, behaviour="refuses"),
    Persona("20000004", "enters a wrong PIN", 500_000, behaviour="wrong_pin"),
    Persona("20000005", "is blocked", 500_000, blocked=True),
)
MERCHANT_PHONE = "50000001"
TEST_MERCHANT_PHONE = "50000002"


def find_persona(phone_number: str) -> Persona | None:
    return next((persona for persona in PERSONAS if persona.phone_number == phone_number), None)
