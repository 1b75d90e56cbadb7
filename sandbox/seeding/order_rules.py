"""Orders and histories: whose they are, when they were, and whether there was the money."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.kit.days import day_of
from sandbox.kit.money import MAX_AMOUNT, format_dinars
from sandbox.people import people_of
from sandbox.seed_file import MOST_DAYS, MOST_ORDERS, SeedOrder
from sandbox.seeding.history import MOST_BOUGHT, PAYING, TooFewCustomersError, draw_customers, draw_sales
from sandbox.seeding.plan import PlannedApp, PlannedHistory, PlannedOrder, find_app
from sandbox.seeding.times import HOW, parse_when

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.seed_file import SeedHistory
    from sandbox.seeding.facts import Facts, KnownApp
    from sandbox.seeding.history import Sale
    from sandbox.seeding.plan import Plan
    from sandbox.seeding.problems import Place, Problems
    from sandbox.seeding.shape_check import Entries

_LEVEL = 3
"""Of customers, and of the demo world's phones."""
_UNTIL_REFUND = timedelta(days=1)
_ENDS_WITH_FORM = frozenset({"expired", "failed"})
_DEMO_PAYER = "pays"
"""The phone of the demo world that does what it is told."""
_PAID = frozenset({"paid", "refunded", "partly_refunded"})


class OrderRules:
    def __init__(self, problems: Problems, facts: Facts, plan: Plan, entries: Entries) -> None:
        self._problems = problems
        self._facts = facts
        self._plan = plan
        self._unread, self._partial = entries.unread, entries.partial
        self._app_names = {each.name.lower() for each in entries.apps.values()}
        self._customers: set[str] = set()

    def check_orders(self, orders: Mapping[int, SeedOrder]) -> list[PlannedOrder]:
        found = [self._check_order(("orders", number), said) for number, said in orders.items()]
        return sorted((each for each in found if each is not None), key=lambda each: each.at)

    def _check_order(self, place: Place, said: SeedOrder) -> PlannedOrder | None:
        app = self._find_app((*place, "app"), said.app)
        payer = self._find_payer(place, said)
        at = self._when(place, said, app)
        if place in self._partial:
            return None
        refunded_at = self._when_refunded(place, said, at)
        self._check_refund(place, said)
        if app is None or payer is None or at is None or refunded_at is None:
            return None
        self._check_open(place, said, app, at)
        if payer == app.wallet_phone:
            self._problems.add((*place, "payer"), "The shop would pay itself.", "Name another phone.")
        return PlannedOrder(place, said, app, payer, at, refunded_at)

    def check_history(self, history: Mapping[int, SeedHistory]) -> list[PlannedHistory]:
        apps, count = {}, 0
        for number, said in history.items():
            place: Place = ("history", number)
            app = self._find_app((*place, "app"), said.app)
            if place not in self._partial:
                self._check_shares(place, said)
                self._check_goods(place, said)
            count += said.days * said.per_day[1]
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
        facts, place = self._facts, ("history", number)
        taken = set(facts.phones) | {each.said.phone_number for each in self._plan.wallets} | self._customers
        customers = draw_customers(said, people_of(facts.seed), lambda each: each not in taken)
        self._customers |= {each.phone_number for each in customers}
        name, ceiling = f"H{number + 1}", facts.daily_ceiling(_LEVEL)
        sales: list[Sale] = []
        try:
            sales += draw_sales(said, customers, now=facts.now, seed=facts.seed, name=name, ceiling=ceiling)
        except TooFewCustomersError:
            self._problems.add(
                place,
                f"On some day more is sold than {said.customers} customers may pay ({format_dinars(ceiling)} each).",
                "Ask for more customers, or for less a day.",
            )
        return PlannedHistory(place, app, customers, sales)

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
            ceiling = self._facts.daily_ceiling(people.get(order.payer, _LEVEL))
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

    def _find_app(self, place: Place, wanted: str) -> PlannedApp | KnownApp | None:
        found = find_app(self._plan, self._facts, wanted)
        if len(found) == 1:
            return found[0]
        if found:
            self._problems.add(place, f"{len(found)} apps are called {wanted}.", "Give them different names.")
        elif "apps" not in self._unread and wanted.lower() not in self._app_names:
            known = [each.said.name for each in self._plan.apps] + [each.name for each in self._facts.apps.values()]
            self._problems.add_dangling(place, wanted, known)
        return None

    def _find_payer(self, place: Place, said: SeedOrder) -> str | None:
        people = [each for each in self._plan.wallets if not each.is_business]
        if said.payer is None:
            return people[0].said.phone_number if people else next(iter(self._facts.phones))
        place = (*place, "payer")
        wanted = said.payer.lower()
        found = [
            each.said.phone_number
            for each in self._plan.wallets
            if wanted in {each.said.phone_number, each.name.lower(), (each.trade_name or "").lower()}
        ]
        if len(found) > 1:
            self._problems.add(place, f"{len(found)} phones are called {said.payer}.", "Write the number.")
            return None
        if found:
            return found[0]
        known = self._facts.phones.get(said.payer)
        if known is None:
            if not self._unread & {"wallets", "phones"}:
                self._problems.add_dangling(place, said.payer, [*(each.name for each in people), _DEMO_PAYER])
            return None
        if not known.pays_as_told:
            self._problems.add(
                place, f"The phone {said.payer} does what its persona does, not what a file says.", "Name another."
            )
        return known.phone_number

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

    def _open_for(self, app: PlannedApp | KnownApp | None) -> timedelta:
        own = app.said.session_seconds if isinstance(app, PlannedApp) else None
        return timedelta(seconds=own or self._facts.settings.session_seconds)

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
