"""What the Payments API may be told when it is made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PaymentsSettings:
    """``request_seconds`` is how long a request for money waits for its answer.

    ``check_ledger`` has the accounts that a journal entry touches checked at once, which tests want and nobody else pays for.
    """

    request_seconds: int = 86_400
    check_ledger: bool = False
