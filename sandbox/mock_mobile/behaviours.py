"""What the owner of a phone does when told to pay: most obey, and a persona does what its number stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.contracts.errors import AnswerLost, InsufficientFunds, WrongPin
from sandbox.contracts.personas import LATE_CODE_SECONDS, Behaviour, find_persona

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    from sandbox.contracts.mobile import PaidScan
    from sandbox.kit.errors import SandboxError

    class Attempt(Protocol):
        def __call__(self, pin: str, *, code_seconds: int | None = None, settles: bool = True) -> PaidScan: ...


@dataclass(frozen=True)
class Deed:
    """One payment that an owner is told to make, as the steps that a behaviour puts together.

    ``pay`` enters a PIN, and without ``settles`` leaves it at that where a hosted page would be paid at once; ``pay_other_scans`` does so for further scans of the same code by this phone, ``pay_as_partner`` by the
    persona's partner. ``is_done`` says that the phone has paid this before. ``enter_right_pin`` makes wrong ones forgotten.
    """

    pin: str
    is_done: bool
    pay: Attempt
    refuse: Callable[[], PaidScan]
    enter_right_pin: Callable[[], None]
    top_up: Callable[[], None]
    pay_other_scans: Callable[[], None]
    pay_as_partner: Callable[[], None]
    show_problem: Callable[[SandboxError], None]


def do(number: str, deed: Deed) -> PaidScan:
    persona = find_persona(number)
    return _obey(deed) if persona is None else BEHAVIOURS[persona.behaviour](deed)


def _obey(deed: Deed) -> PaidScan:
    return deed.pay(deed.pin)


def _refuse(deed: Deed) -> PaidScan:
    return deed.refuse()


def _enter_wrong_pin(deed: Deed) -> PaidScan:
    """One wrong PIN, however often the phone is told to pay: its wallet's PIN is never blocked by it."""
    try:
        return deed.pay(another_pin(deed.pin))
    except WrongPin:
        deed.enter_right_pin()
        raise


def _enter_three_wrong_pins(deed: Deed) -> PaidScan:
    for _ in range(2):
        try:
            deed.pay(another_pin(deed.pin))
        except WrongPin:
            continue
    return deed.pay(another_pin(deed.pin))


def _top_up_when_short(deed: Deed) -> PaidScan:
    """Brings in what is missing and no more, so that the phone is without money again afterwards."""
    try:
        return deed.pay(deed.pin)
    except InsufficientFunds:
        deed.top_up()
        return deed.pay(deed.pin)


def _keep_the_code(deed: Deed) -> PaidScan:
    return deed.pay(deed.pin, settles=False).model_copy(update={"code": None})


def _confirm_late(deed: Deed) -> PaidScan:
    """The code is good for seconds only, so that whoever types it is too late; on a hosted page the phone itself is."""
    return deed.pay(deed.pin, code_seconds=LATE_CODE_SECONDS, settles=False)


def _pay_twice(deed: Deed) -> PaidScan:
    """Both scans of a form are paid; the second try is refused, and the phone shows the code again."""
    deed.pay(deed.pin)
    deed.pay_other_scans()
    return deed.pay(deed.pin)


def _pay_before_partner(deed: Deed) -> PaidScan:
    paid = deed.pay(deed.pin)
    deed.pay_as_partner()
    return paid


def _pay_after_partner(deed: Deed) -> PaidScan:
    deed.pay_as_partner()
    return deed.pay(deed.pin)


def _lose_the_answer(deed: Deed) -> PaidScan:
    """The first answer is lost after the work was done; told again, the phone gets it, and nothing moved twice."""
    paid = deed.pay(deed.pin)
    if deed.is_done:
        return paid
    lost = AnswerLost()
    deed.show_problem(lost)
    raise lost


BEHAVIOURS: Mapping[Behaviour, Callable[[Deed], PaidScan]] = {
    "obeys": _obey,
    "refuses": _refuse,
    "wrong_pin": _enter_wrong_pin,
    "wrong_pin_three_times": _enter_three_wrong_pins,
    "tops_up": _top_up_when_short,
    "never_confirms": _keep_the_code,
    "confirms_late": _confirm_late,
    "scans_twice": _pay_twice,
    "is_followed": _pay_before_partner,
    "comes_second": _pay_after_partner,
    "loses_answer": _lose_the_answer,
}


def another_pin(pin: str) -> str:
    return "".join(str((int(digit) + 1) % 10) for digit in pin)
