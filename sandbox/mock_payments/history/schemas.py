"""What may be asked of a history."""

from __future__ import annotations

from typing import Annotated

from sandbox.kit.paging import PageQuery
from sandbox.kit.shapes import Optional, Text


class HistoryQuery(PageQuery):
    """``search`` looks in the other side's name and number, notes and references."""

    search: Annotated[Text | None, Optional] = None
