"""Shapes of the accounts' JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sandbox.contracts.platform import Email
from sandbox.kit.shapes import Shape
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from sqlalchemy import Row

MailKey = Annotated[str, Field(min_length=1, max_length=100)]


class Activation(Shape):
    key: MailKey


class Registered(Shape):
    """``status`` stays pending until the link in the activation mail is opened. ``mail_waits`` says that the mail server
    does not answer just now: the mail goes out by itself later.
    """

    email: Email
    status: Literal["pending"]
    mail_waits: bool


class Developer(Shape):
    """Who is logged in. Every account has the authority ROLE_DEVELOPER, an admin's ROLE_ADMIN too (report, 4.1)."""

    id: str
    name: str
    email: str
    language: str
    company: str | None = None
    website: str | None = None
    phone_number: str | None = None
    wallet_phone: str | None = None
    is_admin: bool = False


def to_developer(row: Row[Any]) -> Developer:
    return Developer.model_validate(row._mapping)


def account_target(row: Row[Any]) -> Target:
    return Target("account", row.id, row.email)
