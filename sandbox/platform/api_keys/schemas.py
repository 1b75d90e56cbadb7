"""Shapes of API keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sandbox.kit.clock import to_iso
from sandbox.kit.shapes import Name, NotBoolean, Optional, Shape

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from sandbox.platform.accounts.schemas import Developer

KEY_PREFIX = "fsk_"
KeyAccess = Literal["read", "write"]
_Days = Annotated[int, NotBoolean, Field(ge=1, le=3650)]


class NewApiKey(Shape):
    """``access`` is "read" for a key that may only look, or "write". Without ``expires_in_days`` the key stays valid."""

    name: Name
    access: KeyAccess = "read"
    expires_in_days: Annotated[_Days | None, Optional] = None


class ApiKey(Shape):
    """A key as its owner sees it afterwards; ``status`` is active, expired or revoked."""

    id: str
    name: str
    access: KeyAccess
    prefix: str
    status: Literal["active", "expired", "revoked"]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None


class MadeApiKey(ApiKey):
    """A key that was just made. ``key`` is told now and never again."""

    key: str


@dataclass(frozen=True)
class KeyHolder:
    """Who calls with a key: the developer, and which of the keys it is."""

    developer: Developer
    name: str
    """The key's name and the beginning of the key, as the audit tells them."""
    may_write: bool


def to_api_key(row: Row[Any], now: datetime) -> ApiKey:
    moments = {
        name: None if (moment := getattr(row, name)) is None else to_iso(moment)
        for name in ("created_at", "expires_at", "last_used_at", "revoked_at")
    }
    has_expired = row.expires_at is not None and row.expires_at <= now
    status = "revoked" if row.revoked_at is not None else "expired" if has_expired else "active"
    return ApiKey.model_validate({**row._mapping, **moments, "status": status})
