"""Fields put behind an address that a merchant gave."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


def join(address: str, fields: Mapping[str, str], how: str) -> str:
    """Blindly behind a question mark, whatever stands there already (seen); or with ``query`` properly, before any fragment."""
    added = urlencode(fields)
    if how == "blind":
        return f"{address}?{added}"
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))
