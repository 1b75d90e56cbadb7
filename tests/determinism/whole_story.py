"""A scenario that touches everything, told line by line: run it as a program, and compare what two runs print.

Each line is one thing that was given out, without what belongs to a run: ports and real durations. Signatures of webhooks are
left out too: they hold the real time, which a merchant's server compares with its own. Last comes what a user would compare.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare_and_verify
from sandbox.testing.merchant_server import MerchantServer
from sandbox.testing.webhooks import listen_for_webhooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing.drivers import MerchantApp
    from sandbox.testing.webhooks import WebhookReceiver

BEGIN = "2027-03-01T09:30:00Z"
_HERE = re.compile(r"127\.0\.0\.1:\d+|localhost:\d+")
_OF_A_RUN = {"milliseconds", "number"}


def play(sandbox: Sandbox, hooks: WebhookReceiver) -> Iterator[tuple[str, Any]]:
    """A developer, a form, a payment page, webhooks that are refused first, refunds, a split, faults, time, a snapshot."""
    merchant, partner, phone = sandbox.new_merchant(), sandbox.new_merchant(), sandbox.new_phone()
    yield "keys", [merchant.public_token, merchant.private_token, partner.private_token]
    token = sandbox.log_in(merchant)
    yield "session", token
    app = next(each for each in sandbox.platform.list_apps(token) if not each.is_test)
    yield "apps", [each.model_dump(mode="json") for each in sandbox.platform.list_apps(token)]

    form = prepare_and_verify(sandbox, merchant, phone, amount=12_500, reference="TX1")
    yield "form", form
    yield "accepted", sandbox.accept(merchant, form["payment_id"], form["flouci_otp"])
    sandbox.control.drain()

    sandbox.transport.send("PUT", f"/api/apps/{app.id}/webhook", json.dumps({"url": hooks.url}).encode(), bearer(token))
    hooks.answer_with(503, times=2)
    fault = sandbox.faults.add("latency", seconds=0.001, route="/api/v2/*", share=0.5, seed=3)
    server = MerchantServer(sandbox, merchant)
    paid = [server.sell(phone, amount) for amount in (1_000, 2_000, 3_000)]
    for _ in range(4):
        sandbox.clock.advance(hours=2)
    yield "paid", [server.verify(each) for each in paid]
    yield "fault", [fault.calls, fault.hits]
    sandbox.faults.clear()

    shared = server.generate(8_000, destination=[{"amount": 3_000, "destination": partner.wallet_phone}])
    yield "shared", shared
    yield (
        "refunds",
        [
            server.give_back_part(paid[0], 400, key="once").json(),
            server.call("POST", "refund_payment", {"payment_id": paid[1]}).json(),
        ],
    )
    sandbox.control.drain()
    sandbox.snapshots.save("before")
    sandbox.clock.advance(minutes=30)
    yield "expired", server.verify(shared)
    yield "changed", sandbox.snapshots.diff("before")["text"]
    sandbox.snapshots.load("before")
    yield "again", server.generate(9_000)
    sandbox.control.drain()
    yield from given_out(sandbox, merchant, phone.number, hooks)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def given_out(
    sandbox: Sandbox, merchant: MerchantApp, number: str, hooks: WebhookReceiver
) -> Iterator[tuple[str, Any]]:
    """All that is kept of it."""
    token = sandbox.log_in(merchant)
    for app in sandbox.platform.list_apps(token):
        for order in sandbox.platform.list_orders(token, app.id):
            yield "order", order
    for each in (number, merchant.wallet_phone):
        for message in sandbox.mobile.list_messages(each):
            yield "sms", message
    for mail in sandbox.transport.send("GET", "/inbox/api/mails", b"", {}).json()["mails"]:
        yield "mail", mail
    for line in sandbox.transport.send("GET", "/_sandbox/ledger/export", b"", {}).content.decode().splitlines():
        yield "ledger", line
    for delivery in hooks.received:
        yield "webhook", [delivery.headers.get("webhook-id"), delivery.body.decode()]
    exchanges = sandbox.control.list_exchanges(limit=1_000)[::-1]
    for exchange in sorted(exchanges, key=is_webhook):
        yield "journal", {name: value for name, value in exchange.items() if name not in _OF_A_RUN}
    for line in sandbox.told():
        yield "told", line
    yield "fingerprint", sandbox.fingerprint()


def is_webhook(exchange: dict[str, Any]) -> bool:
    """They go out beside the calls, to servers that take their time: they have their own order, not a place among the others."""
    return bool(exchange["service"] == "webhooks")


def canonical(kind: str, value: Any) -> str:
    return f"{kind} {_HERE.sub('here', json.dumps(value, sort_keys=True, ensure_ascii=False, default=str))}"


def tell(seed: int) -> Iterator[str]:
    with Sandbox.start(seed=seed, begin_at=BEGIN) as sandbox, listen_for_webhooks() as hooks:
        for kind, value in play(sandbox, hooks):
            yield canonical(kind, value)


if __name__ == "__main__":
    for line in tell(int(sys.argv[1])):
        print(line)
