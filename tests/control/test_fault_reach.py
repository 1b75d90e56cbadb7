"""Faults of an app, a phone or a payment reach whatever call belongs to it, and those of nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.kit.errors import SandboxError
from sandbox.testing.checkout import prepare

if TYPE_CHECKING:
    from sandbox.testing import Sandbox
    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.faults import FaultDriver
    from tests.platform.paying import Paid

EXECUTE = "/payments/api/payments/*/execute"


@pytest.fixture
def paid(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> Paid:
    from tests.platform.paying import pay

    return pay(sandbox, merchant_app, phone)


@pytest.fixture
def stranger(sandbox: Sandbox) -> Paid:
    """Somebody else's payment to somebody else."""
    from tests.platform.paying import pay

    return pay(sandbox, sandbox.new_merchant(), sandbox.new_phone())


def test_a_call_belongs_to_what_its_story_has_named_though_it_names_it_not(
    paid: Paid, stranger: Paid, phone: PhoneDriver, faults: FaultDriver
) -> None:
    """The execution names no app; ``accept`` names no phone."""
    whose = {"app": paid.app.public_token, "phone": phone.number}
    of_whom = [*whose.items(), ("payment", paid.payment_id), ("payment", paid.session)]
    planned = [
        faults.add("latency", seconds=0.001, route=route, every=1, **{field: value})
        for route in ("/api/accept", EXECUTE)
        for field, value in of_whom
    ]
    assert stranger.accept().json()["status"] == "SUCCESS"
    assert [fault.calls for fault in planned] == [0] * 8
    paid.accept()
    assert [fault.hits for fault in planned] == [1] * 8
    assert {receipt["trace"] for receipt in faults.receipts} == {paid.session}


def test_a_call_that_a_fault_answers_stands_in_the_story_of_its_payment(
    sandbox: Sandbox, paid: Paid, faults: FaultDriver
) -> None:
    """Though the service never came to say whose it was."""
    fault = faults.add("drop_before", route="/api/accept")
    with pytest.raises(httpx.RemoteProtocolError):
        paid.accept()
    (receipt,) = fault.receipts
    assert receipt["trace"] == paid.session
    assert receipt["exchange"] in [each["id"] for each in sandbox.control.list_exchanges(trace=paid.session)]


def test_a_wallet_is_asked_on_behalf_of_the_app_whose_form_was_scanned(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, faults: FaultDriver
) -> None:
    fault = faults.add("drop_before", service="wallets", app=merchant_app.public_token, phone=phone.number)
    with pytest.raises(SandboxError):
        prepare(sandbox, merchant_app, phone, amount=1_000)
    assert [receipt["what"] for receipt in fault.receipts] == ["POST /wallets/api/authorize"]


def test_a_hosted_payment_belongs_to_the_app_that_made_it(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, faults: FaultDriver
) -> None:
    """Its tokens came in a header, of which the journal keeps the public one."""
    made = httpx.post(
        f"{sandbox.base_url}/api/v2/generate_payment",
        json={"amount": 7_000, "success_link": "http://127.0.0.1/ok", "fail_link": "http://127.0.0.1/no"},
        headers={"Authorization": f"Bearer {merchant_app.public_token}:{merchant_app.private_token}"},
    )
    payment_id = made.json()["result"]["payment_id"]
    page = faults.add("latency", seconds=0.01, route="/pay/*", app=merchant_app.public_token)
    inner = faults.add("status", service="payments", method="POST", app=merchant_app.public_token)
    httpx.get(f"{sandbox.base_url}/pay/{payment_id}")
    phone.scan_text(f"flouci-sandbox://pay?v=1&payment={payment_id}")
    with pytest.raises(SandboxError):
        phone.pay()
    assert (page.hits, inner.hits) == (1, 1)


def test_a_page_that_asks_again_and_again_is_kept_when_it_is_hit_and_the_console_is_never_hit(
    sandbox: Sandbox, paid: Paid, faults: FaultDriver
) -> None:
    polled = faults.add("status", route="/api/checkout/sessions/*", payment=paid.session)
    httpx.get(f"{sandbox.base_url}/api/checkout/sessions/{paid.session}", headers={"Sandbox-Trace": "background"})
    (receipt,) = polled.receipts
    assert receipt["trace"] == paid.session
    assert sandbox.control.list_exchanges(trace=paid.session, limit=1)[0]["id"] == receipt["exchange"]
    unhit = faults.add("status", service="wallets", optional=True)
    page = httpx.get(f"{sandbox.base_url}/_sandbox/console/inbox", headers={"Accept": "text/html"})
    assert (page.status_code, unhit.calls) == (200, 0)


def test_an_sms_to_one_number_is_lost_and_not_the_other_of_its_story(
    sandbox: Sandbox, paid: Paid, phone: PhoneDriver, faults: FaultDriver
) -> None:
    shopper = faults.add("sms_lost", phone=phone.number, every=1)
    whole_story = faults.add("sms_lost", payment=paid.payment_id, nth=2)
    paid.accept()
    sandbox.control.drain()
    assert [receipt["what"] for receipt in shopper.receipts] == [f"SMS to {phone.number}"]
    assert [receipt["what"] for receipt in whole_story.receipts] == [f"SMS to {paid.app.wallet_phone}"]


def test_a_fault_that_was_never_hit_tells_its_plan_and_which_calls_were_near(paid: Paid, faults: FaultDriver) -> None:
    faults.add("status", route="/api/accept", method="POST", phone="99999999", status=502)
    faults.add("sms_lost", nth=100)
    paid.accept()
    paid.sandbox.control.drain()
    with pytest.raises(AssertionError) as missed:
        faults.require_hits()
    faults.clear()
    first, *lines = str(missed.value).splitlines()
    assert first == "never hit, so this test proves less than it says:"
    assert "status method=POST route=/api/accept phone=99999999 status=502: no call fitted it." in lines[0]
    assert lines[1] == "    near: POST /api/accept, which fits but for its phone"
    assert "sms_lost nth=100: 2 calls fitted, none was its turn." in lines[-1]


def test_a_receipt_and_what_came_near_keep_no_secret_that_stands_in_a_path(
    sandbox: Sandbox, faults: FaultDriver
) -> None:
    faults.add("latency", seconds=0.001, route="/activate/*")
    faults.add("latency", seconds=0.001, route="/api/accept", optional=True)
    httpx.get(f"{sandbox.base_url}/activate/a-secret-of-somebody")
    assert [receipt["what"] for receipt in faults.receipts] == ["GET /activate/•••"]
    assert "a-secret-of-somebody" not in str(sandbox.control.show_faults())
