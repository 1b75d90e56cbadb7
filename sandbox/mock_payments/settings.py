"""What the Payments API may be told when it is made."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.mock_payments.payments.fees import NO_FEE, FeeRule


@dataclass(frozen=True)
class PaymentsSettings:
    """``request_seconds`` is how long a request for money waits for its answer.

    ``fees`` is what merchants pay. ``check_ledger`` has the accounts that a journal entry touches checked at once, which tests want and nobody else pays for.
    """

    request_seconds: int = 86_400
    check_ledger: bool = False
    fees: FeeRule = NO_FEE
