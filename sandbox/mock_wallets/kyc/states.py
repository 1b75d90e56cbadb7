"""The steps of an application as data: which follow one another for whom, and what may become of it."""

from collections.abc import Mapping

from sandbox.kit.states import StateMachine

LEAST_AGE = 18

STEPS: Mapping[tuple[str, int], tuple[str, ...]] = {
    ("personal", 2): ("phone", "identity", "card", "review"),
    ("personal", 3): ("phone", "identity", "card", "selfie", "review"),
    ("business", 3): ("phone", "identity", "business", "card", "selfie", "review"),
}
"""By the kind of wallet and the level that is wanted. The phone alone makes a wallet of level 1."""

APPLICATION = StateMachine(
    "application",
    initial="phone",
    transitions={
        "phone": frozenset({"identity"}),
        "identity": frozenset({"business", "card"}),
        "business": frozenset({"card"}),
        "card": frozenset({"selfie", "review"}),
        "selfie": frozenset({"review"}),
        "review": frozenset({"approved", "rejected"}),
        "rejected": frozenset({"identity"}),
        "approved": frozenset({"phone"}),
    },
)
"""Rejected: it may be tried again. Approved: a higher level may be asked for, with the phone confirmed anew."""


def steps_of(kind: str, level: int) -> list[str]:
    """What the applicant does, in order."""
    return [step for step in STEPS[kind, level] if step != "review"]


def steps_missing(kind: str, level: int, state: str) -> list[str]:
    """Rejected: all but the phone, which stays confirmed."""
    steps = steps_of(kind, level)
    if state == "rejected":
        return steps[1:]
    return steps[steps.index(state) :] if state in steps else []


def step_after(kind: str, level: int, step: str) -> str:
    steps = STEPS[kind, level]
    return steps[steps.index(step) + 1]
