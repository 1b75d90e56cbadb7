"""Shapes of refunds in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from sandbox.kit.clock import to_iso
from sandbox.kit.fingerprints import fingerprint_of
from sandbox.kit.money import parse_dinars
from sandbox.kit.shapes import Amount, Optional, Shape

if TYPE_CHECKING:
    from sqlalchemy import Row

_LONGEST_REASON = 200
Reason = Annotated[Annotated[str, StringConstraints(max_length=_LONGEST_REASON)] | None, Optional]


def _dinars(value: object) -> object:
    return parse_dinars(value) if isinstance(value, str) else value


class NewRefund(Shape):
    """What is to go back: ``amount`` in millimes, all that is left when it is not sent."""

    amount: Annotated[Amount | None, Optional] = None
    reason: Reason = None

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.model_dump(include={"amount", "reason"}))


class RefundForm(NewRefund):
    """The same as the page sends it: in dinars, with the key that this form was given, and what had gone back by then."""

    amount: Annotated[int, BeforeValidator(_dinars)]
    key: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    committed: int


class Refund(Shape):
    """Money that goes back to the payer. ``error`` is the code of why it failed."""

    id: str
    order_id: str
    amount: int
    reason: str | None
    state: str
    error: str | None
    actor: str
    created_at: str
    finished_at: str | None


def refund_json(refund: Row[Any]) -> dict[str, Any]:
    return {
        "id": refund.id,
        "order_id": refund.order_id,
        "amount": refund.amount,
        "reason": refund.reason,
        "state": refund.state,
        "error": refund.error,
        "actor": refund.actor,
        "created_at": to_iso(refund.created_at),
        "finished_at": to_iso(refund.finished_at) if refund.finished_at else None,
    }
