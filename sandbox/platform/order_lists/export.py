"""Orders as comma-separated values: for spreadsheets of people, and for the programs of accountants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.kit import sheets
from sandbox.kit.clock import to_iso
from sandbox.kit.days import tunis
from sandbox.kit.money import format_number
from sandbox.platform.orders.schemas import masked_payer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_IDS = frozenset({"order_id", "app_id", "payment_id"})


def to_csv(
    parts: Iterable[Sequence[Row[Any]]], app_names: Mapping[str, str], *, for_spreadsheet: bool = True
) -> Iterator[bytes]:
    """A file that is written while it is read (:mod:`sandbox.kit.sheets`)."""
    rows = ([_cells(order, app_names) for order in part] for part in parts)
    return sheets.to_csv(COLUMNS, rows, for_spreadsheet=for_spreadsheet, ids=_IDS)


def _cells(order: Row[Any], app_names: Mapping[str, str]) -> tuple[object, ...]:
    return (
        order.id,
        order.app_id,
        app_names.get(order.app_id),
        "test" if order.is_test else "live",
        order.status,
        order.reason,
        order.reference,
        order.name,
        order.description,
        order.amount,
        format_number(order.amount),
        order.refunded_amount,
        format_number(order.refunded_amount),
        masked_payer(order),
        order.payment_id,
        *_moments(order.created_at),
        *_moments(order.paid_at),
    )


def _moments(moment: datetime | None) -> tuple[str, str]:
    """For machines in UTC, for people as clocks in Tunis show it."""
    if moment is None:
        return "", ""
    return to_iso(moment), f"{moment.astimezone(tunis()):%Y-%m-%d %H:%M:%S}"
