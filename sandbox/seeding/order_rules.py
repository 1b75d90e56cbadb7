"""Orders: whose they are, when they were, and whether there was the money."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.kit.days import day_of
from sandbox.kit.money import format_dinars
from sandbox.seed_file import MOST_DAYS, SeedOrder
from sandbox.seeding.facts import BEST_LEVEL
from sandbox.seeding.history import PAYING
from sandbox.seeding.plan import PlannedApp, PlannedOrder
from sandbox.seeding.times import HOW, parse_when

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.seeding.facts import Facts, KnownApp
    from sandbox.seeding.names import Names
    from sandbox.seeding.plan import Plan
    from sandbox.seeding.problems import Place, Problems

_UNTIL_REFUND = timedelta(days=1)
_ENDS_WITH_FORM = frozenset({"expired", "failed"})
_NOT_ON_PAGES = ("items", "customer", "name", "description")
_ON_PAGES_ONLY = ("success_link", "fail_link")
_PAID = frozenset({"paid", "refunded", "partly_refunded"})


class OrderRules:
    def __init__(self, problems: Problems, facts: Facts, plan: Plan, names: Names, partial: set[Place]) -> None:
        self._problems = problems
        self._facts = facts
        self._plan = plan
        self._names = names
        self._partial = partial

    def check_orders(self, orders: Mapping[int, SeedOrder]) -> list[PlannedOrder]:
        found = [self._check_order(("orders", number), said) for number, said in orders.items()]
        return sorted((each for each in found if each is not None), key=lambda each: each.at)

    def _check_order(self, place: Place, said: SeedOrder) -> PlannedOrder | None:
        app = self._names.find_app((*place, "app"), said.app)
        payer = self._find_payer(place, said)
        at = self._when(place, said, app)
        if place in self._partial:
            return None
        refunded_at = self._when_refunded(place, said, at)
        self._check_refund(place, said)
        if app is None or payer is None or at is None or refunded_at is None:
            return None
        self._check_open(place, said, app, at)
        self._check_stays_open(place, said, app)
        if payer == app.wallet_phone:
            self._problems.add((*place, "payer"), "The shop would pay itself.", "Name another phone.")
        self._check_page(place, said)
        return PlannedOrder(place, said, app, payer, at, open_seconds_of(app, self._facts), refunded_at)

    def _check_page(self, place: Place, said: SeedOrder) -> None:
        for name in _NOT_ON_PAGES if said.hosted else _ON_PAGES_ONLY:
            if getattr(said, name):
                reason = "A payment page is asked for without this." if said.hosted else "Only a payment page has this."
                self._problems.add((*place, name), reason, "Remove the field, or change 'hosted'.", of_key=True)

    def check_money(self, orders: list[PlannedOrder]) -> None:
        """Each payer goes through the orders of the file in their time; a history brings its own customers."""
        balances = {number: phone.balance for number, phone in self._facts.phones.items()}
        balances |= {each.said.phone_number: each.said.balance for each in self._plan.wallets}
        people = {each.said.phone_number: each.said.level for each in self._plan.wallets if not each.is_business}
        spent: dict[tuple[str, object], int] = defaultdict(int)
        moves = [(each.at, 0, each) for each in orders if each.said.status in _PAID]
        moves += [(each.refunded_at, 1, each) for each in orders if each.said.status in {"refunded", "partly_refunded"}]
        for _, is_refund, order in sorted(moves, key=lambda move: (move[0], move[1])):
            if is_refund:
                balances[order.payer] += order.said.refunded or order.said.amount
                continue
            ceiling = self._facts.daily_ceiling(people.get(order.payer, BEST_LEVEL))
            self._check_payment(order, balances[order.payer], spent[order.payer, day_of(order.at)], ceiling)
            balances[order.payer] -= order.said.amount
            spent[order.payer, day_of(order.at)] += order.said.amount

    def _check_payment(self, order: PlannedOrder, balance: int, spent: int, ceiling: int) -> None:
        if order.said.amount > balance:
            self._problems.add(
                (*order.place, "amount"),
                f"{order.payer} has {format_dinars(max(balance, 0))} left by then, and would pay "
                f"{format_dinars(order.said.amount)}.",
                "Give it a greater 'balance', or let another phone pay.",
            )
        elif ceiling and spent + order.said.amount > ceiling:
            self._problems.add(
                (*order.place, "amount"),
                f"{order.payer} would pay {format_dinars(spent + order.said.amount)} on that day; its level allows "
                f"{format_dinars(ceiling)}.",
                "Move it to another day, or let another phone pay.",
            )

    def _find_payer(self, place: Place, said: SeedOrder) -> str | None:
        people = [each for each in self._plan.wallets if not each.is_business]
        if said.payer is None:
            return people[0].said.phone_number if people else next(iter(self._facts.phones))
        return self._names.find_phone((*place, "payer"), said.payer)

    def _when(self, place: Place, said: SeedOrder, app: PlannedApp | KnownApp | None) -> datetime | None:
        now = self._facts.now
        if said.at is not None:
            return self._moment((*place, "at"), said.at)
        if said.status == "pending":
            return now
        return now - PAYING - (self._open_for(app) if said.status in _ENDS_WITH_FORM else timedelta())

    def _when_refunded(self, place: Place, said: SeedOrder, at: datetime | None) -> datetime | None:
        now = self._facts.now
        if said.refunded_at is None:
            return now if at is None else max(at, min(at + _UNTIL_REFUND, now))
        moment = self._moment((*place, "refunded_at"), said.refunded_at)
        if said.status not in {"refunded", "partly_refunded"}:
            self._problems.add(
                (*place, "refunded_at"), f"An order that is {said.status} was not refunded.", "Remove the field."
            )
        elif moment is not None and at is not None and moment < at + PAYING:
            self._problems.add(
                (*place, "refunded_at"), "This is before the payment was made.", "Write a moment after 'at'."
            )
        return moment

    def _moment(self, place: Place, text: str) -> datetime | None:
        now = self._facts.now
        try:
            moment = parse_when(text, now)
        except ValueError as error:
            self._problems.add(place, str(error), HOW)
            return None
        if moment > now:
            self._problems.add(place, "This is still to come.", "Write a moment that is past on the sandbox's clock.")
        elif moment < now - timedelta(days=MOST_DAYS):
            self._problems.add(place, f"This is more than {MOST_DAYS} days ago.", "Write a later moment.")
        else:
            return moment
        return None

    def _check_refund(self, place: Place, said: SeedOrder) -> None:
        where = (*place, "refunded")
        if said.status == "partly_refunded" and said.refunded is None:
            self._problems.add(place, "'refunded' is missing.", "Write how much went back.")
        elif said.refunded is None:
            return
        elif said.status not in {"refunded", "partly_refunded"}:
            self._problems.add(
                where, f"An order that is {said.status} was not refunded.", "Say 'status: partly_refunded'."
            )
        elif said.refunded > said.amount:
            self._problems.add(
                where,
                f"{format_dinars(said.refunded)} is more than the payment of {format_dinars(said.amount)}.",
                f"Write at most {said.amount}.",
            )
        elif (said.refunded == said.amount) != (said.status == "refunded"):
            wanted = "refunded" if said.refunded == said.amount else "partly_refunded"
            self._problems.add(where, f"This makes the order {wanted}.", f"Say 'status: {wanted}', or change it.")

    def _check_open(self, place: Place, said: SeedOrder, app: PlannedApp | KnownApp, at: datetime) -> None:
        """An order is pending as long as its form is open, and expired from then on."""
        end = at + self._open_for(app)
        seconds = round(self._open_for(app).total_seconds())
        if said.status == "pending" and end <= self._facts.now:
            self._problems.add(
                (*place, "at"),
                f"A form stays open for {seconds} seconds: by now this one has expired.",
                "Say 'status: expired', or leave 'at' out.",
            )
        if said.status == "expired" and end > self._facts.now:
            self._problems.add(
                (*place, "at"),
                f"A form stays open for {seconds} seconds: this one is open still.",
                "Say 'status: pending', or leave 'at' out.",
            )

    def _check_stays_open(self, place: Place, said: SeedOrder, app: PlannedApp | KnownApp) -> None:
        if said.status == "pending" and isinstance(app, PlannedApp) and app.said.disabled:
            self._problems.add(
                (*place, "status"), "The app is disabled, which ends its open forms.", "Say 'status: expired'."
            )

    def _open_for(self, app: PlannedApp | KnownApp | None) -> timedelta:
        return timedelta(seconds=open_seconds_of(app, self._facts))


def open_seconds_of(app: PlannedApp | KnownApp | None, facts: Facts) -> int:
    """How long its forms stay open, and the payment pages that the file asks for."""
    own = app.said.session_seconds if isinstance(app, PlannedApp) else None
    return own or facts.settings.session_seconds
