"""What may be asked of a list of orders, the same for pages, programs and spreadsheets."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from sandbox.kit.days import end_of_day, parse_day, start_of_day
from sandbox.kit.errors import InvalidInput, translatable
from sandbox.kit.money import parse_dinars
from sandbox.kit.phone_numbers import PhoneNumberError, parse_phone_number
from sandbox.kit.shapes import Amount, Identifier, Optional, Shape
from sandbox.platform.order_lists.store import Search
from sandbox.platform.orders.states import ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

STATUSES = tuple(ORDER.transitions)
_VISIBLE = re.compile(r"(\d{2})?[ *.]*(\d{3})?", re.ASCII)
Sort = Literal["newest", "oldest", "largest", "smallest"]
Mode = Literal["live", "test"]


def _statuses(value: object) -> object:
    """``PAID,REFUNDED`` or a list of such texts."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        return value
    named = [name.strip().upper() for part in parts for name in str(part).split(",") if name.strip()]
    for name in named:
        if name not in STATUSES:
            raise ValueError(f"There is no status {name[:20]!r}. The statuses are {', '.join(STATUSES)}.")
    return tuple(dict.fromkeys(named))


def _day(value: object) -> object:
    return value if value is None else parse_day(value)


def _payer(value: object) -> object:
    """What a list shows of a number, its first two and last three digits, out of any way to write it.

    A whole number is searched by the same digits: a search that knew more would tell more (report, 2.3.7 Privacy).
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        number = parse_phone_number(text)
    except PhoneNumberError:
        visible = _VISIBLE.fullmatch(text)
        if visible is None or not any(visible.groups()):
            raise ValueError(
                "Send the whole number, such as 20123456, or what the list shows of it, such as 20***456 or 456."
            ) from None
        return f"{visible[1] or '**'}***{visible[2] or '***'}"
    return f"{number[:2]}***{number[5:]}"


def _dinars(value: object) -> object:
    return parse_dinars(value) if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(_day), Optional]
Dinars = Annotated[int, BeforeValidator(_dinars)]
Payer = Annotated[str | None, BeforeValidator(_payer), Optional]
Words = Annotated[Annotated[str, StringConstraints(max_length=100)] | None, Optional]


class OrderFilter(Shape):
    """All filters together. Days are those of Tunis, both included; amounts are millimes, both included.

    ``reference`` is a whole one, or its beginning with ``*`` behind. ``q`` is looked for in reference, name and
    description; an order's or a payment's id finds that one order. What no answer shows, no search finds.
    """

    status: Annotated[tuple[str, ...], BeforeValidator(_statuses)] = ()
    from_day: Day = Field(default=None, alias="from")
    to_day: Day = Field(default=None, alias="to")
    min_amount: Annotated[Amount | None, Optional] = None
    max_amount: Annotated[Amount | None, Optional] = None
    payer: Payer = None
    reference: Annotated[Annotated[str, StringConstraints(max_length=65)] | None, Optional] = None
    q: Words = None
    app: Annotated[Identifier | None, Optional] = None
    mode: Annotated[Mode | None, Optional] = None
    sort: Annotated[Sort | None, Optional] = None


class PageFilter(OrderFilter):
    """The same as people type it: amounts in dinars."""

    min_amount: Annotated[Dinars | None, Optional] = None
    max_amount: Annotated[Dinars | None, Optional] = None


def to_search(wanted: OrderFilter, app_ids: Sequence[str]) -> Search:
    """The filters in the database's terms. Raises InvalidInput for ranges that end before they begin."""
    if wanted.from_day and wanted.to_day and wanted.to_day < wanted.from_day:
        raise InvalidInput(
            translatable("'to' is before 'from'."),
            field="to",
            hint=translatable("Send a last day that is not before the first."),
        )
    if wanted.min_amount and wanted.max_amount and wanted.max_amount < wanted.min_amount:
        raise InvalidInput(
            translatable("'max_amount' is less than 'min_amount'."),
            field="max_amount",
            hint=translatable("Send a largest amount that is not less."),
        )
    begins_with = wanted.reference is not None and wanted.reference.endswith("*")
    return Search(
        app_ids=app_ids,
        by="amount" if wanted.sort in {"largest", "smallest"} else "created_at",
        descending=wanted.sort in {None, "newest", "largest"},
        statuses=() if len(wanted.status) == len(STATUSES) else wanted.status,
        begins=start_of_day(wanted.from_day) if wanted.from_day else None,
        before=end_of_day(wanted.to_day) if wanted.to_day else None,
        least=wanted.min_amount,
        most=wanted.max_amount,
        payer=wanted.payer,
        reference=None if begins_with else wanted.reference,
        reference_begins=wanted.reference[:-1] if wanted.reference and begins_with else None,
        text=wanted.q,
    )
