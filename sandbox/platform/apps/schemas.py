"""What is sent to change apps, and what their pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sandbox.contracts.platform import App, Link
from sandbox.kit.clock import to_iso
from sandbox.kit.shapes import Name, NotBoolean, Optional, OptionalText, Shape
from sandbox.platform.apps.origins import Origins
from sandbox.platform.apps.states import VerificationMode
from sandbox.platform.orders.schemas import masked_payer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

LEAST_SESSION_SECONDS, MOST_SESSION_SECONDS = 60, 24 * 3600
GRACE_SECONDS = (0, 3600, 24 * 3600, 7 * 24 * 3600)
"""How long the former private token may stay good beside the new one."""
SessionSeconds = Annotated[int, NotBoolean, Field(ge=LEAST_SESSION_SECONDS, le=MOST_SESSION_SECONDS)]
Version = Annotated[int, NotBoolean, Field(ge=1, le=2**31 - 1)]


_MAY_BE_EMPTY = frozenset({"description", "session_seconds"})


class ChangeApp(Shape):
    """What is not sent stays as it is. ``version`` is the app's at the time that its settings were read."""

    version: Version
    name: Name | None = None
    description: OptionalText = None
    allowed_origins: Origins | None = None
    verification_mode: VerificationMode | None = None
    session_seconds: Annotated[SessionSeconds | None, Optional] = None

    def changes(self) -> dict[str, Any]:
        sent = {name: getattr(self, name) for name in self.model_fields_set - {"version"}}
        return {name: value for name, value in sent.items() if value is not None or name in _MAY_BE_EMPTY}


class RevokePublicToken(Shape):
    """``public_token`` is the one to revoke, so that a call that is repeated does not revoke the next one too."""

    public_token: Annotated[str, Field(min_length=1, max_length=100)]


class RotatePrivateToken(Shape):
    """``version`` is the app's ``private_token_version``, so that a call that is repeated does not rotate twice."""

    version: Version
    grace_seconds: Annotated[Literal[0, 3600, 86400, 604800], NotBoolean] = 0


class EndGrace(Shape):
    version: Version


class DeleteApp(Shape):
    """``name`` is the app's, typed once more."""

    name: Annotated[str, Field(max_length=200)]


class AppImage(Shape):
    """A picture, or the address of one; ``url`` is fetched once, when it is set."""

    image_base64: str | None = None
    url: Annotated[Link | None, Optional] = None


class PrivateToken(Shape):
    private_token: str


def to_app(row: Row[Any], *, now: datetime, base_url: str) -> App:
    """An app as its owner sees it: without its private token, which is told only when asked for."""
    until = grace_until(row, now)
    shown = {
        "created_at": to_iso(row.created_at),
        "image": image_url(row, base_url),
        "former_valid_until": to_iso(until) if until else None,
    }
    return App.model_validate({**row._mapping, **shown})


def image_url(row: Row[Any], base_url: str) -> str | None:
    """Its address changes with the picture, so that it may be kept for long."""
    return f"{base_url}/images/{row.image_id}" if row.image_id else None


def grace_until(row: Row[Any], now: datetime) -> datetime | None:
    """Until when the former private token is good; None when there is none, or no longer."""
    until: datetime | None = row.former_valid_until
    return until if row.former_private_token and until is not None and now < until else None


def app_row(app: App, totals: tuple[int, int]) -> dict[str, Any]:
    """An app of the list, with how many orders were paid and their sum in millimes."""
    count, gross = totals
    return app.model_dump() | {"orders_count": count, "gross_sales": gross}


def order_row(order: Row[Any]) -> dict[str, Any]:
    """An order of the list. The payer's number is masked (report, 2.3.7 Privacy)."""
    shown = {
        name: getattr(order, name)
        for name in ("id", "reference", "amount", "status", "reason", "created_at", "paid_at")
    }
    return shown | {"payer": masked_payer(order)}
