"""Moments as people write them in a file, in Tunisia's time where none is named."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sandbox.kit.days import tunis

_AGO = re.compile(r"(\d{1,5})\s*(minute|hour|day|week)s?\s+ago(?:\s+(?:at\s+)?(\d{1,2}):(\d{2}))?", re.IGNORECASE)
_NAMED = re.compile(r"(today|yesterday)(?:\s+(?:at\s+)?(\d{1,2}):(\d{2}))?", re.IGNORECASE)
_NAMED_DAYS = {"today": 0, "yesterday": 1}
HOW = "Write '2026-03-01 09:30', '2026-03-01T09:30:00Z', '3 hours ago', '3 days ago 14:30' or 'yesterday 18:00'."


def parse_when(text: str, now: datetime) -> datetime:
    """Raises ValueError when it is no moment."""
    plain = " ".join(text.split())
    ago, named = _AGO.fullmatch(plain), _NAMED.fullmatch(plain)
    try:
        if ago:
            return _at(now - timedelta(**{f"{ago[2].lower()}s": int(ago[1])}), ago[3], ago[4])
        if named:
            return _at(now - timedelta(days=_NAMED_DAYS[named[1].lower()]), named[2], named[3])
        moment = datetime.fromisoformat(plain)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=tunis())
    except (ValueError, OverflowError):
        raise ValueError(f"'{plain[:40]}' is no moment.") from None


def _at(moment: datetime, hour: str | None, minute: str | None) -> datetime:
    if hour is None or minute is None:
        return moment
    return moment.astimezone(tunis()).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
