"""The chart of accounts, as data: it serves the ledger, its exports and the documentation."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.mock_payments.ledger.entries import BANK, CLEARING, FEES


@dataclass(frozen=True)
class AccountKind:
    """``key`` is an account's whole key, or with ``per_wallet`` what stands before the wallet's id.

    ``book`` is what the account is called in plain-text accounting, where the operator's own books are kept: what wallets
    hold is owed to their holders. Only accounts that stand for the outside world may go below zero (``overdraft``).
    """

    key: str
    title: str
    book: str
    per_wallet: bool = False
    overdraft: bool = False


CHART = (
    AccountKind("wallet", "What a wallet can spend.", "Liabilities:Wallets", per_wallet=True),
    AccountKind(
        "hold",
        "A wallet's money, or that of cards, that waits for a payment's execution.",
        "Liabilities:Holds",
        per_wallet=True,
    ),
    AccountKind(FEES, "Fees, taken from the merchants' side.", "Income:Fees"),
    AccountKind(BANK, "The bank: what came in from accounts there, and went back.", "Assets:Bank", overdraft=True),
    AccountKind(CLEARING, "Money that a card processor owes.", "Assets:CardClearing", overdraft=True),
    AccountKind("payouts", "Money on its way to merchants' bank accounts.", "Liabilities:Payouts"),
)
_BY_KEY = {kind.key: kind for kind in CHART}


class UnknownAccountError(ValueError):
    """An account that the chart does not know."""


def kind_of(account: str) -> AccountKind:
    """Raises UnknownAccountError."""
    prefix, separator, _ = account.partition(":")
    kind = _BY_KEY.get(prefix)
    if kind is None or bool(separator) != kind.per_wallet:
        raise UnknownAccountError(f"the chart of accounts has no place for {account}")
    return kind


def may_be_below_zero(account: str) -> bool:
    return kind_of(account).overdraft
