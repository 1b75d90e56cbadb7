"""A merchant's server that speaks v2: it asks for payments, looks how they stand, and gives money back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.contracts.qr_payload import HostedCode, to_text

if TYPE_CHECKING:
    from sandbox.contracts.transport import Answer
    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox

_AMOUNT = 12_500


class MerchantServer:
    """Calls go out as a merchant's program sends them: JSON, with the app's two tokens as the bearer."""

    def __init__(self, sandbox: Sandbox, app: MerchantApp) -> None:
        self.sandbox, self.app = sandbox, app
        self._proof: dict[str, str] = {}

    def call(self, method: str, operation: str, fields: dict[str, Any] | None = None) -> Answer:
        """An operation of v2 such as ``refund_payment``; the answer, whatever it says."""
        bearer = {"Authorization": f"Bearer {self.app.public_token}:{self.app.private_token}"}
        return self._send(method, f"/api/v2/{operation}", fields, bearer)

    def generate(self, amount: int = _AMOUNT, **fields: Any) -> str:
        """The id of a new payment; its links lead to two pages of the demo shop. ``amount`` in millimes."""
        shop = f"{self.sandbox.base_url}/shop/"
        links = {"success_link": f"{shop}?paid=1", "fail_link": f"{shop}?failed=1"}
        answer = self.call("POST", "generate_payment", {"amount": amount, **links, **fields})
        if answer.status != 200:
            raise AssertionError(f"no payment was made: {answer.status} {answer.json()}")
        return str(answer.json()["result"]["payment_id"])

    def sell(self, phone: PhoneDriver, amount: int = _AMOUNT, **fields: Any) -> str:
        """A new payment that the phone scans and pays at once; its id."""
        payment_id = self.generate(amount, **fields)
        phone.scan_text(to_text(HostedCode(payment_id)))
        phone.pay()
        return payment_id

    def verify(self, payment_id: str) -> dict[str, Any]:
        """The result of ``verify_payment``, once all that was due has been done."""
        self.sandbox.control.drain()
        result: dict[str, Any] = self.call("GET", f"verify_payment/{payment_id}").json()["result"]
        return result

    def status(self, payment_id: str) -> str:
        return str(self.verify(payment_id)["status"])

    def give_back_part(self, payment_id: str, amount: int, *, key: str) -> Answer:
        """As the merchant does at the order's page, for v2 gives back all that is left. The same ``key`` does it once."""
        if not self._proof:
            self._proof = {"Authorization": f"Bearer {self.sandbox.log_in(self.app)}"}
        path = f"/api/orders/{payment_id}/refunds"
        return self._send("POST", path, {"amount": amount}, {**self._proof, "Idempotency-Key": key})

    def _send(self, method: str, path: str, fields: dict[str, Any] | None, headers: dict[str, str]) -> Answer:
        content = b"" if fields is None else json.dumps(fields).encode()
        headers = {"Content-Type": "application/json", **headers}
        return self.sandbox.transport.send(method, path, content, headers)
