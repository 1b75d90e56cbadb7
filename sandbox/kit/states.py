"""State machines as data: one table serves the code, the docs and the property tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class IllegalTransitionError(Exception):
    """A step that the table does not allow."""


@dataclass(frozen=True)
class StateMachine:
    """``transitions`` names, for each state, the states that may follow it."""

    name: str
    initial: str
    transitions: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        known = set(self.transitions)
        named = {state for following in self.transitions.values() for state in following} | {self.initial}
        if named - known:
            raise ValueError(f"{self.name}: states without a row: {sorted(named - known)}")

    def allows(self, current: str, following: str) -> bool:
        return following in self.transitions[current]

    def require(self, current: str, following: str) -> None:
        if not self.allows(current, following):
            raise IllegalTransitionError(f"a {self.name} that is {current} cannot become {following}")

    def sources_of(self, following: str) -> tuple[str, ...]:
        """The states from which ``following`` may be reached: the guard of an UPDATE."""
        return tuple(state for state, after in self.transitions.items() if following in after)
