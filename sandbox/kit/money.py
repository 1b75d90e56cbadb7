"""Money in integer millimes: 1 TND = 1000 millimes."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation

CURRENCY = "TND"
CURRENCY_NUMBER = "788"
MILLIMES_PER_DINAR = 1000
# Assumption: the provider publishes no ceiling per payment.
MAX_AMOUNT = 10_000_000
_FLOAT_DUST = Decimal("0.001")
_LONGEST_NUMBER = 40
_MOST_BITS = 130
_PLAIN = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")
_ARABIC_COMMA = "\u066b"
_DINARS = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,3}))?", re.ASCII)


class AmountError(ValueError):
    """The text of the error says what arrived and what to send."""


def parse_amount(value: object) -> int:
    """Millimes from what integrators send: 12500, "12500" or 64099.99999999999 (float dust of 64.1 * 1000).

    Nearest whole millime within 0.001; anything else is refused (seen in public client programs, CONTRACT.md).
    """
    number = _to_number(value)
    whole = number.to_integral_value()
    if abs(number - whole) > _FLOAT_DUST:
        raise AmountError(
            f"{_shown(value)} looks like dinars: it is not a whole number of millimes. Send millimes, not dinars: "
            f"{_shown(value)} DT would be {int((number * MILLIMES_PER_DINAR).to_integral_value())}."
        )
    amount = int(whole)
    if amount <= 0:
        raise AmountError(f"{_shown(value)} is not more than zero. Send at least 1 millime.")
    if amount > MAX_AMOUNT:
        raise AmountError(f"{_shown(value)} is over the limit of {MAX_AMOUNT} millimes ({format_dinars(MAX_AMOUNT)}).")
    return amount


def parse_dinars(text: str) -> int:
    """Millimes from dinars as people type them: ``12``, ``12.5``, ``12,500``, ``1 250,5``; Arabic digits too.

    A point or comma sets the millimes apart, as in Tunisia: ``12,500`` is twelve dinars and a half.
    """
    plain = "".join(str(unicodedata.decimal(each, each)) for each in "".join(text.split())[:_LONGEST_NUMBER])
    found = _DINARS.fullmatch(plain.replace(_ARABIC_COMMA, ","))
    if found is None:
        raise AmountError(f"{_shown(text)} is not an amount in dinars. Write it as 12.5 or 12,500.")
    amount = int(found[1]) * MILLIMES_PER_DINAR + int((found[2] or "").ljust(3, "0"))
    if amount <= 0:
        raise AmountError(f"{_shown(text)} is not more than zero. The smallest amount is 0.001 DT.")
    if amount > MAX_AMOUNT:
        raise AmountError(f"{_shown(text)} is over the limit of {format_dinars(MAX_AMOUNT)}.")
    return amount


def _to_number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise AmountError(f"{_shown(value)} is not a number. Send the amount in millimes, such as 12500 for 12.500 DT.")
    if isinstance(value, float) and not math.isfinite(value):
        raise AmountError("The amount must be a finite number of millimes.")
    if isinstance(value, int):
        return Decimal(max(min(value, MAX_AMOUNT * 10), -MAX_AMOUNT * 10))
    text = str(value).strip()
    try:
        number = Decimal(text) if _PLAIN.fullmatch(text) and len(text) <= _LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER:
        raise AmountError(f"{_shown(value)} is not a number. Send the amount in millimes, such as 12500 for 12.500 DT.")
    return number


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return "a huge number"  # Python refuses to print integers of more than 4300 digits
    text = repr(value)
    return text if len(text) <= _LONGEST_NUMBER else text[:_LONGEST_NUMBER] + "…"


def format_number(amount: int) -> str:
    """``12500`` as ``12.500``: dinars with three decimals."""
    sign = "-" if amount < 0 else ""
    dinars, millimes = divmod(abs(amount), MILLIMES_PER_DINAR)
    return f"{sign}{dinars}.{millimes:03d}"


def format_dinars(amount: int) -> str:
    """``12500`` as ``12.500 DT``."""
    return f"{format_number(amount)} DT"
