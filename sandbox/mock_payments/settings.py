"""What the Payments API may be told when it is made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PaymentsSettings:
    """``request_seconds`` is how long a request for money waits for its answer."""

    request_seconds: int = 86_400
