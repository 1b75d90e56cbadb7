"""State machines as data."""

from __future__ import annotations

import pytest

from sandbox.kit.states import IllegalTransitionError, StateMachine
from sandbox.mock_payments.payments.states import EXECUTED, HOLDING, LATER, NOT_KEPT, PAYMENT, REFUNDABLE
from sandbox.mock_wallets.otp.states import CHALLENGE

DOOR = StateMachine(
    "door", "open", {"open": frozenset({"shut"}), "shut": frozenset({"open", "locked"}), "locked": frozenset()}
)


def test_a_machine_allows_what_its_table_says_and_nothing_else() -> None:
    allowed = {(a, b) for a in DOOR.transitions for b in DOOR.transitions if DOOR.allows(a, b)}
    assert allowed == {("open", "shut"), ("shut", "open"), ("shut", "locked")}


def test_a_step_that_is_not_allowed_is_named() -> None:
    DOOR.require("open", "shut")
    with pytest.raises(IllegalTransitionError, match="a door that is locked cannot become open"):
        DOOR.require("locked", "open")


def test_the_sources_of_a_state_are_the_guard_of_an_update() -> None:
    assert DOOR.sources_of("open") == ("shut",)
    assert DOOR.sources_of("nowhere") == ()


@pytest.mark.parametrize(
    ("initial", "transitions"),
    [("open", {"open": frozenset({"ajar"})}), ("ajar", {"open": frozenset()})],
    ids=["a following state", "the first state"],
)
def test_a_table_that_forgets_a_state_cannot_be_made(initial: str, transitions: dict[str, frozenset[str]]) -> None:
    with pytest.raises(ValueError, match=r"door: states without a row: \['ajar'\]"):
        StateMachine("door", initial, transitions)


@pytest.mark.parametrize("machine", [PAYMENT, CHALLENGE], ids=lambda machine: machine.name)
def test_every_state_can_be_reached_from_the_first(machine: StateMachine) -> None:
    reached, frontier = {machine.initial}, {machine.initial}
    while frontier:
        frontier = {after for state in frontier for after in machine.transitions[state]} - reached
        reached |= frontier
    assert reached == set(machine.transitions)


def test_money_is_held_exactly_in_the_states_of_a_payment_that_can_still_end() -> None:
    kept = {
        state: following - EXECUTED for state, following in PAYMENT.transitions.items() if state not in NOT_KEPT | LATER
    }
    assert {state for state, following in kept.items() if following} == HOLDING


def test_what_was_executed_stays_executed_and_goes_back_while_something_is_left() -> None:
    assert all(PAYMENT.transitions[state] <= EXECUTED for state in EXECUTED)
    assert {state for state in EXECUTED if PAYMENT.transitions[state]} == REFUNDABLE
