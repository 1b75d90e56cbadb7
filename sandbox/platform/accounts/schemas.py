"""Shapes of the accounts' JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sandbox.contracts.platform import Email
from sandbox.kit.shapes import Shape


class Activation(Shape):
    key: Annotated[str, Field(min_length=1, max_length=100)]


class Registered(Shape):
    """``status`` stays pending until the link in the activation mail is opened."""

    email: Email
    status: Literal["pending"]


class SessionToken(Shape):
    token: str


class Developer(Shape):
    """Who is logged in. Every account has the authority ROLE_DEVELOPER, an admin's ROLE_ADMIN too (report, 4.1)."""

    id: str
    name: str
    email: str
    language: str
    is_admin: bool = False
