"""Shapes of what admins see and send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import StringConstraints

from sandbox.kit.clock import to_iso
from sandbox.kit.paging import PageQuery
from sandbox.kit.shapes import Shape
from sandbox.platform.admin.filters import Status, UserFilter
from sandbox.platform.audit.actor import Authority

if TYPE_CHECKING:
    from sqlalchemy import Row


class UserQuery(UserFilter, PageQuery):
    """Filters and page of the users."""


class Suspension(Shape):
    """``reason`` is told to the user."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class User(Shape):
    """A developer as admins see them."""

    id: str
    name: str
    email: str
    company: str | None
    phone_number: str | None
    language: str
    status: Status
    authorities: list[Authority]
    suspended_at: str | None
    suspension_reason: str | None
    created_at: str


class UserApp(Shape):
    """An app of a user, without its tokens' secrets."""

    id: str
    name: str
    status: str
    is_test: bool
    trade_name: str
    wallet_phone: str
    created_at: str


class UserPage(User):
    """One user with what belongs to them."""

    sessions: int
    api_keys: int
    apps: list[UserApp]


def to_user(row: Row[Any]) -> User:
    values = dict(row._mapping)
    authorities = [Authority.DEVELOPER, *([Authority.ADMIN] if row.is_admin else [])]
    moments = {name: to_iso(values[name]) if values[name] else None for name in ("suspended_at", "created_at")}
    return User.model_validate({"company": None, "phone_number": None, **values, **moments, "authorities": authorities})


def to_user_app(row: Row[Any]) -> UserApp:
    return UserApp.model_validate({**row._mapping, "created_at": to_iso(row.created_at)})
