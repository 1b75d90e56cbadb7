"""Histories: whether what is asked for can be, and the draw of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.kit.money import MAX_AMOUNT, format_dinars
from sandbox.people import people_of
from sandbox.seed_file import MOST_ORDERS
from sandbox.seeding.facts import BEST_LEVEL
from sandbox.seeding.history import MOST_BOUGHT, Customer, TooFewCustomersError, draw_customers, draw_sales
from sandbox.seeding.order_rules import open_seconds_of
from sandbox.seeding.plan import PlannedHistory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.seed_file import SeedHistory
    from sandbox.seeding.facts import Facts, KnownApp
    from sandbox.seeding.names import Names
    from sandbox.seeding.plan import Plan, PlannedApp
    from sandbox.seeding.problems import Place, Problems


class HistoryRules:
    def __init__(self, problems: Problems, facts: Facts, plan: Plan, names: Names, partial: set[Place]) -> None:
        self._problems = problems
        self._facts = facts
        self._plan = plan
        self._names = names
        self._partial = partial
        self._customers: set[str] = set()

    def check(self, history: Mapping[int, SeedHistory]) -> list[PlannedHistory]:
        apps, count = {}, 0
        for number, said in history.items():
            place: Place = ("history", number)
            app = self._names.find_app((*place, "app"), said.app)
            if place not in self._partial:
                self._check_shares(place, said)
                self._check_goods(place, said)
            count += said.days * max(most for _, most in said.per_day)
            if app is not None:
                apps[number] = app
        if count > MOST_ORDERS:
            self._problems.add(
                ("history",),
                f"This may come to {count:,} orders.",
                f"Ask for fewer days or fewer a day: at most {MOST_ORDERS:,} in all.",
                of_key=True,
            )
        return [] if self._problems else [self._draw(number, history[number], app) for number, app in apps.items()]

    def _draw(self, number: int, said: SeedHistory, app: PlannedApp | KnownApp) -> PlannedHistory:
        """The whole of it, before anything happens."""
        place: Place = ("history", number)
        customers, ceiling = self._customers_of(place, said, app)
        name, sales = f"H{number + 1}", []
        try:
            if customers:
                draw = draw_sales(
                    said, customers, now=self._facts.now, seed=self._facts.seed, name=name, ceiling=ceiling
                )
                sales = list(draw)
        except TooFewCustomersError:
            self._problems.add(
                place,
                f"On some day more is sold than {len(customers)} customers may pay ({format_dinars(ceiling)} each).",
                "Ask for more customers, or for less a day.",
            )
        return PlannedHistory(place, app, open_seconds_of(app, self._facts), customers, sales)

    def _customers_of(self, place: Place, said: SeedHistory, app: PlannedApp | KnownApp) -> tuple[list[Customer], int]:
        """With what the poorest of them may pay in a day, in millimes."""
        if isinstance(said.customers, int):
            taken = set(self._facts.phones) | {each.said.phone_number for each in self._plan.wallets} | self._customers
            customers = draw_customers(said.customers, people_of(self._facts.seed), lambda each: each not in taken)
            self._customers |= {each.phone_number for each in customers}
            return customers, self._facts.daily_ceiling(BEST_LEVEL)
        numbers = [
            (number, (*place, "customers", index))
            for index, wanted in enumerate(said.customers)
            if (number := self._names.find_phone((*place, "customers", index), wanted)) is not None
        ]
        for number, where in numbers:
            if number == app.wallet_phone:
                self._problems.add(where, "The shop would pay itself.", "Name another phone.")
        return [self._customer(number) for number, _ in numbers], self._ceiling_of([number for number, _ in numbers])

    def _customer(self, number: str) -> Customer:
        own = next((each for each in self._plan.wallets if each.said.phone_number == number), None)
        if own is not None:
            return Customer(number, own.name, own.said.pin, is_new=False)
        known = self._facts.phones[number]
        return Customer(number, known.name, known.pin, is_new=False)

    def _ceiling_of(self, numbers: list[str]) -> int:
        levels = {each.said.level for each in self._plan.wallets if each.said.phone_number in numbers} | {BEST_LEVEL}
        return min((ceiling for level in levels if (ceiling := self._facts.daily_ceiling(level))), default=0)

    def _check_shares(self, place: Place, said: SeedHistory) -> None:
        if said.refused + said.failed + said.expired > 1:
            self._problems.add(
                place, "refused, failed and expired are more than all orders together.", "Write shares such as 0.05."
            )

    def _check_goods(self, place: Place, said: SeedHistory) -> None:
        if said.items and said.amounts:
            self._problems.add((*place, "amounts"), "The items have prices already.", "Remove one of the two.")
        if said.amounts and said.amounts[0] > said.amounts[1]:
            self._problems.add(
                (*place, "amounts"), "The least stands first.", f"Write [{said.amounts[1]}, {said.amounts[0]}]."
            )
        for number, item in enumerate(said.items):
            if item.price is None:
                self._problems.add(
                    (*place, "items", number), "'price' is missing.", "A history needs it for its amounts."
                )
            elif item.price * item.quantity * MOST_BOUGHT > MAX_AMOUNT:
                self._problems.add(
                    (*place, "items", number, "price"),
                    f"Up to {MOST_BOUGHT} of it are bought at once, for more than one payment may be.",
                    f"Write at most {MAX_AMOUNT // MOST_BOUGHT}.",
                )
