"""Shapes of the JSON by which developers change their accounts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sandbox.contracts.platform import BasicInfo, Email, Password
from sandbox.contracts.wallets import Language  # noqa: TC001  pydantic reads it while running
from sandbox.kit.shapes import Name, Shape
from sandbox.platform.accounts.schemas import MailKey

KnownPassword = Annotated[str, Field(min_length=1, max_length=200)]


class Profile(BasicInfo):
    """Everything is replaced: what is left out is emptied."""

    name: Name
    language: Language


class PasswordChange(Shape):
    """``password`` is the old one."""

    password: KnownPassword
    new_password: Password


class EmailChange(Shape):
    email: Email
    password: KnownPassword


class EmailConfirmation(Shape):
    key: MailKey


class EmailAsked(Shape):
    """The link that confirms went to ``email``; until it is opened, the old address stays."""

    email: str
    status: Literal["asked"] = "asked"
    mail_waits: bool


class Closing(Shape):
    password: KnownPassword


class Closed(Shape):
    status: Literal["closed"] = "closed"
