"""What the audit may be asked for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from sandbox.kit.days import parse_day
from sandbox.kit.shapes import Optional, Shape
from sandbox.platform.audit.actions import ACTIONS

_Words = Annotated[str, Field(max_length=100)]
_Person = Annotated[str, Field(max_length=200)]


def _known_action(action: str) -> str:
    if action not in ACTIONS:
        raise ValueError("This is no action of the audit.")
    return action


class AuditFilter(Shape):
    """``q`` is looked for in who acted, on what, and from which address. Days are Tunisia's, both included."""

    q: Annotated[_Words | None, Optional] = None
    action: Annotated[Annotated[str, AfterValidator(_known_action)] | None, Optional] = None
    authority: Annotated[Literal["System", "AnonymousUser", "ROLE_DEVELOPER", "ROLE_ADMIN"] | None, Optional] = None
    since: Annotated[Annotated[date, BeforeValidator(parse_day)] | None, Optional] = None
    until: Annotated[Annotated[date, BeforeValidator(parse_day)] | None, Optional] = None


class AdminAuditFilter(AuditFilter):
    """``user`` is whose account it concerns and ``actor`` who acted: an e-mail address or an id."""

    user: Annotated[_Person | None, Optional] = None
    actor: Annotated[_Person | None, Optional] = None
