"""Shapes of the JSON of recovery."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sandbox.contracts.platform import Email, Password
from sandbox.kit.shapes import Shape
from sandbox.platform.accounts.schemas import MailKey


class AddressOfAccount(Shape):
    email: Email


class MailAsked(Shape):
    """The same for every address. ``mail_waits`` says that the mail server does not answer just now."""

    email: Annotated[str, Field(max_length=200)]
    status: Literal["asked"] = "asked"
    mail_waits: bool


class NewPassword(Shape):
    password: Password


class PasswordReset(NewPassword):
    key: MailKey


class PasswordSet(Shape):
    email: str
