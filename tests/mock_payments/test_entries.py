"""Journal entries: an unbalanced one cannot be made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mock_payments.ledger.entries import (
    JournalEntry,
    Posting,
    UnbalancedEntryError,
    hold_account,
    move,
    wallet_account,
)

amounts = st.integers(-(10**12), 10**12)
some_postings = st.lists(st.builds(Posting, st.sampled_from("abc"), amounts), max_size=6).map(tuple)


@given(some_postings)
def test_an_entry_can_be_made_exactly_when_its_postings_sum_to_zero_and_each_moves_something(
    postings: tuple[Posting, ...],
) -> None:
    amounts = [posting.amount for posting in postings]
    if postings and sum(amounts) == 0 and all(amounts):
        assert JournalEntry("k", "kind", "ref", postings).postings == postings
    else:
        with pytest.raises(UnbalancedEntryError, match=r"^k: "):
            JournalEntry("k", "kind", "ref", postings)


@pytest.mark.parametrize("amounts", [(), (0,), (0, 0), (5,), (5, -4), (5, -5, 0)], ids=repr)
def test_these_entries_cannot_be_made(amounts: tuple[int, ...]) -> None:
    with pytest.raises(UnbalancedEntryError):
        JournalEntry("k", "kind", "ref", tuple(Posting("a", amount) for amount in amounts))


@given(st.integers(1, 10**12))
def test_a_move_takes_from_one_account_what_it_gives_to_the_other(amount: int) -> None:
    entry = move("k", "hold", "p", amount=amount, source="wallet:a", target="hold:a")
    assert entry.postings == (Posting("wallet:a", -amount), Posting("hold:a", amount))


def test_nothing_can_be_changed_in_an_entry_once_it_is_made() -> None:
    entry = move("k", "hold", "p", amount=1, source="a", target="b")
    for thing, name in ((entry, "postings"), (entry.postings[0], "amount")):
        with pytest.raises(AttributeError):
            setattr(thing, name, ())


def test_a_wallet_and_its_hold_are_two_accounts() -> None:
    assert wallet_account("w") != hold_account("w")
