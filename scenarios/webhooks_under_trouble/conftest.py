"""A shop of v2 that fulfils orders on webhook and redirect, and counts what it did."""

from __future__ import annotations

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from sandbox.contracts.qr_payload import HostedCode, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox

_AMOUNT = 12_500


class CountingShop:
    """``answers`` are the HTTP statuses of the next webhooks, 0 for one that hangs until ``wake``; after them all get 200.

    As a right shop does, it believes no callback: each one, by webhook or by redirect, makes it ask ``verify_payment``, and
    an order that it has fulfilled already is not fulfilled again. ``careful=False`` leaves the latter out.
    """

    def __init__(self, sandbox: Sandbox, app: MerchantApp, url: str) -> None:
        self._sandbox, self._app = sandbox, app
        self._came = threading.Condition()
        self._woken = threading.Event()
        self.url = url
        self.careful = True
        self.answers: list[int] = []
        self.told: list[tuple[str, str]] = []
        """Way and payment of each callback, in the order of arrival."""
        self.fulfilled: Counter[str] = Counter()

    def generate(self) -> str:
        """The id of a new payment."""
        links = {"success_link": f"{self.url}/paid", "fail_link": f"{self.url}/failed", "webhook": f"{self.url}/hook"}
        answer = self._call("POST", "/api/v2/generate_payment", {"amount": _AMOUNT, **links}, self._keys)
        return str(answer["result"]["payment_id"])

    def choose(self, **levers: Any) -> None:
        """Levers of this shop's app."""
        self._call("PUT", f"/api/apps/{self._app_id}/quirks", {"switches": levers}, self._proof)

    def leave(self, payment_id: str) -> None:
        """The shopper's browser follows the payment page back to the shop."""
        answer = self._sandbox.transport.send("GET", f"/pay/{payment_id}", b"", {})
        assert answer.status == 303, "the page does not lead back to the shop yet"
        self.take("redirect", answer.headers["location"])

    def is_led_back(self, payment_id: str) -> bool:
        return self._sandbox.transport.send("GET", f"/pay/{payment_id}", b"", {}).status == 303

    def events(self) -> list[dict[str, Any]]:
        """As the app's page shows them, newest first."""
        found: list[dict[str, Any]] = self._call("GET", f"/api/apps/{self._app_id}/webhook/events", None, self._proof)[
            "data"
        ]
        return found

    def tries(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        path = f"/api/apps/{self._app_id}/webhook/events/{event['id']}"
        found: list[dict[str, Any]] = self._call("GET", path, None, self._proof)["tries"]
        return found

    def resend(self, event: dict[str, Any]) -> None:
        self._call("POST", f"/api/apps/{self._app_id}/webhook/events/{event['id']}/resend", {}, self._proof)
        self._sandbox.control.drain()

    def take(self, way: str, url: str) -> int:
        """A callback; the status to answer. The double question mark of blind links parts values too."""
        payment_id = urlsplit(url).query.replace("?", "&").partition("payment_id=")[2].partition("&")[0]
        with self._came:
            self.told.append((way, payment_id))
            status = self.answers.pop(0) if way == "webhook" and self.answers else 200
            self._came.notify_all()
        if status == 0:
            self._woken.wait(30)
        if status in {0, 200}:
            self._fulfil(payment_id)
        return status or 200

    def wait_for(self, callbacks: int) -> None:
        with self._came:
            assert self._came.wait_for(lambda: len(self.told) >= callbacks, 15), f"only {self.told} came"

    def wake(self) -> None:
        self._woken.set()

    def _fulfil(self, payment_id: str) -> None:
        verified = self._call("GET", f"/api/v2/verify_payment/{payment_id}", None, self._keys)
        with self._came:
            if verified["result"]["status"] == "SUCCESS" and not (self.careful and self.fulfilled[payment_id]):
                self.fulfilled[payment_id] += 1

    @property
    def _keys(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._app.public_token}:{self._app.private_token}"}

    @property
    def _proof(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._sandbox.log_in(self._app)}"}

    @property
    def _app_id(self) -> str:
        apps = self._sandbox.platform.list_apps(self._sandbox.log_in(self._app))
        return next(str(app.id) for app in apps if app.public_token == self._app.public_token)

    def _call(self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        answer = self._sandbox.transport.send(method, path, content, {"Content-Type": "application/json", **headers})
        assert answer.status < 400, answer.json()
        return answer.json()


@pytest.fixture
def counting_shop(sandbox: Sandbox, merchant_app: MerchantApp) -> Iterator[CountingShop]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(shop.take("webhook", self.path))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet: the scenario tells what it expected."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shop = CountingShop(sandbox, merchant_app, f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield shop
        finally:
            shop.wake()
            sandbox.control.drain()
            server.shutdown()
            thread.join()


@pytest.fixture
def pay(phone: PhoneDriver, counting_shop: CountingShop) -> Any:
    """``pay()`` makes a payment of the shop and pays it with the phone; its id."""

    def made() -> str:
        payment_id = counting_shop.generate()
        phone.scan_text(to_text(HostedCode(payment_id)))
        assert phone.pay().status == "SUCCESS"
        return payment_id

    return made
