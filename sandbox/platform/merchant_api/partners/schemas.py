"""Bodies of the calls of partners."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sandbox.kit.shapes import Code, PhoneNumber, Shape

_Token = Annotated[str, Field(min_length=1, max_length=100)]


class StartLink(Shape):
    phone_number: PhoneNumber


class LinkStarted(Shape):
    success: bool
    session_id: str
    name: str
    phone_number: str
    message: str


class ConfirmLink(Shape):
    """``code`` came by SMS."""

    session_id: _Token
    code: Code


class LinkConfirmed(Shape):
    success: bool
    tracking_id: str
    phone_number: str


class Authenticate(Shape):
    tracking_id: _Token
    phone_number: PhoneNumber


class Refresh(Shape):
    refresh_token: _Token


class SessionTokens(Shape):
    """``token`` is good for ``expires_in`` seconds."""

    success: bool
    token: str
    expires_in: int
    refresh_token: str


class BalanceQuery(Authenticate):
    pass


class WalletBalance(Shape):
    success: bool
    wallet_id: str
    balance_in_millimes: int


class PartnerRefused(Shape):
    success: bool
    code: int
    message: str


def refused(status: int, message: str) -> dict[str, Any]:
    """Ours: no refusal of these calls is published."""
    return {"success": False, "code": status, "message": message}
