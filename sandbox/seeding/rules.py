"""The second look at a file: what refers to what, what is taken, and what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.kit.days import tunis
from sandbox.kit.money import format_dinars
from sandbox.platform.apps.states import TEST_APP_NAME
from sandbox.seeding.history_rules import HistoryRules
from sandbox.seeding.names import Names
from sandbox.seeding.order_rules import OrderRules
from sandbox.seeding.plan import Plan, PlannedApp, PlannedWallet
from sandbox.seeding.problems import Problems
from sandbox.seeding.shape_check import read_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sandbox.seed_file import SeedApp, SeedDeveloper, SeedWallet
    from sandbox.seeding.facts import Facts
    from sandbox.seeding.problems import Place
    from sandbox.seeding.reading import Document
    from sandbox.seeding.shape_check import Entries


def check(document: Document, facts: Facts, *, loaded_before: tuple[str, datetime] | None = None) -> Plan:
    """Raises SeedRefused with everything that is wrong. A file that this world has in it was ``loaded_before``."""
    problems = Problems(document)
    if loaded_before is not None:
        name, at = loaded_before
        when = at.astimezone(tunis()).strftime("%d/%m/%Y %H:%M")
        problems.add((), f"The same was loaded as {name}, when the clock showed {when}.", facts.way_out)
    plan = _Checker(problems, facts).check(read_entries(document, problems))
    problems.raise_if_any()
    return plan


class _Checker:
    def __init__(self, problems: Problems, facts: Facts) -> None:
        self._problems = problems
        self._facts = facts
        self._plan = Plan()

    def check(self, entries: Entries) -> Plan:
        self._entries = entries
        self._plan.webhooks = entries.webhooks
        self._check_developers(entries.developers)
        self._check_wallets("wallets", entries.wallets)
        self._check_wallets("phones", entries.phones)
        self._check_apps(entries.apps)
        names = Names(self._problems, self._facts, self._plan, entries)
        orders = OrderRules(self._problems, self._facts, self._plan, names, entries.partial)
        self._plan.orders = orders.check_orders(entries.orders)
        history = HistoryRules(self._problems, self._facts, self._plan, names, entries.partial)
        self._plan.history = history.check(entries.history)
        if not self._problems:
            orders.check_money(self._plan.orders)
        return self._plan

    def _check_developers(self, developers: Mapping[int, SeedDeveloper]) -> None:
        taken = self._facts.list_taken_emails([each.email.lower() for each in developers.values()])
        taken |= self._facts.list_taken_emails([each.email for each in developers.values()])
        first: dict[str, int] = {}
        for number, said in developers.items():
            place, email = ("developers", number), said.email.lower()
            self._plan.developers[place] = said
            if said.email in taken or email in taken:
                self._problems.add((*place, "email"), f"{said.email} has an account already.", self._facts.way_out)
            elif email in first:
                self._twice((*place, "email"), said.email, ("developers", first[email]))
            if said.role == "admin" and not said.verified:
                self._problems.add(
                    (*place, "role"), "An account that is not verified is no admin's.", "Remove one of the two."
                )
            first.setdefault(email, number)

    def _check_wallets(self, part: str, wallets: Mapping[int, SeedWallet]) -> None:
        known = {each.said.phone_number: each.place for each in self._plan.wallets}
        for number, said in wallets.items():
            place: Place = (part, number)
            is_business = (said.kind or ("business" if part == "wallets" else "personal")) == "business"
            self._plan.wallets.append(PlannedWallet(place, said, is_business))
            found = self._facts.phones.get(said.phone_number)
            if found is not None:
                who = found.trade_name or found.name
                self._problems.add(
                    (*place, "phone_number"), f"{said.phone_number} is taken by {who}.", self._facts.way_out
                )
            elif said.phone_number in known:
                self._twice((*place, "phone_number"), said.phone_number, known[said.phone_number])
            known.setdefault(said.phone_number, place)
            if place not in self._entries.partial:
                self._check_kind(place, said, is_business=is_business)

    def _check_kind(self, place: Place, said: SeedWallet, *, is_business: bool) -> None:
        if is_business and "level" in said.model_fields_set:
            self._problems.add((*place, "level"), "A business has no level.", "Remove the field.")
        if not is_business and said.trade_name is not None:
            self._problems.add((*place, "trade_name"), "A person's wallet has none.", "Say 'kind: business'.")
        ceiling = 0 if is_business else self._facts.balance_ceiling(said.level)
        if ceiling and said.balance > ceiling:
            self._problems.add(
                (*place, "balance"),
                f"{format_dinars(said.balance)} is more than a wallet of level {said.level} may hold.",
                f"Write at most {ceiling} ({format_dinars(ceiling)}), or another level.",
            )

    def _check_apps(self, apps: Mapping[int, SeedApp]) -> None:
        seen: dict[tuple[str, str], Place] = {}
        tokens: dict[str, Place] = {}
        chosen = [each.public_token for each in apps.values() if each.public_token]
        taken = self._facts.list_taken_tokens(chosen)
        for number, said in apps.items():
            place: Place = ("apps", number)
            developer = self._developer_of(place, said)
            wallet = self._wallet_of(place, said)
            for name in ("public_token", "private_token"):
                token = getattr(said, name)
                if token in taken and name == "public_token":
                    self._problems.add((*place, name), f"{token} belongs to another app already.", self._facts.way_out)
                elif token in tokens:
                    self._twice((*place, name), token, tokens[token])
                elif token:
                    tokens[token] = (*place, name)
            if developer is None or wallet is None:
                continue
            key = (developer.email, "" if said.test else said.name)
            if key in seen:
                self._twice((*place, "name"), said.name, seen[key])
            seen.setdefault(key, place)
            self._plan.apps.append(PlannedApp(place, said, developer, wallet))
        self._check_room()

    def _check_room(self) -> None:
        most = self._facts.settings.max_apps
        counted: dict[str, int] = {}
        for app in self._plan.apps:
            email = app.developer.email
            counted[email] = counted.get(email, 0) + (not app.said.test)
            if counted[email] == most + 1:
                self._problems.add(
                    app.place,
                    f"{email} has more than {most} apps.",
                    "Give some to another developer, or raise the setting max_apps.",
                )

    def _developer_of(self, place: Place, said: SeedApp) -> SeedDeveloper | None:
        developers = list(self._plan.developers.values())
        if said.developer is None:
            if len(developers) == 1:
                return self._verified(place, developers[0])
            if "developers" not in self._entries.unread and place not in self._entries.partial:
                reason = "There is no developer in the file." if not developers else "There are several developers."
                self._problems.add(place, f"'developer' is missing: {reason[0].lower()}{reason[1:]}", "Name one.")
            return None
        wanted = said.developer.lower()
        found = [each for each in developers if wanted in {each.email.lower(), each.name.lower()}]
        if len(found) == 1:
            return self._verified((*place, "developer"), found[0])
        if found:
            self._problems.add(
                (*place, "developer"),
                f"{len(found)} developers are called {said.developer}.",
                "Write the e-mail address.",
            )
        elif "developers" not in self._entries.unread:
            self._dangling((*place, "developer"), said.developer, (each.name for each in developers))
        return None

    def _verified(self, place: Place, developer: SeedDeveloper) -> SeedDeveloper:
        if not developer.verified and "developers" not in self._entries.unread:
            self._problems.add(
                place, f"{developer.name} is not verified, and could not make an app.", "Say 'verified: true' there."
            )
        return developer

    def _wallet_of(self, place: Place, said: SeedApp) -> str | None:
        if said.test:
            self._check_test_app(place, said)
            return self._facts.test_wallet
        if said.name == TEST_APP_NAME:
            self._problems.add(
                (*place, "name"), "Every developer has one of this name.", "Choose another, or say 'test: true'."
            )
        businesses = {each.said.phone_number: each for each in self._plan.wallets if each.is_business}
        if said.wallet is None:
            if len(businesses) == 1:
                return next(iter(businesses))
            if "wallets" not in self._entries.unread and place not in self._entries.partial:
                count = "several business wallets" if businesses else "no business wallet in the file"
                self._problems.add(place, f"'wallet' is missing: there are {count}.", "Name one.")
            return None
        return self._find_business((*place, "wallet"), said.wallet, businesses)

    def _find_business(self, place: Place, wanted: str, businesses: Mapping[str, PlannedWallet]) -> str | None:
        names = {
            number: {number, each.name.lower(), (each.trade_name or "").lower()} for number, each in businesses.items()
        }
        known = self._facts.phones
        names = {each.phone_number: {each.phone_number} for each in known.values() if each.trade_name} | names
        found = [number for number, called in names.items() if wanted.lower() in called]
        if len(found) == 1:
            return found[0]
        if found:
            self._problems.add(place, f"{len(found)} wallets are called {wanted}.", "Write the phone number.")
        elif any(wanted in {each.said.phone_number, each.said.name} for each in self._plan.wallets) or wanted in known:
            self._problems.add(place, f"{wanted} is a person's wallet.", "Name a business: 'kind: business'.")
        elif not {"wallets", "phones"} & self._entries.unread:
            self._dangling(place, wanted, (each.trade_name or each.name for each in businesses.values()))
        return None

    def _check_test_app(self, place: Place, said: SeedApp) -> None:
        fixed = ("wallet", "description", "disabled", "allowed_origins", "verification_mode", "session_seconds")
        for name in said.model_fields_set & set(fixed):
            self._problems.add((*place, name), "The TEST APP is the same for everybody.", "Remove the field.")

    def _twice(self, place: Place, what: str, first: Place) -> None:
        self._problems.add_twice(place, what, first)

    def _dangling(self, place: Place, wanted: str, known: Iterable[str]) -> None:
        self._problems.add_dangling(place, wanted, list(known))
