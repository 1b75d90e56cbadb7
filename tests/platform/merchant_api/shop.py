"""A merchant's server that speaks v1 and v2 as public client programs do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.contracts.qr_payload import HostedCode, to_text
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp, PhoneDriver

AMOUNT = 12_500
LINKS = {"success_link": "https://shop.example/paid", "fail_link": "https://shop.example/failed"}


@dataclass
class Shop:
    sandbox: Sandbox
    app: MerchantApp

    @property
    def http(self) -> httpx.Client:
        return self.sandbox.transport._client

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.app.public_token}:{self.app.private_token}"}

    @property
    def tokens(self) -> dict[str, str]:
        return {"app_token": self.app.public_token, "app_secret": self.app.private_token}

    def post(self, path: str, body: dict[str, Any], **more: Any) -> httpx.Response:
        return self.http.post(f"/api/v2/{path}", json=body, headers=self.bearer, **more)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(f"/api/v2/{path}", params=query, headers=self.bearer)

    def generate(self, **fields: Any) -> str:
        """The id of a new payment."""
        answer = self.post("generate_payment", {"amount": AMOUNT, **LINKS, **fields})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["result"]["payment_id"])

    def verify(self, payment_id: str) -> dict[str, Any]:
        answer = self.get(f"verify_payment/{payment_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def choose(self, **quirks: Any) -> None:
        """Set quirks of this shop's app."""
        token = self.sandbox.log_in(self.app)
        app = next(app for app in self.sandbox.platform.list_apps(token) if app.name == self.app.name)
        headers = {"Authorization": f"Bearer {token}"}
        profile = quirks.pop("profile", None)
        body = {"profile": profile, "switches": quirks}
        answer = self.http.put(f"/api/apps/{app.id}/quirks", json=body, headers=headers)
        assert answer.status_code == 200, answer.text

    def status(self, payment_id: str) -> str:
        return str(self.verify(payment_id)["result"]["status"])


def scan(phone: PhoneDriver, payment_id: str) -> None:
    phone.scan_text(to_text(HostedCode(payment_id)))


def pay(phone: PhoneDriver, payment_id: str) -> None:
    scan(phone, payment_id)
    assert phone.pay().status == "SUCCESS"
