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

NO_ANSWER = "NO_ANSWER"
INCOMPLETE_FORM = "INCOMPLETE_FORM"
_PAYMENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_CODE = re.compile(r"[0-9]{6}")
_SANDBOX_PROBLEMS = frozenset({"SERVICE_UNAVAILABLE", "INTERNAL"})
_PATIENCE_SECONDS = 10
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cashier:
    """The shop's account with Flouci. The private token stays on this server."""

    sandbox_url: str
    public_token: str
    private_token: str
    post: Post

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
    import os
    import ssl

    import httpx

    # The authority of a sandbox that runs with --tls: 'python -m sandbox env' exports it.
    trusted = ssl.create_default_context(cafile=os.environ.get("FLOUCI_CA_FILE") or None)
    answer = httpx.post(url, json=json, headers=headers, timeout=_PATIENCE_SECONDS, trust_env=False, verify=trusted)
    parsed: object = answer.json()
    return parsed
