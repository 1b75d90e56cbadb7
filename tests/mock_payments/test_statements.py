"""What the ledger tells: statements of wallets, and exports that other tools read back to the same balances."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from sandbox.contracts.payments import TopUp
from sandbox.kit.days import day_of
from sandbox.kit.errors import InvalidInput
from sandbox.mock_payments.ledger.chart import CHART, UnknownAccountError, kind_of
from sandbox.mock_payments.ledger.export import book_account
from sandbox.mock_payments.ledger.models import accounts
from sandbox.mock_payments.payments.fees import FeeRule
from sandbox.mock_payments.settings import PaymentsSettings
from tests.mock_payments.test_history import Story
from tests.mock_payments.test_transfers import send
from tests.services import build_services

if TYPE_CHECKING:
    from sandbox.contracts.ledger import LedgerFormat
    from sandbox.contracts.transport import InProcessTransport
    from tests.databases import UrlFactory
    from tests.services import Services


@pytest.fixture
def story(services: Services) -> Story:
    told = Story(services)
    wallet = TopUp(wallet_id="-_.:x", amount=7, idempotency_key='quoted "key"; a, b\\ {é} \n next')
    services.payments.top_up(wallet)
    return told


def balances(services: Services) -> dict[str, int]:
    with services.payments_api.database.read() as connection:
        return dict(connection.execute(select(accounts.c.key, accounts.c.balance)).all())


def test_a_statement_tells_each_movement_and_the_balance_after_it(story: Story) -> None:
    told = story.services.payments.get_statement(story.amina.id)
    assert (told.opening_balance, told.closing_balance) == (0, story.services.money(story.amina)[0])
    assert [(line.kind, line.amount, line.balance) for line in told.data] == [
        ("top_up", 50_000, 50_000),
        ("hold", -10_000, 40_000),
        ("refund", 2_000, 42_000),
        ("hold", -700, 41_300),
        ("release", 700, 42_000),
        ("counter", -1_500, 40_500),
        ("person", 3_000, 43_500),
    ]


def test_pages_of_a_statement_go_on_with_the_balance(story: Story) -> None:
    payments, cursor, lines = story.services.payments, None, []
    while True:
        page = payments.get_statement(story.amina.id, limit=3, after=cursor)
        lines, cursor = lines + page.data, page.next_cursor
        if cursor is None:
            break
    assert lines == payments.get_statement(story.amina.id).data


def test_a_period_begins_with_what_was_there_and_ends_with_what_is_left(story: Story) -> None:
    services = story.services
    today = day_of(services.clock.now())
    services.clock.advance(86_400)
    send(services, story.amina, story.karim, 500, idempotency_key="tomorrow")
    of_today = services.payments.get_statement(story.amina.id, first=today, last=today)
    tomorrow = services.payments.get_statement(story.amina.id, first=today + timedelta(days=1))
    assert (of_today.opening_balance, of_today.closing_balance) == (0, 43_500)
    assert (tomorrow.opening_balance, tomorrow.closing_balance) == (43_500, 43_000)
    assert [line.amount for line in tomorrow.data] == [-500]
    with pytest.raises(InvalidInput) as refused:
        services.payments.get_statement(story.amina.id, first=today, last=today - timedelta(days=1))
    assert refused.value.field == "from"


def test_a_statement_is_told_as_comma_separated_values_too(story: Story) -> None:
    path = f"/payments/api/wallets/{story.amina.id}/statement.csv"
    answer = story.services.payments._send("GET", path, b"")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    told = story.services.payments.get_statement(story.amina.id).data
    assert [(int(row["id"]), int(row["amount"]), int(row["balance"])) for row in rows] == [
        (line.id, line.amount, line.balance) for line in told
    ]


def _exported(services: Services, form: LedgerFormat, limit: int | None = 3) -> str:
    return "".join(services.payments.export_ledger(form, limit=limit))


def test_pieces_of_any_size_make_the_same_export(story: Story) -> None:
    for form in ("csv", "hledger", "beancount"):
        assert len({_exported(story.services, form, limit).strip() for limit in (1, 2, 5, None)}) == 1


def test_beancount_reads_the_export_and_finds_every_balance(story: Story) -> None:
    from beancount import loader
    from beancount.core import data

    entries, errors, _ = loader.load_string(_exported(story.services, "beancount"))
    assert errors == []
    totals: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, data.Transaction):
            for posting in entry.postings:
                assert posting.units.currency == "TND"
                totals[posting.account] += int(posting.units.number * 1000)
    opened = {entry.account: entry.meta["account"] for entry in entries if isinstance(entry, data.Open)}
    assert {opened[name]: -total for name, total in totals.items() if total} == _not_zero(balances(story.services))


def test_beancount_finds_fees_shares_and_what_went_back(
    database_url: UrlFactory, in_process: InProcessTransport
) -> None:
    """Every account of the ledger, by the total that beancount itself adds up: none is left out, and none is mixed up."""
    from beancount import loader
    from beancount.core import realization

    rule = PaymentsSettings(fees=FeeRule(permille=15, fixed=100))
    with build_services(database_url, in_process, payments_settings=rule) as services:
        payer, shop, partner = services.open_wallet(90_000), services.open_shop(), services.open_shop()
        share = [{"wallet_id": partner.id, "amount": 2_500}]
        paid = services.execute(services.prepare(payer, shop, destinations=share, reference='A "B"; \\ {é}'))
        services.refund(paid, 700)
        services.execute(services.prepare(payer, shop), amount=9_000, captures_part=True)
        services.prepare(payer, shop)
        send(services, payer, shop, 5_000, kind="counter", note="50 % off; #tag ^link")
        entries, errors, _ = loader.load_string(_exported(services, "beancount"))
        wanted = balances(services)
    assert errors == []
    root = realization.realize(entries)
    opened = {entry.meta["account"]: entry.account for entry in entries if hasattr(entry, "booking")}
    found = {
        key: -sum(int(held.units.number * 1000) for held in realization.get(root, name).balance)
        for key, name in opened.items()
    }
    assert {key: found.get(key) for key in wanted} == wanted
    assert all(total == 0 for key, total in found.items() if key not in wanted)
    assert wanted["fees"] > 0


def test_the_hledger_journal_balances_and_adds_up(story: Story) -> None:
    """Read by its own rules: entries at the margin, postings indented, two blanks before the amount."""
    totals: Counter[str] = Counter()
    for entry in _exported(story.services, "hledger").split("\n\n")[1:]:
        first, *lines = entry.strip("\n").split("\n")
        if first.startswith("account"):
            continue
        moved = [line.strip().rsplit("  ", 1) for line in lines]
        assert all(line.startswith("  ") for line in lines)
        assert sum(Decimal(amount.split()[0]) for _, amount in moved) == 0
        for account, amount in moved:
            totals[account] += int(Decimal(amount.split()[0]) * 1000)
    wanted = {book_account(account): -balance for account, balance in balances(story.services).items()}
    assert _not_zero(totals) == _not_zero(wanted)


def test_the_csv_holds_every_posting_with_its_key(story: Story) -> None:
    rows = list(csv.DictReader(io.StringIO(_exported(story.services, "csv"), newline="")))
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row["account"]] += int(row["amount"])
    assert _not_zero(totals) == _not_zero(balances(story.services))
    assert 'top_up:quoted "key"; a, b\\ {é} \n next' in {row["key"] for row in rows}


def test_what_is_booked_while_pieces_are_fetched_stays_out(story: Story) -> None:
    pieces = story.services.payments.export_ledger("csv", limit=2)
    first = next(pieces)
    send(story.services, story.amina, story.karim, 123, idempotency_key="late")
    assert ",123" not in first + "".join(pieces)


def test_an_empty_ledger_is_exported_too(services: Services) -> None:
    from beancount import loader

    assert loader.load_string(_exported(services, "beancount"))[1] == []
    assert _exported(services, "csv") == "entry,at,kind,reference,key,account,amount\r\n"


def test_an_unknown_form_is_refused(services: Services) -> None:
    with pytest.raises(InvalidInput) as refused:
        _exported(services, "excel")  # type: ignore[arg-type]
    assert refused.value.field == "format"


ids = st.text("aZ0-_.:", min_size=1, max_size=8)


@given(ids, ids)
def test_no_two_accounts_share_a_name_in_the_books(one: str, other: str) -> None:
    assert (book_account(f"wallet:{one}") == book_account(f"wallet:{other}")) == (one == other)


@pytest.mark.parametrize("account", ["purse:x", "wallet", "bank:x", ""])
def test_an_account_that_the_chart_does_not_know_is_refused(account: str) -> None:
    with pytest.raises(UnknownAccountError):
        kind_of(account)


def test_only_accounts_of_the_outside_world_may_go_below_zero() -> None:
    assert {kind.key for kind in CHART if kind.overdraft} == {"bank", "clearing"}


def _not_zero(totals: dict[str, int] | Counter[str]) -> dict[str, Any]:
    return {name: total for name, total in totals.items() if total}
