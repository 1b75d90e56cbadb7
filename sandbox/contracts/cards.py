"""Test cards, and what is told of a card: never its whole number (CONTRACT.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.kit.shapes import Shape


@dataclass(frozen=True)
class TestCard:
    """A card that the sandbox takes. ``expiry`` is MM/YY, ``cvc`` three digits; None: any that could be right."""

    __test__ = False  # pytest takes the name for tests

    number: str
    expiry: str | None
    cvc: str | None
    is_good: bool
    mark: str

    @property
    def shown_number(self) -> str:
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


TEST_CARDS = (
    TestCard("4509211111111119", "12/26", "748", is_good=True, mark="doc"),
    TestCard("5440212711111110", "12/26", "665", is_good=True, mark="doc"),
    TestCard("5471251111111116", "11/23", "858", is_good=False, mark="doc"),
    TestCard("4242424242424242", None, None, is_good=True, mark="clients"),
)
"""The documented ones go with exactly their date, whatever the clock says: the one that fails is out of date on purpose."""
_BY_NUMBER = {card.number: card for card in TEST_CARDS}


class CardFacts(Shape):
    """What may be known of a card that paid. ``pan`` is masked, ``expiration`` YYYYMM, ``holder`` as typed."""

    pan: str
    payment_system: str
    expiration: str
    holder: str


def find_test_card(number: str) -> TestCard | None:
    return _BY_NUMBER.get(number)


def find_by_mask(pan: str) -> TestCard | None:
    """The card whose masked number this is: no two test cards share one."""
    return next((card for card in TEST_CARDS if mask_pan(card.number) == pan), None)


def has_right_check_digit(number: str) -> bool:
    """Luhn's rule over a number of digits."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def mask_pan(number: str) -> str:
    """``450921**1119``: as the card processor writes it (documentation)."""
    return f"{number[:6]}**{number[-4:]}"


def payment_system_of(number: str) -> str:
    if number.startswith("4"):
        return "VISA"
    return "MASTERCARD" if number[:1] in {"2", "5"} else "OTHER"
