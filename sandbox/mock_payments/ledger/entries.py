"""What a journal entry is: postings that sum to zero, or it cannot be made."""

from __future__ import annotations

from dataclasses import dataclass

BANK, FEES, CLEARING = "bank", "fees", "clearing"
CARDS = "cards"
"""Stands for the payer's wallet of a payment by card: nobody's, its money comes from what the card processor owes."""


class UnbalancedEntryError(ValueError):
    """Postings that do not sum to zero would create or lose money."""


@dataclass(frozen=True)
class Posting:
    """``amount`` in millimes: more than zero adds to the account, less takes from it."""

    account: str
    amount: int


@dataclass(frozen=True)
class JournalEntry:
    """``key`` makes the entry unique: the same movement can never be booked twice."""

    key: str
    kind: str
    reference: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if any(posting.amount == 0 for posting in self.postings):
            raise UnbalancedEntryError(f"{self.key}: a posting of zero moves nothing")
        if not self.postings or sum(posting.amount for posting in self.postings) != 0:
            raise UnbalancedEntryError(f"{self.key}: the postings do not sum to zero")


def move(key: str, kind: str, reference: str, *, amount: int, source: str, target: str) -> JournalEntry:
    """``amount`` millimes from one account to another."""
    return JournalEntry(key, kind, reference, (Posting(source, -amount), Posting(target, amount)))


def wallet_account(wallet_id: str) -> str:
    return f"wallet:{wallet_id}"


def purse_account(payer: str) -> str:
    """Where a payer's money comes from, and goes back to: the wallet, or card clearing."""
    return CLEARING if payer == CARDS else wallet_account(payer)


def hold_account(wallet_id: str) -> str:
    """Where a wallet's money waits between prepare and execute."""
    return f"hold:{wallet_id}"
