"""The history of a wallet: everything that moved its money, in both directions, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.contracts.transfers import HistoryItem
from sandbox.kit.errors import InvalidInput
from tests.mock_payments.test_transfers import send

if TYPE_CHECKING:
    from sandbox.contracts.wallets import Wallet
    from tests.services import Services


class Story:
    """Amina pays online and at a counter, gets money back, sends and receives."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.amina = services.open_wallet(50_000, holder_name="Amina Ben Salah")
        self.karim = services.open_wallet(9_000, holder_name="Karim Trabelsi")
        self.shop = services.open_wallet(kind="business", trade_name="Café Olé")
        self.paid = services.execute(services.prepare(self.amina, self.shop, amount=10_000))
        services.refund(self.paid, 2_000)
        self.cancelled = services.prepare(self.amina, self.shop, amount=700)
        services.payments.cancel(self.cancelled.id)
        self.counter = send(services, self.amina, self.shop, 1_500, kind="counter", idempotency_key="a")
        self.gift = send(services, self.karim, self.amina, 3_000, note="100% happy", idempotency_key="b")

    def of(self, wallet: Wallet, search: str | None = None) -> list[HistoryItem]:
        return self.services.payments.list_history(wallet.id, search=search)[0]


@pytest.fixture
def story(services: Services) -> Story:
    return Story(services)


def _short(items: list[HistoryItem]) -> list[tuple[str, str, int, str, str | None]]:
    return [(item.kind, item.direction, item.amount, item.state, item.counterparty) for item in items]


def test_a_person_sees_every_movement_with_the_other_side(story: Story) -> None:
    items = story.of(story.amina)
    assert _short(items) == [
        ("transfer", "in", 3_000, "executed", "Karim T"),
        ("counter", "out", 1_500, "executed", "Café Olé"),
        ("payment", "out", 700, "cancelled", "Café Olé"),
        ("refund", "in", 2_000, "executed", "Café Olé"),
        ("payment", "out", 10_000, "partly_refunded", "Café Olé"),
        ("top_up", "in", 50_000, "executed", None),
    ]
    assert (items[0].note, items[0].counterparty_phone) == ("100% happy", story.karim.phone_number)
    assert [items[place].reference_id for place in (0, 1, 2, 4)] == [
        story.gift.id,
        story.counter.id,
        story.cancelled.id,
        story.paid.id,
    ]
    assert items[4].reference == "TX-1"


def test_a_merchant_sees_what_came_in_with_masked_numbers(story: Story) -> None:
    items = story.of(story.shop)
    assert _short(items) == [
        ("counter", "in", 1_500, "executed", "Amina B S"),
        ("refund", "out", 2_000, "executed", "Amina Ben Salah"),
        ("payment", "in", 10_000, "partly_refunded", "Amina Ben Salah"),
    ]
    phone = story.amina.phone_number
    assert {item.counterparty_phone for item in items} == {f"{phone[:2]} *** {phone[5:]}"}


@pytest.mark.parametrize(
    ("search", "amounts"),
    [
        ("karim", [3_000]),
        ("100% h", [3_000]),
        ("%", [3_000]),
        ("CAF", [1_500, 700, 2_000, 10_000]),
        ("TX-1", [700, 2_000, 10_000]),
        ("nobody", []),
        ("amina", []),
    ],
)
def test_a_search_finds_names_notes_and_references(story: Story, search: str, amounts: list[int]) -> None:
    assert [item.amount for item in story.of(story.amina, search)] == amounts


def test_a_search_finds_the_other_side_s_number_but_no_merchant_finds_a_hidden_one(story: Story) -> None:
    assert [item.amount for item in story.of(story.amina, story.karim.phone_number)] == [3_000]
    story.services.execute(story.services.prepare(story.karim, story.shop, amount=10), key="x")
    assert story.of(story.shop, story.karim.phone_number) == []
    assert story.of(story.shop, story.amina.phone_number) == []
    assert [item.amount for item in story.of(story.shop, "Amina B")] == [1_500, 2_000, 10_000]


def test_pages_put_together_are_the_whole(story: Story) -> None:
    whole, cursor, pages = story.of(story.amina), None, []
    for _ in range(4):
        page, cursor = story.services.payments.list_history(story.amina.id, limit=2, after=cursor)
        pages += page
        if cursor is None:
            break
    assert pages == whole


def test_a_cursor_that_is_none_is_refused_and_an_unknown_wallet_has_no_history(story: Story) -> None:
    with pytest.raises(InvalidInput) as refused:
        story.services.payments.list_history(story.amina.id, after="nonsense!")
    assert refused.value.field == "after"
    assert story.services.payments.list_history("nobody") == ([], None)
