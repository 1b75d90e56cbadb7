"""Whose line of a story an exchange stands in: the caller's side of the platform, the phone, webhooks, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LANES = ("browser", "shop", "platform", "payments", "wallets", "phone", "webhooks", "mail", "sms")
_OWN = {"payments", "wallets", "webhooks", "sms", "phone"}
_MAIL = {"mail", "inbox"}


def lane_of(exchange: Mapping[str, Any]) -> str:
    """The platform is called by browsers, by shops' servers and by the other services: each has a lane of its own."""
    service, headers = exchange["service"], exchange["headers"]
    if service in _OWN:
        return str(service)
    if service in _MAIL:
        return "mail"
    if service == "shop":
        return "shop"
    if "sandbox-service-key" in headers:
        return "platform"
    if "Mozilla" in headers.get("user-agent", ""):
        return "browser"
    return "shop" if exchange["path"].startswith(("/api/", "/partners/")) else "platform"
