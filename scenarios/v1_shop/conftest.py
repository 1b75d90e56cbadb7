"""A shop as plugins of 2021 were written: a page that buys, a page to come back to, and orders in between."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

import pytest

from sandbox.testing.serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.contracts.transport import Answer
    from sandbox.testing.drivers import MerchantApp
    from sandbox.testing.embedded import Sandbox

_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"


class OldShop:
    """Its server calls the sandbox with nothing but what v1 has. ``url`` is where it answers browsers."""

    def __init__(self, sandbox: Sandbox, app: MerchantApp) -> None:
        self.sandbox, self.app = sandbox, app
        self.url = "http://127.0.0.1"
        self.tokens = {"app_token": app.public_token, "app_secret": app.private_token}
        self.paid: list[str] = []
        """Orders that were delivered, each once."""

    def generate(self, fields: dict[str, Any], *, path: str = "wordpress", kind: str = "form") -> Answer:
        """``kind`` is ``form`` or ``json``."""
        content, said = (urlencode(fields), _FORM) if kind == "form" else (json.dumps(fields), _JSON)
        target = "/api/generate_payment" + (f"/{path}" if path else "")
        return self.sandbox.transport.send("POST", target, content.encode(), {"Content-Type": said})

    def fields_of(self, order: str, amount: Any) -> dict[str, Any]:
        """All of them texts, as a form has them; the links have a query already."""
        return {
            **self.tokens,
            "amount": amount,
            "accept_card": "true",
            "session_timeout_secs": "1200",
            "success_link": f"{self.url}/back?order={order}&paid=yes",
            "fail_link": f"{self.url}/back?order={order}&paid=no",
            "developer_tracking_id": order,
        }

    def ask(self, order: str = "7", amount: Any = "12500") -> str:
        """The id of a new payment."""
        return str(self.generate(self.fields_of(order, amount)).json()["result"]["payment_id"])

    def verify(self, payment_id: str) -> Answer:
        """Once all that was due has been done."""
        self.sandbox.control.drain()
        headers = {"apppublic": self.app.public_token, "appsecret": self.app.private_token}
        return self.sandbox.transport.send("GET", f"/api/verify_payment/{payment_id}", b"", headers)

    def come_back(self, query: str) -> str:
        """What the shop says to a browser that comes back. It believes only what the sandbox tells of this very order."""
        order = parse_qs(query)["order"][0].partition("?")[0]
        told = self.verify(query.rpartition("payment_id=")[2]).json()
        result = told["result"]
        if told["success"] and (result["status"], result["developer_tracking_id"]) == ("SUCCESS", order):
            self.paid += [] if order in self.paid else [order]
            return f"Order {order} is paid"
        return f"Order {order} is not paid"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The shop's two pages."""
        query = environ["QUERY_STRING"]
        if environ["PATH_INFO"] == "/buy":
            made = self.generate(self.fields_of(parse_qs(query)["order"][0], "12500"))
            start_response("302 Found", [("Location", made.json()["result"]["link"]), ("Content-Length", "0")])
            return [b""]
        said = self.come_back(query) if environ["PATH_INFO"] == "/back" else "Nothing is here"
        page = (
            f'<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><h1>{said}</h1>'.encode()
        )
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(page)))])
        return [page]


@pytest.fixture
def old_shop(sandbox: Sandbox, merchant_app: MerchantApp) -> Iterator[OldShop]:
    """After each story the ledger is right."""
    shop = OldShop(sandbox, merchant_app)
    with serve(shop) as shop.url:
        yield shop
    assert sandbox.control.verify_ledger()["ok"]
