"""A story told from its exchanges: what it is, whose money it moved and what became of it, line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sandbox.control.lanes import lane_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_KINDS = (
    ("/generate_payment", "hosted"),
    ("/api/checkout/sessions", "checkout"),
    ("/api/developers", "registration"),
    ("/register", "registration"),
    ("/api/apps", "link"),
    ("/apps/new", "link"),
    ("/payments/api/requests", "request"),
    ("/payments/api/transfers", "transfer"),
)
_BETWEEN_PEOPLE = ("/payments/api/transfers", "/approve")
_PAID = 400


@dataclass(frozen=True)
class Movement:
    """``kind`` is held, paid, refunded, released or sent; ``amount`` in millimes."""

    kind: str
    at: str
    amount: int
    payer: str
    payee: str


@dataclass
class Told:
    """``lines`` are the exchanges in the order in which they began, each with its lane."""

    trace: str
    kind: str
    lines: Sequence[Mapping[str, Any]]
    movements: list[Movement] = field(default_factory=list)
    payment: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        return self.movements[-1].kind if self.movements else ""

    @property
    def went_wrong(self) -> bool:
        return any(line["status"] >= _PAID or line["status"] == 0 for line in self.lines)

    @property
    def newest(self) -> int:
        return max((line["number"] for line in self.lines), default=0)


_OF_EVENT = {
    "payment.prepared": "held",
    "payment.executed": "paid",
    "payment.refunded": "refunded",
    "payment.expired": "released",
    "payment.cancelled": "released",
    "payment.refused": "released",
}


def tell(trace: str, exchanges: Sequence[Mapping[str, Any]]) -> Told:
    lines = [{**each, "lane": lane_of(each)} for each in sorted(exchanges, key=itemgetter("at"))]
    told = Told(trace, _kind_of(lines), lines)
    held: set[str] = set()
    for event in _events(lines, trace):
        payment = told.payment = event["payment"]
        if event["type"] == "payment.prepared":
            held.add(payment["id"])
        elif event["type"] == "payment.refused" and payment["id"] not in held:
            continue  # such as one with a wrong PIN: there was nothing to give back
        if movement := _movement(event):
            told.movements.append(movement)
    told.movements += _transfers(lines)
    return told


def _kind_of(lines: Sequence[Mapping[str, Any]]) -> str:
    for part, kind in _KINDS:
        if any(part in line["path"] and line["method"] != "GET" for line in lines):
            return kind
    return "other"


def _events(lines: Sequence[Mapping[str, Any]], trace: str) -> Iterator[dict[str, Any]]:
    """What the Payments API told the platform; a body that is too long to be kept whole tells nothing."""
    for line in lines:
        if line["path"] == "/api/events" and line["service"] == "platform":
            told = _parse(line["request"]).get("events", [])
            yield from (event for event in told if event["payment"]["session"] == trace)


def _movement(event: Mapping[str, Any]) -> Movement | None:
    kind, payment = _OF_EVENT.get(event["type"]), event["payment"]
    if kind is None:
        return None
    payer, payee = payment["payer_name"], payment["merchant_name"]
    if kind == "refunded":
        return Movement(kind, event["at"], event["refund"]["amount"], payee, payer)
    return Movement(kind, event["at"], payment["amount"], payer, payee)


def _transfers(lines: Sequence[Mapping[str, Any]]) -> Iterator[Movement]:
    for line in lines:
        if line["service"] != "payments" or line["status"] >= _PAID or not line["path"].endswith(_BETWEEN_PEOPLE):
            continue
        told = _parse(line["answer"])
        if told.get("payee_name"):
            yield Movement("sent", line["at"], told["amount"], told["payer_name"], told["payee_name"])


def _parse(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
