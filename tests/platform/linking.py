"""Linking apps to a wallet, as a developer's program does it."""

from __future__ import annotations

import re

from sandbox.contracts.platform import App, AppLink, NewApp
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp


class Linking:
    """One developer who links apps to their own wallet."""

    def __init__(self, sandbox: Sandbox, merchant: MerchantApp, token: str) -> None:
        self.sandbox, self.merchant, self.token = sandbox, merchant, token

    def start(self, name: str = "Second shop", phone_number: str | None = None) -> AppLink:
        new = NewApp(name=name, phone_number=phone_number or self.merchant.wallet_phone)
        return self.sandbox.platform.start_app(self.token, new)

    def confirm(self, link: AppLink, code: str | None = None) -> App:
        return self.sandbox.platform.confirm_app(self.token, link.id, code or self.newest_code())

    def resend(self, link: AppLink) -> AppLink:
        path = f"/api/apps/links/{link.id}/resend"
        return AppLink.parse(self.sandbox.platform._call("POST", path, {}, headers=self.bearer))

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def codes(self) -> list[str]:
        """Newest first."""
        messages = self.sandbox.phone(self.merchant.wallet_phone).messages()
        return [found for message in messages for found in re.findall(r"\d{6}", message["text"])]

    def newest_code(self) -> str:
        return self.codes()[0]

    def wrong_code(self) -> str:
        return f"{(int(self.newest_code()) + 1) % 1_000_000:06}"

    def names(self) -> list[str]:
        return [app.name for app in self.sandbox.platform.list_apps(self.token)]
