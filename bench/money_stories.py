"""What the load generator's clients do with the Payments API itself: pay, send, refund. One story is one movement of money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from bench.load import Client

_AMOUNT = 2
"""Millimes: so little that a wallet is never empty, and no ceiling reached, however long the load lasts."""


def pay(client: Client, job: dict[str, Any], number: int) -> None:
    """Prepare, verify and execute, as phone, form and platform call them."""
    key = uuid4().hex
    paid = prepare(client, job, number, key=key, amount=_AMOUNT)
    client.call("POST", "/payments/api/verify", {"session": key, "code": paid["code"]})
    execute(client, job, paid)


def send(client: Client, job: dict[str, Any], number: int) -> None:
    """To the next phone, as a person sends money."""
    phones = job["phones"]
    body = {"idempotency_key": uuid4().hex, "payer_phone": phones[number], "pin": job["pin"], "amount": 1}
    payee = phones[(number + 1) % len(phones)]
    client.call("POST", "/payments/api/transfers", body | {"payee_phone": payee}, **_key(job))


def refund(client: Client, job: dict[str, Any], number: int) -> None:
    """A millime of the client's own large payment goes back; ``job["paid"]`` has them."""
    paid = job["paid"][number]
    body = {
        "refund_key": uuid4().hex,
        "amount": 1,
        "app_id": paid["app_id"],
        "payee_wallet_id": paid["payee_wallet_id"],
    }
    client.call("POST", f"/payments/api/payments/{paid['id']}/refunds", body, **_key(job))


def prepare(client: Client, job: dict[str, Any], number: int, *, key: str, amount: int) -> dict[str, Any]:
    """The payment with its code. ``key`` is its form's session too; clients are spread over the shops."""
    shop = job["shops"][number % len(job["shops"])]
    body = {
        "idempotency_key": key,
        "session": key,
        "app_id": "bench",
        "payer_phone": job["phones"][number],
        "pin": job["pin"],
        "payee_wallet_id": shop["id"],
        "merchant_name": shop["trade_name"],
        "amount": amount,
        "reference": "bench",
    }
    return client.call("POST", "/payments/api/payments", body, **_key(job))


def execute(client: Client, job: dict[str, Any], paid: dict[str, Any]) -> dict[str, Any]:
    body = {name: paid[name] for name in ("app_id", "code", "amount", "payee_wallet_id")}
    path = f"/payments/api/payments/{paid['id']}/execute"
    return client.call("POST", path, body | {"execution_key": paid["id"]}, **_key(job))


def _key(job: dict[str, Any]) -> dict[str, str]:
    return {"Sandbox-Service-Key": job["service_key"]}
