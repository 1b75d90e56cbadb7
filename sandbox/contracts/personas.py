"""Phones of the demo world: one phone number, one outcome."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from sandbox.kit.errors import InvalidInput
from sandbox.kit.phone_numbers import PhoneNumberError, parse_phone_number

Behaviour = Literal[
    "obeys",
    "refuses",
    "wrong_pin",
    "tops_up",
    "wrong_pin_three_times",
    "never_confirms",
    "confirms_late",
    "scans_twice",
    "is_followed",
    "comes_second",
    "loses_answer",
]
DEMO_PIN = "1234"
LATE_CODE_SECONDS = 5


@dataclass(frozen=True)
class Persona:
    """``balance`` in millimes. ``behaviour`` is what the phone does when it is told to pay.

    ``partner`` is the other phone of a pair that scans the same code. ``name`` stands for the number in tests and commands.
    """

    phone_number: str
    name: str
    outcome: str
    balance: int
    behaviour: Behaviour = "obeys"
    blocked: bool = False
    pin: str = DEMO_PIN
    partner: str | None = None


PERSONAS: tuple[Persona, ...] = (
    Persona("20000001", "pays", "pays", 500_000),
    Persona("20000002", "no_money", "has no money", 0),
    Persona("20000003", "refuses", "refuses", 500_000, behaviour="refuses"),
    Persona("20000004", "wrong_pin", "enters a wrong PIN", 500_000, behaviour="wrong_pin"),
    Persona("20000005", "blocked", "is blocked", 500_000, blocked=True),
    Persona("20000006", "tops_up", "has no money, then tops up and pays", 0, behaviour="tops_up"),
    Persona(
        "20000007",
        "wrong_pin_three_times",
        "enters a wrong PIN three times",
        500_000,
        behaviour="wrong_pin_three_times",
    ),
    Persona("20000008", "never_confirms", "never confirms", 500_000, behaviour="never_confirms"),
    Persona("20000009", "confirms_late", "confirms after expiry", 500_000, behaviour="confirms_late"),
    Persona("20000010", "scans_twice", "scans twice", 500_000, behaviour="scans_twice"),
    Persona(
        "20000011",
        "first_of_two",
        "pays while a second phone scans the same code",
        500_000,
        behaviour="is_followed",
        partner="20000012",
    ),
    Persona(
        "20000012",
        "second_of_two",
        "scans the same code as another phone and comes second",
        500_000,
        behaviour="comes_second",
        partner="20000011",
    ),
    Persona("20000013", "loses_network", "loses the network after the PIN", 500_000, behaviour="loses_answer"),
)
MERCHANT_PHONE = "50000001"
TEST_MERCHANT_PHONE = "50000002"
_BY_NUMBER = {persona.phone_number: persona for persona in PERSONAS}
_BY_NAME = {persona.name: persona for persona in PERSONAS}


def find_persona(phone_number: str) -> Persona | None:
    return _BY_NUMBER.get(phone_number)


def find_by_name(name: str) -> Persona | None:
    """``loses_network``, also written ``loses-network`` or ``Loses network``."""
    return _BY_NAME.get(name.strip().lower().replace("-", "_").replace(" ", "_"))


def require_number(name_or_number: str) -> str:
    """The bare eight digits of a number in any usual spelling, or of a persona. Raises InvalidInput with the nearest name."""
    try:
        return parse_phone_number(number_of(name_or_number))
    except PhoneNumberError:
        near = get_close_matches(name_or_number, _BY_NAME, 1)
        raise InvalidInput(
            f"{name_or_number!r} is neither a phone number nor the name of a demo phone.",
            field="number",
            hint=f"Did you mean '{near[0]}'?" if near else f"The names are {', '.join(_BY_NAME)}.",
        ) from None


def number_of(name_or_number: str) -> str:
    """A persona's name becomes its number; everything else stays as it is."""
    persona = find_by_name(name_or_number)
    return name_or_number if persona is None else persona.phone_number
