"""What a way to pay does on the phone, and the table of them: defining a subclass is all it takes to add one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.contracts.errors import MethodNotFound
from sandbox.kit.errors import translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.contracts.mobile import Scan

    Step = Callable[[str, Mapping[str, Any]], Scan]


@dataclass(frozen=True)
class Hand:
    """What the steps of a way to pay work with: ``scan(number, text)`` shows the phone's owner what a code's text asks for."""

    scan: Callable[[str, str], Scan]


class PhoneMethod:
    """How the text of a code comes to the phone. Whatever comes of it is prepared under this name in the Payments API.

    ``script`` is a module under ``static/`` that the phone's page loads, for what the owner does there.

    >>> class Tap(PhoneMethod, name="tap"): ...
    """

    by_name: ClassVar[dict[str, type[PhoneMethod]]] = {}
    script: ClassVar[str | None] = None

    def __init_subclass__(cls, *, name: str) -> None:
        PhoneMethod.by_name[name] = cls

    def __init__(self, hand: Hand) -> None:
        self.hand = hand

    def steps(self) -> Mapping[str, Step]:
        """What the owner may do, by name: each gets the phone's number and the fields that were sent."""
        return {}


def load_methods() -> None:
    """Import what stands in this folder; each method puts itself into the table."""
    import sandbox.mock_mobile.methods as folder

    for module in iter_modules(folder.__path__, f"{folder.__name__}."):
        import_module(module.name)


def list_scripts() -> list[str]:
    return [method.script for method in PhoneMethod.by_name.values() if method.script]


def find_step(name: str, step: str, hand: Hand) -> Step:
    """Raises MethodNotFound."""
    method = PhoneMethod.by_name.get(name)
    if method is None:
        raise MethodNotFound(field="method", methods=sorted(PhoneMethod.by_name))
    steps = method(hand).steps()
    if step not in steps:
        raise MethodNotFound(
            translatable("This way to pay has no such step."),
            hint=translatable("The details of this error name its steps."),
            field="step",
            steps=sorted(steps),
        )
    return steps[step]
