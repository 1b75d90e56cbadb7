"""Tunisian phone numbers: +216 and eight digits; inside the sandbox always the bare eight digits (CONTRACT.md section 6)."""

from __future__ import annotations

import re

_BARE = re.compile(r"[24579]\d{7}|3\d{7}", re.ASCII)
_USUAL = re.compile(r"\s*\(?\s*\+?\s*\d[\d\s().-]*")
"""How a number alone is written; phonenumbers would also find one inside a sentence and drop what stands around it."""
_MOBILE_FIRST_DIGITS = "2459"
_LONGEST = 30


class PhoneNumberError(ValueError):
    """The text of the error says what to send."""


def parse_phone_number(text: str) -> str:
    """The bare eight digits from any usual spelling: ``20 123 456``, ``+216 20123456``, ``0021620123456``."""
    if _BARE.fullmatch(text):
        return text
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "TN") if len(text) <= _LONGEST and _USUAL.fullmatch(text) else None
    except phonenumbers.NumberParseException:
        number = None
    bare = str(number.national_number) if number and number.country_code == 216 else ""
    if not _BARE.fullmatch(bare):
        raise PhoneNumberError("This is not a Tunisian phone number. Send eight digits, such as 20123456.")
    return bare


def is_mobile(bare: str) -> bool:
    return bare[0] in _MOBILE_FIRST_DIGITS


def format_phone_number(bare: str) -> str:
    """``20123456`` as ``+216 20 123 456``."""
    return f"+216 {bare[:2]} {bare[2:5]} {bare[5:]}"


def mask_phone_number(bare: str) -> str:
    """``20123456`` as ``20 *** 456``: what a merchant may see of a shopper (report, 2.3.7 Privacy)."""
    return f"{bare[:2]} *** {bare[5:]}"
