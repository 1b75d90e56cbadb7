"""The rules of money, read off the tables themselves and not by the product's own proof (DESIGN.md, section 7)."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.soak.money.world import World

_EXECUTED = frozenset({"executed", "partly_refunded", "refunded"})


def broken_rules(world: World) -> list[str]:
    rules = (
        _sums_are_zero,
        _cached_is_derived,
        _holds_are_open_payments,
        _one_debit_per_success,
        _refunds_fit,
        _shares_go_back,
    )
    return [problem for rule in rules for problem in rule(world)]


def _sums_are_zero(world: World) -> Iterator[str]:
    sums = world.query("SELECT entry_id, SUM(amount) FROM postings GROUP BY entry_id HAVING SUM(amount) <> 0")
    yield from (f"entry {entry}: its postings sum to {total}" for entry, total in sums)


def _cached_is_derived(world: World) -> Iterator[str]:
    derived = dict(world.query("SELECT account, SUM(amount) FROM postings GROUP BY account"))
    for key, overdraft, balance in world.query("SELECT key, overdraft, balance FROM ledger_accounts"):
        if balance != derived.get(key, 0):
            yield f"account {key}: cached {balance}, derived {derived.get(key, 0)}"
        if balance < 0 and not overdraft:
            yield f"account {key}: below zero ({balance})"


def _holds_are_open_payments(world: World) -> Iterator[str]:
    needed: defaultdict[str, int] = defaultdict(int)
    for payer, state, amount in world.query("SELECT payer_wallet_id, state, amount FROM payments"):
        if state in {"prepared", "verified"}:
            needed[f"hold:{payer}"] += amount
    for key, balance in world.query("SELECT key, balance FROM ledger_accounts WHERE key LIKE 'hold:%%'"):
        if balance != needed.pop(key, 0):
            yield f"{key}: {balance} held, which is not what open payments need"
    yield from (f"{key}: {amount} should be held, and nothing is" for key, amount in needed.items() if amount)


def _one_debit_per_success(world: World) -> Iterator[str]:
    """Of the payer's hold, once for each executed payment, over its whole amount; of the payer's wallet for each transfer."""
    debits: Counter[tuple[str, int]] = Counter()
    rows = world.query(
        "SELECT e.reference, p.amount FROM journal_entries e JOIN postings p ON p.entry_id = e.id"
        " WHERE e.kind IN ('execute', 'person', 'counter') AND p.amount < 0"
    )
    debits.update((reference, -amount) for reference, amount in rows)
    wanted: Counter[tuple[str, int]] = Counter()
    for payment_id, state, amount in world.query("SELECT id, state, amount FROM payments"):
        if state in _EXECUTED:
            wanted[payment_id, amount] += 1
    wanted.update((transfer_id, amount) for transfer_id, amount in world.query("SELECT id, amount FROM transfers"))
    for what in (debits - wanted) + (wanted - debits):
        yield f"{what[0]}: debited {debits[what]} times with {what[1]}, not {wanted[what]} times"


def _refunds_fit(world: World) -> Iterator[str]:
    given = dict(world.query("SELECT payment_id, SUM(amount) FROM refunds GROUP BY payment_id"))
    for payment_id, state, amount, refunded in world.query("SELECT id, state, amount, refunded FROM payments"):
        brought = amount if state in _EXECUTED else 0
        if given.get(payment_id, 0) != refunded or refunded > brought:
            yield f"payment {payment_id}: {refunded} refunded of {brought}, its refunds sum to {given.get(payment_id, 0)}"


def _shares_go_back(world: World) -> Iterator[str]:
    """A wallet with a share has given, of all refunds together, its share of what was refunded, and in the end just its share."""
    gave = {
        (payment_id, account): -amount
        for payment_id, account, amount in world.query(
            "SELECT e.reference, p.account, SUM(p.amount) FROM journal_entries e JOIN postings p ON p.entry_id = e.id"
            " WHERE e.kind = 'refund' AND p.amount < 0 GROUP BY e.reference, p.account"
        )
    }
    rows = world.query(
        "SELECT p.id, s.wallet_id, s.amount, p.amount, p.refunded FROM payments p"
        " JOIN payment_shares s ON s.payment_id = p.id"
    )
    for payment_id, wallet_id, share, amount, refunded in rows:
        given, wanted = gave.get((payment_id, f"wallet:{wallet_id}"), 0), share * refunded // amount
        if given != wanted:
            yield f"payment {payment_id}: wallet {wallet_id} gave {given} of its share back, not {wanted}"
