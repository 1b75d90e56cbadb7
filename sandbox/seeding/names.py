"""What things in a file are called by, and what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.seeding.plan import find_app

if TYPE_CHECKING:
    from sandbox.seeding.facts import Facts, KnownApp
    from sandbox.seeding.plan import Plan, PlannedApp
    from sandbox.seeding.problems import Place, Problems
    from sandbox.seeding.shape_check import Entries

_DEMO_PAYER = "pays"
"""The phone of the demo world that does what it is told."""


class Names:
    """Looks among what the plan has by now, then in the world. What is not found, or is several, is a problem."""

    def __init__(self, problems: Problems, facts: Facts, plan: Plan, entries: Entries) -> None:
        self._problems = problems
        self._facts = facts
        self._plan = plan
        self._unread = entries.unread
        self._app_names = {each.name.lower() for each in entries.apps.values()}

    def find_app(self, place: Place, wanted: str) -> PlannedApp | KnownApp | None:
        found = find_app(self._plan, self._facts, wanted)
        if len(found) == 1:
            return found[0]
        if found:
            self._problems.add(place, f"{len(found)} apps are called {wanted}.", "Give them different names.")
        elif "apps" not in self._unread and wanted.lower() not in self._app_names:
            known = [each.said.name for each in self._plan.apps] + [each.name for each in self._facts.apps.values()]
            self._problems.add_dangling(place, wanted, known)
        return None

    def find_phone(self, place: Place, called: str) -> str | None:
        wanted = called.lower()
        found = [
            each.said.phone_number
            for each in self._plan.wallets
            if wanted in {each.said.phone_number, each.name.lower(), (each.trade_name or "").lower()}
        ]
        if len(found) > 1:
            self._problems.add(place, f"{len(found)} phones are called {called}.", "Write the number.")
            return None
        if found:
            return found[0]
        known = self._facts.phones.get(called)
        if known is None:
            if not self._unread & {"wallets", "phones"}:
                self._problems.add_dangling(place, called, [*(each.name for each in self._plan.wallets), _DEMO_PAYER])
            return None
        if not known.pays_as_told:
            self._problems.add(
                place, f"The phone {called} does what its persona does, not what a file says.", "Name another."
            )
        return known.phone_number
