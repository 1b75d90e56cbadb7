"""What an application must fulfil to be approved by rule, as data: a code, a sentence, and a pure check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.kit.errors import translatable
from sandbox.mock_wallets.kyc.states import LEAST_AGE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

LEAST_CONTRAST = 12.0
"""Standard deviation of the greys: a picture of nothing has less."""


@dataclass(frozen=True)
class Facts:
    name: str
    birth_date: date
    today: date
    cin_is_taken: bool
    contrast: float
    selfie_matches: bool | None


@dataclass(frozen=True)
class Rule:
    code: str
    sentence: str
    holds: Callable[[Facts], bool]


RULES: tuple[Rule, ...] = (
    Rule(
        "NAME_INCOMPLETE", translatable("The name lacks a first name or a family name."), lambda it: _is_whole(it.name)
    ),
    Rule(
        "UNDER_AGE", translatable("The holder is not of age."), lambda it: age_on(it.today, it.birth_date) >= LEAST_AGE
    ),
    Rule("CIN_TAKEN", translatable("Another wallet belongs to this identity card."), lambda it: not it.cin_is_taken),
    Rule(
        "CARD_UNREADABLE",
        translatable("The picture of the card cannot be read."),
        lambda it: it.contrast >= LEAST_CONTRAST,
    ),
    Rule(
        "SELFIE_DIFFERS",
        translatable("The selfie is not the person on the card."),
        lambda it: it.selfie_matches is not False,
    ),
)


def broken_rules(facts: Facts) -> list[Rule]:
    return [rule for rule in RULES if not rule.holds(facts)]


def age_on(day: date, birth_date: date) -> int:
    """Whole years; who is born on 29 February is a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def _is_whole(name: str) -> bool:
    """Two words of letters at least, in any script."""
    return sum(any(letter.isalpha() for letter in word) for word in name.split()) >= 2
