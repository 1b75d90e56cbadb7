"""A payment up to the point where a merchant's back end can accept it, and every way of saying so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare
from sandbox.testing.drivers import MerchantApp, PhoneDriver

AMOUNT = 12_500
NEW = {"app_token": "app_token", "app_secret": "app_secret", "payment_id": "payment_id", "flouci_otp": "flouci_otp"}
OLD = {"app_token": "appToken", "app_secret": "appSecret", "payment_id": "id", "flouci_otp": "code"}
SPELLINGS = {"new": NEW, "report": OLD}


def send_json(sandbox: Sandbox, fields: dict[str, Any], headers: dict[str, str] | None = None) -> httpx.Response:
    return sandbox.transport._client.post("/api/accept", json=fields, headers=headers)


def send_form(sandbox: Sandbox, fields: dict[str, Any], headers: dict[str, str] | None = None) -> httpx.Response:
    return sandbox.transport._client.post("/api/accept", data=fields, headers=headers)


WAYS: dict[str, Callable[..., httpx.Response]] = {"json": send_json, "form": send_form}


@dataclass
class Paid:
    """A payment that a phone has prepared, and how its merchant accepts it."""

    sandbox: Sandbox
    app: MerchantApp
    session: str
    payment_id: str
    code: str

    def fields(self, **changes: Any) -> dict[str, Any]:
        sent = {
            "app_token": self.app.public_token,
            "app_secret": self.app.private_token,
            "payment_id": self.payment_id,
            "flouci_otp": self.code,
        }
        return {name: value for name, value in (sent | changes).items() if value is not None}

    def accept(self, *, key: str | None = None, **changes: Any) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return send_json(self.sandbox, self.fields(**changes), headers)

    @property
    def wrong_code(self) -> str:
        return f"{(int(self.code) + 1) % 1_000_000:06}"

    @property
    def status(self) -> str:
        return str(self.sandbox.platform.get_session(self.session)["status"])


def pay(
    sandbox: Sandbox, app: MerchantApp, phone: PhoneDriver, *, amount: int = AMOUNT, reference: str = "TX1"
) -> Paid:
    session, code = prepare(sandbox, app, phone, amount=amount, reference=reference)
    payment_id = str(phone.screen["payment_id"])
    return Paid(sandbox, app, session, payment_id, code)


def require_refused(answer: httpx.Response, error: str, status: int = 200) -> dict[str, Any]:
    """The Flouci shape of a refusal with this error; gives its result."""
    body = answer.json()
    assert (answer.status_code, body["result"]["error"]) == (status, error), answer.text
    assert (body["status"], body["code"], body["result"]["status"]) == ("FAILED", 1, "FAILED")
    assert (body["name"], body["version"]) == ("developers", "v1")
    assert answer.headers["Sandbox-Hint"]
    result: dict[str, Any] = body["result"]
    return result


def require_accepted(
    answer: httpx.Response, paid: Paid, *, amount: int = AMOUNT, reference: str | None = "TX1"
) -> None:
    assert answer.status_code == 200, answer.text
    result = {
        "status": "SUCCESS",
        "amount": amount,
        "payment_id": paid.payment_id,
        "developer_tracking_id": reference,
    }
    assert answer.json() == {"status": "SUCCESS", "code": 0, "result": result, "name": "developers", "version": "v1"}
