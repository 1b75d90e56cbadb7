"""Who receives what of a payment: the merchant, and wallets that get a share of it; each within what it may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.contracts.errors import SelfTransfer, SplitTooLarge
from sandbox.mock_payments.ledger.entries import wallet_account
from sandbox.mock_payments.outflows.ceilings import require_room
from sandbox.mock_payments.payments.fees import FeeRule, share_out

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sandbox.contracts.payments import PreparePayment
    from sandbox.contracts.wallets import Authorization


@dataclass(frozen=True)
class Receiver:
    """``ceiling``: what its wallet may hold; None: whatever comes. ``field`` names it in the call."""

    wallet_id: str
    amount: int
    ceiling: int | None
    field: str


def require_shares(request: PreparePayment) -> None:
    """Raises SplitTooLarge."""
    shares = {each.wallet_id: each.amount for each in request.destinations}
    if sum(shares.values()) > request.amount or len(shares) < len(request.destinations):
        raise SplitTooLarge(field="destinations")


def shares_of(request: PreparePayment, authorization: Authorization) -> list[Receiver]:
    """The shares of wallets that are not the merchant's, whose own share is part of the rest. Raises SelfTransfer."""
    payer = authorization.payer.id
    if request.payee_wallet_id == payer:
        raise SelfTransfer(field="payee_wallet_id")
    found = []
    for place, (share, limits) in enumerate(zip(request.destinations, authorization.destination_limits, strict=True)):
        field = f"destinations.{place}"
        if share.wallet_id == payer:
            raise SelfTransfer(field=f"{field}.wallet_id")
        if share.wallet_id != request.payee_wallet_id:
            found.append(Receiver(share.wallet_id, share.amount, limits.balance, f"{field}.amount"))
    return found


def require_room_for(
    connection: Connection, request: PreparePayment, authorization: Authorization, shares: list[Receiver], fees: FeeRule
) -> None:
    """As things stand now; it is looked at again when the money arrives. Raises LimitExceeded."""
    merchant, others = request.payee_wallet_id, {share.wallet_id: share.amount for share in shares}
    fee = fees.of(request.amount, request.amount - sum(others.values()))
    coming = {posting.account: posting.amount for posting in share_out(request.amount, fee, merchant, others)}
    rest = Receiver(merchant, coming.get(wallet_account(merchant), 0), authorization.payee_limits.balance, "amount")
    for each in (rest, *shares):
        require_room(connection, each.wallet_id, each.ceiling, coming=each.amount, field=each.field)
