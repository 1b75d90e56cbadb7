"""What may be asked of exports and statements."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sandbox.kit.days import FIRST_DAY, LAST_DAY, parse_day
from sandbox.kit.paging import Cursor, PageQuery
from sandbox.kit.shapes import Optional, Shape

_ENTRIES_A_PIECE = 2_000


def _day(value: Any) -> date:
    return parse_day(value)


Day = Annotated[date, BeforeValidator(_day)]


class ExportQuery(Shape):
    """``after`` is the ``next_cursor`` of the piece before."""

    format: Literal["csv", "hledger", "beancount"] = "csv"
    after: Annotated[Cursor | None, Optional] = None
    limit: Annotated[int, Field(ge=1, le=10_000)] = _ENTRIES_A_PIECE


class Period(Shape):
    """Days of Tunisia, both included; without them everything."""

    from_: Annotated[Day, Field(alias="from")] = FIRST_DAY
    to: Day = LAST_DAY


class StatementQuery(PageQuery, Period):
    pass
