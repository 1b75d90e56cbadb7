"""Orders as comma-separated values: for spreadsheets of people, and for the programs of accountants."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

from sandbox.kit.clock import to_iso
from sandbox.kit.days import tunis
from sandbox.kit.money import format_number
from sandbox.kit.phone_numbers import mask_phone_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Row

COLUMNS = (
    "order_id",
    "app_id",
    "app",
    "mode",
    "status",
    "reason",
    "reference",
    "name",
    "description",
    "amount_millimes",
    "amount_dinars",
    "refunded_millimes",
    "refunded_dinars",
    "payer",
    "payment_id",
    "created_at_utc",
    "created_at_tunis",
    "paid_at_utc",
    "paid_at_tunis",
)
BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets read é and Arabic as something else."""
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def to_csv(
    parts: Iterable[Sequence[Row[Any]]], app_names: Mapping[str, str], *, for_spreadsheet: bool = True
) -> Iterator[bytes]:
    """The head at once, then a piece for each part that is read. Ids may begin with a dash: programs get them as they are."""
    tell_id = harmless if for_spreadsheet else _as_it_is
    yield ((BYTE_ORDER_MARK if for_spreadsheet else "") + ",".join(COLUMNS) + "\r\n").encode()
    for part in parts:
        piece = StringIO()
        csv.writer(piece).writerows(_cells(order, app_names, tell_id) for order in part)
        yield piece.getvalue().encode()


def _as_it_is(text: str | None) -> str:
    return text or ""


def _cells(order: Row[Any], app_names: Mapping[str, str], tell_id: Callable[[str | None], str]) -> tuple[object, ...]:
    return (
        tell_id(order.id),
        tell_id(order.app_id),
        harmless(app_names.get(order.app_id)),
        "test" if order.is_test else "live",
        order.status,
        order.reason,
        harmless(order.reference),
        harmless(order.name),
        harmless(order.description),
        order.amount,
        format_number(order.amount),
        order.refunded_amount,
        format_number(order.refunded_amount),
        mask_phone_number(order.payer_phone) if order.payer_phone else None,
        tell_id(order.payment_id),
        *_moments(order.created_at),
        *_moments(order.paid_at),
    )


def _moments(moment: datetime | None) -> tuple[str, str]:
    """For machines in UTC, for people as clocks in Tunis show it."""
    if moment is None:
        return "", ""
    return to_iso(moment), f"{moment.astimezone(tunis()):%Y-%m-%d %H:%M:%S}"


def harmless(text: str | None) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe before it."""
    if not text:
        return ""
    return f"'{text}" if text[0] in _STARTS_A_FORMULA else text
