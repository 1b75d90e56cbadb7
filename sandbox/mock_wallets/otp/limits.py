"""How often a phone may be sent a code: not published, so the figures are settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.contracts.errors import OtpCooldown, OtpTooMany
from sandbox.kit.clock import seconds_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class OtpLimits:
    """``per_hour`` codes to one phone number, 0 for no limit; ``resend_seconds`` between two codes of one verification."""

    resend_seconds: int = 30
    per_hour: int = 20

    def resend_at(self, sent_at: datetime) -> datetime:
        return sent_at + timedelta(seconds=self.resend_seconds)

    def require_cooled_down(self, sent_at: datetime, now: datetime) -> None:
        left = seconds_until(self.resend_at(sent_at), now)
        if left > 0:
            raise OtpCooldown(retry_after_seconds=left)

    def require_room(self, sent: Sequence[datetime], now: datetime) -> None:
        """``sent``: when the codes of the last hour went to this phone, newest first."""
        if self.per_hour and len(sent) >= self.per_hour:
            left = seconds_until(sent[self.per_hour - 1] + HOUR, now)
            raise OtpTooMany(field="phone_number", retry_after_seconds=left)
