"""Active verification: a merchant's back end asks how a payment ended, by its id."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from tests.platform.managing import Managing
from tests.platform.paying import AMOUNT, Paid, pay, require_accepted


def ask(paid: Paid, app: MerchantApp | None = None, payment_id: str | None = None) -> httpx.Response:
    tokens = app or paid.app
    headers = {"apppublic": tokens.public_token, "appsecret": tokens.private_token}
    path = f"/api/verify_payment/{paid.payment_id if payment_id is None else payment_id}"
    return paid.sandbox.transport._client.get(path, headers=headers)


def status_of(paid: Paid) -> str:
    body: dict[str, Any] = ask(paid).json()
    assert (body["success"], body["name"], body["code"], body["version"]) == (True, "developers", 0, "v1")
    result = body["result"]
    assert (result["type"], result["amount"], result["developer_tracking_id"]) == ("wallet", AMOUNT, "TX1")
    assert result["details"]["order_number"] == paid.payment_id
    return str(result["status"])


def test_a_payment_is_pending_until_it_is_accepted(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    paid = pay(sandbox, merchant_app, phone)
    assert status_of(paid) == "PENDING"
    require_accepted(paid.accept(), paid)
    assert status_of(paid) == "SUCCESS"


def test_a_payment_that_nobody_accepted_failed(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    paid = pay(sandbox, merchant_app, phone)
    clock.advance(seconds=125)
    assert status_of(paid) == "FAILURE"


def test_wrong_tokens_and_somebody_elses_payment_are_refused(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    paid, other = pay(sandbox, merchant_app, phone), sandbox.new_merchant()
    for answer, status, error in (
        (ask(paid, other), 404, "PAYMENT_NOT_FOUND"),
        (ask(paid, payment_id="nothing"), 404, "PAYMENT_NOT_FOUND"),
        (sandbox.transport._client.get(f"/api/verify_payment/{paid.payment_id}"), 403, "BAD_CREDENTIALS"),
    ):
        body = answer.json()
        assert (answer.status_code, body["result"]["status"], body["result"]["error"]) == (status, status, error)
        assert (body["success"], body["code"]) == (False, 1)
        assert answer.headers["Sandbox-Hint"]


def test_an_app_in_passive_mode_is_told_which_setting_says_no(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, token: str
) -> None:
    paid = pay(sandbox, merchant_app, phone)
    managing = Managing(sandbox, merchant_app, token)
    managing.require(managing.change(verification_mode="passive"))
    answer = ask(paid)
    assert (answer.status_code, answer.json()["result"]["error"]) == (409, "PASSIVE_VERIFICATION")
    assert "verification mode" in answer.headers["Sandbox-Hint"]


@pytest.mark.parametrize("payment_id", ["%00", "a" * 300, "é", "..", "' OR 1=1"])
def test_a_strange_id_is_no_payment(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, payment_id: str
) -> None:
    assert ask(pay(sandbox, merchant_app, phone), payment_id=payment_id).status_code in {400, 404}
