"""Tunisian bank account numbers (CONTRACT.md, section 6): RIB of 20 digits (bank 2, branch 3, account 13, key 2) and IBAN."""

from __future__ import annotations

import re
import unicodedata

_IBAN_PREFIX = "TN59"
"""The two digits are the same for every RIB: its key already makes the number fit the rule of IBANs."""
_LONGEST_TEXT = 60


class RibError(ValueError):
    """The text says what is wrong and what to send."""


def key_of(first_18: str) -> str:
    """97 minus (the first 18 digits × 100 mod 97), in two digits."""
    return f"{97 - int(first_18) * 100 % 97:02}"


def parse_rib(value: object) -> str:
    """Twenty digits from a RIB or an IBAN in any usual spelling: blanks, points, dashes, Arabic digits. Raises RibError."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise RibError("This is not a RIB. Send its 20 digits as a text.")
    plain = "".join(str(unicodedata.decimal(each, each)) for each in re.sub(r"[\s.\-]", "", value)).upper()
    digits = plain.removeprefix(_IBAN_PREFIX)
    if plain.startswith("TN") and digits == plain:
        raise RibError(f"A Tunisian IBAN begins with {_IBAN_PREFIX}, and the RIB follows. Check the number.")
    if not re.fullmatch(r"[0-9]{20}", digits):
        raise RibError("A RIB has 20 digits: bank 2, branch 3, account 13, key 2. Check the number.")
    if digits[18:] != key_of(digits[:18]):
        raise RibError("The last two digits, the key, do not fit this RIB. Check the number.")
    return digits


def iban_of(rib: str) -> str:
    return _IBAN_PREFIX + rib


def mask_rib(rib: str) -> str:
    """Bank and the last four digits, as banks write it on receipts."""
    return f"{rib[:2]} … {rib[-4:]}"
