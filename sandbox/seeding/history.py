"""Orders of past days, drawn from the sandbox's seed: who buys what, when, and how it ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.contracts.personas import DEMO_PIN
from sandbox.kit.days import day_of, start_of_day
from sandbox.kit.ids import Ids
from sandbox.kit.money import MAX_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sandbox.people import TunisianNames
    from sandbox.seed_file import OrderStatus, SeedHistory

FIRST_CUSTOMER, _LAST_CUSTOMER = 24_000_000, 24_999_999
PAYING = timedelta(seconds=60)
"""From the open form to the money: what a shopper takes for it."""
MOST_BOUGHT = 3
_PARTS = 10_000
_LEAST, _MOST = 2_000, 150_000
"""Millimes, where a file names neither items nor amounts."""
_STEP = 100
_REFUND_DAYS = 5


@dataclass(frozen=True)
class Customer:
    """``is_new`` is one who comes into the world for this."""

    phone_number: str
    name: str
    pin: str = DEMO_PIN
    is_new: bool = True


@dataclass(frozen=True)
class Sale:
    """One order of the past: ``items`` as the checkout tells them, ``refunded`` in millimes or None for all."""

    at: datetime
    customer: Customer
    status: OrderStatus
    amount: int
    reference: str
    items: tuple[dict[str, object], ...]
    refunded: int | None
    refunded_at: datetime | None
    is_hosted: bool = False

    @property
    def pays(self) -> bool:
        return self.status in {"paid", "refunded", "partly_refunded"}


class TooFewCustomersError(Exception):
    """On some day nobody may pay as much as is to be sold."""


def draw_customers(wanted: int, people: TunisianNames, is_free: Callable[[str], bool]) -> list[Customer]:
    """With numbers that nobody has."""
    found: list[Customer] = []
    for number in range(FIRST_CUSTOMER, _LAST_CUSTOMER):
        if len(found) == wanted:
            break
        if is_free(str(number)):
            found.append(Customer(str(number), people.name()))
    return found


def draw_sales(
    said: SeedHistory, customers: list[Customer], *, now: datetime, seed: int, name: str, ceiling: int
) -> Iterator[Sale]:
    """Oldest first. ``name`` tells several histories apart, whose draws else would be alike; nobody pays more in a day than
    the ``ceiling``, in millimes, where there is one. Raises TooFewCustomersError.
    """
    chance = Ids(seed, f"history of {name}")
    number = 0
    for day, days_ago in enumerate(range(said.days, 0, -1)):
        midnight = start_of_day(day_of(now) - timedelta(days=days_ago))
        least, most = said.per_day[day % len(said.per_day)]
        spent: dict[Customer, int] = defaultdict(int)
        for at in sorted(_moment(chance, said, midnight) for _ in range(least + chance.number(most - least + 1))):
            number += 1
            sale = _draw_sale(chance, said, customers, at, now, f"{name}-{number:05}")
            if ceiling and sale.pays and spent[sale.customer] + sale.amount > ceiling:
                sale = replace(sale, customer=_who_may(customers, spent, ceiling - sale.amount))
            spent[sale.customer] += sale.amount if sale.pays else 0
            yield sale


def _who_may(customers: list[Customer], spent: Mapping[Customer, int], room: int) -> Customer:
    found = next((each for each in customers if spent[each] <= room), None)
    if found is None:
        raise TooFewCustomersError
    return found


def _moment(chance: Ids, said: SeedHistory, midnight: datetime) -> datetime:
    """The sum of two draws: most people come in the middle of the day."""
    first, last = said.hours
    half = (last - first) * 1800
    return midnight + timedelta(hours=first, seconds=chance.number(half) + chance.number(half))


def _draw_sale(
    chance: Ids, said: SeedHistory, customers: list[Customer], at: datetime, now: datetime, reference: str
) -> Sale:
    share = chance.number(_PARTS) / _PARTS
    customer = customers[chance.number(chance.number(len(customers)) + 1)]  # those in front come often
    items, amount = _draw_basket(chance, said)
    status, refunded, refunded_at = _draw_end(chance, said, share), None, None
    if status == "refunded":
        refunded_at = min(at + PAYING + timedelta(hours=1 + chance.number(_REFUND_DAYS * 24)), now)
        if amount > 1 and chance.number(3) == 0:
            status, refunded = "partly_refunded", max(1, amount // 2)
    is_hosted = said.hosted > 0 and chance.number(_PARTS) < said.hosted * _PARTS
    return Sale(at, customer, status, amount, reference, items, refunded, refunded_at, is_hosted)


def _draw_end(chance: Ids, said: SeedHistory, share: float) -> OrderStatus:
    if share < said.refused:
        return "refused"
    if share < said.refused + said.failed:
        return "failed"
    if share < said.refused + said.failed + said.expired:
        return "expired"
    return "refunded" if chance.number(_PARTS) < said.refunded * _PARTS else "paid"


def _draw_basket(chance: Ids, said: SeedHistory) -> tuple[tuple[dict[str, object], ...], int]:
    if not said.items:
        least, most = said.amounts or (_LEAST, _MOST)
        amount = least + chance.number(most - least + 1)
        return (), amount // _STEP * _STEP if amount // _STEP * _STEP >= least else amount
    items, amount = [], 0
    for _ in range(1 + min(chance.number(MOST_BOUGHT), chance.number(MOST_BOUGHT))):
        item = said.items[chance.number(len(said.items))]
        price = (item.price or 0) * item.quantity
        if amount + price <= MAX_AMOUNT:
            amount += price
            items.append(item)
    rows: list[dict[str, object]] = []
    for item in said.items:
        count = sum(each is item for each in items)
        if count:
            rows.append(item.model_dump(exclude_none=True) | {"quantity": item.quantity * count})
    return tuple(rows), amount
