"""What the list of users may be asked for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sandbox.kit.shapes import Optional, Shape

Status = Literal["pending", "active", "suspended", "closed"]
STATUSES: tuple[Status, ...] = ("pending", "active", "suspended", "closed")


class UserFilter(Shape):
    """``q`` is looked for in name, e-mail address, company and phone number."""

    q: Annotated[Annotated[str, Field(max_length=100)] | None, Optional] = None
    status: Annotated[Status | None, Optional] = None
