"""What merchants' servers do with Flouci's published API v2, and localstripe's nearest to it, for the load generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.load import Client

AMOUNT = 1
"""So that no history reaches the ceiling of what its one payer may spend in a day."""
LINKS = {"success_link": "https://shop.example/paid", "fail_link": "https://shop.example/failed"}
_STRIPE_KEY = {"Authorization": "Bearer sk_test_12345"}


class NotPaidError(Exception):
    """An answer says something else than that the payment was made."""


def generate(client: Client, job: dict[str, Any], **fields: Any) -> str:
    """The id of a new payment."""
    answer = client.call("POST", "/api/v2/generate_payment", {"amount": AMOUNT, **LINKS, **fields}, **_keys(job))
    return str(answer["result"]["payment_id"])


def scan(client: Client, job: dict[str, Any], number: int, payment_id: str) -> dict[str, Any]:
    """What the phone must send to pay."""
    path = f"/mobile/phones/{job['phones'][number]}/scan"
    scanned = client.call("POST", path, {"qr_text": f"flouci-sandbox://pay?v=1&payment={payment_id}"})
    return {"scan_id": scanned["scan_id"], "pin": job["pin"]}


def confirm(client: Client, job: dict[str, Any], number: int, scanned: dict[str, Any]) -> None:
    paid = client.call("POST", f"/mobile/phones/{job['phones'][number]}/pay", scanned)
    if paid["status"] != "SUCCESS":
        raise NotPaidError(f"pay: {paid}")


def generate_pay_verify(client: Client, job: dict[str, Any], number: int) -> None:
    """Four requests: the shop's two, and the phone's two in between."""
    payment_id = generate(client, job)
    confirm(client, job, number, scan(client, job, number, payment_id))
    verified = client.call("GET", f"/api/v2/verify_payment/{payment_id}", **_keys(job))
    if verified["result"]["status"] != "SUCCESS":
        raise NotPaidError(f"verify: {verified}")


def create_confirm_retrieve(client: Client, job: dict[str, Any], number: int) -> None:
    """localstripe: a PaymentIntent with a card, confirmed, and asked for again."""
    del number
    body = {"amount": AMOUNT, "currency": "usd", "payment_method": job["payment_method"]}
    intent = client.call("POST", "/v1/payment_intents", body, **_STRIPE_KEY)
    client.call("POST", f"/v1/payment_intents/{intent['id']}/confirm", {}, **_STRIPE_KEY)
    found = client.call("GET", f"/v1/payment_intents/{intent['id']}", **_STRIPE_KEY)
    if found["status"] != "succeeded":
        raise NotPaidError(f"retrieve: {found['status']}")


def _keys(job: dict[str, Any]) -> dict[str, str]:
    app = job["app"]
    return {"Authorization": f"Bearer {app['public_token']}:{app['private_token']}"}
