"""Asks Flouci for the money of an order (report, figure V.3): the amount comes from the order, never from the page."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .orders import Order

Post = Callable[[str, dict[str, Any], dict[str, str]], object]
"""``post(url, json, headers)`` gives the JSON that was answered, whatever the HTTP status; it may raise anything."""
Get = Callable[[str, dict[str, str]], object]
"""``get(url, headers)`` does the same."""

NO_ANSWER = "NO_ANSWER"
INCOMPLETE_FORM = "INCOMPLETE_FORM"
_PAYMENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_CODE = re.compile(r"[0-9]{6}")
_SANDBOX_PROBLEMS = frozenset({"SERVICE_UNAVAILABLE", "INTERNAL"})
_PATIENCE_SECONDS = 10
_PAGE_REASONS = {"PENDING": "NOT_PAID_YET", "EXPIRED": "PAYMENT_EXPIRED"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cashier:
    """The shop's account with Flouci. The private token stays on this server."""

    sandbox_url: str
    public_token: str
    private_token: str
    post: Post
    get: Get

    def open_page(self, order: Order, back: str) -> str | None:
        """The link of a payment page for this order, from which the shopper comes ``back``; None when there is none."""
        body = {
            "amount": order.amount,
            "success_link": back,
            "fail_link": back,
            "developer_tracking_id": order.number,
            "accept_card": True,
        }
        result = self._ask(order, lambda: self.post(f"{self.sandbox_url}/api/v2/generate_payment", body, self._bearer))
        link = str(result.get("link", ""))
        if not link.startswith(f"{self.sandbox_url}/"):
            self._fail(order, NO_ANSWER if not result else str(result.get("message", "")))
            return None
        order.payment_id = str(result["payment_id"])
        return link

    def check_page(self, order: Order) -> bool:
        """Ask how the order's payment page stands: what the browser says on its way back proves nothing."""
        if order.payment_id is None:
            return self._fail(order, "NOT_PAID_YET")
        address = f"{self.sandbox_url}/api/v2/verify_payment/{order.payment_id}"
        with order.lock:
            result = self._ask(order, lambda: self.get(address, self._bearer))
            status, told = result.get("status"), (result.get("amount"), result.get("developer_tracking_id"))
            if not result:
                return self._fail(order, NO_ANSWER)
            if status == "SUCCESS" and told == (order.amount, order.number):
                order.is_paid, order.reason = True, None
                return True
            return self._fail(order, _PAGE_REASONS.get(str(status), "PAYMENT_FAILED"))

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.public_token}:{self.private_token}"}

    @staticmethod
    def _ask(order: Order, call: Callable[[], object]) -> Mapping[str, Any]:
        """The ``result`` of an answer; empty when none came."""
        try:
            answer = call()
        except Exception as error:  # noqa: BLE001  however the call ended, the shop knows nothing of the payment
            _log.warning("no answer about order %s: %s", order.number, error)
            return {}
        result = answer.get("result") if isinstance(answer, Mapping) else None
        return result if isinstance(result, Mapping) else {}

    def settle(self, order: Order, payment_id: str, code: str) -> bool:
        """Accept the payment for this order; afterwards the order knows whether it is paid, or why it is not.

        An order is paid once: the same form sent again finds it paid, and another payment for it is left to expire.
        """
        if not (_PAYMENT_ID.fullmatch(payment_id) and _CODE.fullmatch(code)):
            return self._fail(order, INCOMPLETE_FORM)
        with order.lock:
            if order.is_paid:
                return True
            order.payment_id, order.code = payment_id, code
            return self._record(order, self._accept(order, payment_id, code))

    def settle_again(self, order: Order) -> bool:
        """The same question once more, for when no answer came: the same key gets the first answer."""
        if order.code is None:
            return self.check_page(order)
        return self.settle(order, order.payment_id or "", order.code or "")

    def _accept(self, order: Order, payment_id: str, code: str) -> object:
        body = {
            "app_token": self.public_token,
            "app_secret": self.private_token,
            "payment_id": payment_id,
            "flouci_otp": code,
            "amount": order.amount,
        }
        question = f"{order.number}:{payment_id}:{code}"
        headers = {"Idempotency-Key": hashlib.sha256(question.encode()).hexdigest()}
        try:
            return self.post(f"{self.sandbox_url}/api/accept", body, headers)
        except Exception as error:  # noqa: BLE001  however the call ended, the shop does not know whether it was paid
            _log.warning("no answer about order %s: %s", order.number, error)
            return None

    def _record(self, order: Order, answer: object) -> bool:
        result = answer.get("result") if isinstance(answer, Mapping) else None
        if not isinstance(result, Mapping) or result.get("error") in _SANDBOX_PROBLEMS:
            return self._fail(order, NO_ANSWER)
        if result.get("status") != "SUCCESS":
            return self._fail(order, str(result.get("error", "")))
        order.is_paid, order.reason = True, None
        return True

    def _fail(self, order: Order, reason: str) -> bool:
        if not order.is_paid:
            order.reason = reason
        return order.is_paid


def post_json(url: str, json: dict[str, Any], headers: dict[str, str]) -> object:
    """Over the network. Raises httpx.HTTPError when nothing answers, ValueError when the answer is not JSON."""
    return _send("POST", url, headers, json)


def get_json(url: str, headers: dict[str, str]) -> object:
    """The same for a question."""
    return _send("GET", url, headers)


def _send(method: str, url: str, headers: dict[str, str], json: dict[str, Any] | None = None) -> object:
    import os
    import ssl

    import httpx

    # The authority of a sandbox that runs with --tls: 'python -m sandbox env' exports it.
    trusted = ssl.create_default_context(cafile=os.environ.get("FLOUCI_CA_FILE") or None)
    with httpx.Client(timeout=_PATIENCE_SECONDS, trust_env=False, verify=trusted) as client:
        parsed: object = client.request(method, url, json=json, headers=headers).json()
    return parsed
