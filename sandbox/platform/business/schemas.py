"""Shapes of the JSON by which a business account is switched to developer mode."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sandbox.contracts.platform import Email, Password
from sandbox.contracts.wallets import Language
from sandbox.kit.shapes import Code, PhoneNumber, Shape

SwitchToken = Annotated[str, Field(min_length=1, max_length=100)]


class StartSwitch(Shape):
    phone_number: PhoneNumber


class SwitchStep(Shape):
    """``token`` is what the first step answered: it belongs to who began."""

    token: SwitchToken


class ConfirmSwitch(SwitchStep):
    code: Code


class NewBusinessAccount(Shape):
    """What the wallet does not tell."""

    email: Email
    password: Password
    language: Language = "en"


class FinishSwitch(NewBusinessAccount):
    token: SwitchToken


class Switch(Shape):
    """``waiting`` for the code, ``verified``, or ``done``. Who stands behind the wallet is told once the code was right."""

    status: Literal["waiting", "verified", "done"]
    phone_number: str
    tries_left: int | None = None
    code_expires_at: str | None = None
    holder_name: str | None = None
    trade_name: str | None = None


class StartedSwitch(Switch):
    token: str
