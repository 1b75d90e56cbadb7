"""Numbers by which Tunisia knows persons and businesses: CIN (identity card) and matricule fiscal (tax number)."""

from __future__ import annotations

import re
import unicodedata

_TAX_NUMBER = re.compile(r"([0-9]{7})([A-HJ-NP-TV-Z])(?:([ABDNP])([MPCNE])([0-9]{3}))?")
"""Seven digits and a key letter (no I, O or U); then, often left out, VAT code, category and establishment."""
_LONGEST_TEXT = 40


def parse_cin(value: object) -> str:
    """Eight digits. Raises ValueError, whose text says what to send."""
    digits = _plain(value)
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise ValueError("An identity card number (CIN) has eight digits.")
    return digits


def parse_tax_number(value: object) -> str:
    """``1234567A`` or ``1234567A/A/M/000``, from spellings with or without slashes and blanks. Raises ValueError.

    The key letter is not computed: how it is made is not published.
    """
    found = _TAX_NUMBER.fullmatch(_plain(value).upper())
    if found is None:
        raise ValueError("A tax number has seven digits and a letter, such as 1234567A or 1234567A/A/M/000.")
    number, key, *rest = found.groups()
    return "/".join((number + key, *(part for part in rest if part)))


def _plain(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return ""
    return "".join(str(unicodedata.decimal(each, each)) for each in re.sub(r"[\s/.\-]", "", value))
