"""Ways to pay on the phone: a link instead of a picture, and one that only this test knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sandbox.contracts.errors import ForeignQr
from sandbox.contracts.mobile import Scan
from sandbox.contracts.payments import PaymentsClient
from sandbox.contracts.qr_payload import to_text
from sandbox.kit.shapes import PhoneNumber, Shape
from sandbox.mock_mobile.methods.method import PhoneMethod
from sandbox.mock_payments.methods.method import PaymentMethod
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from tests.mock_mobile.test_phone import open_form


class Terminal(Shape):
    terminal: PhoneNumber


@pytest.fixture
def tap() -> Iterator[dict[str, str]]:
    """The phone is held to a terminal, which tells the text of its form; the Payments API knows the way by the same name."""
    forms: dict[str, str] = {}

    class TapInPayments(PaymentMethod, name="tap"):
        """No step of its own there."""

    class Tap(PhoneMethod, name="tap"):
        def steps(self) -> Mapping[str, Any]:
            return {"hold": self.hold}

        def hold(self, number: str, fields: Mapping[str, Any]) -> Scan:
            return self.hand.scan(number, forms[Terminal.parse(fields).terminal])

    try:
        yield forms
    finally:
        del PaymentMethod.by_name["tap"], PhoneMethod.by_name["tap"]


def method_of(sandbox: Sandbox, payment_id: str | None) -> str:
    return sandbox._running.world.payments.get_payment(payment_id or "").method


def test_a_link_is_paid_as_the_picture_is_and_is_told_apart_from_it(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    text = to_text(open_form(sandbox, merchant_app))
    scan = phone.open_link(f" {text} ")
    assert (scan.kind, scan.amount, phone.screen["name"]) == ("checkout", 12_500, "confirm")
    assert method_of(sandbox, phone.pay().payment_id) == "app"
    phone.scan_text(to_text(open_form(sandbox, merchant_app)))
    assert method_of(sandbox, phone.pay().payment_id) == "qr"


def test_a_link_that_is_not_ours_is_said_on_the_screen(phone: PhoneDriver) -> None:
    with pytest.raises(ForeignQr):
        phone.open_link("https://flouci.com/pay/1")
    assert phone.screen["code"] == "FOREIGN_QR"


def test_a_way_to_pay_of_ones_own_is_a_class_on_each_side(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, tap: dict[str, str]
) -> None:
    code = open_form(sandbox, merchant_app)
    tap["70123456"] = to_text(code)
    body = sandbox.mobile._post(phone.number, "methods/tap/hold", {"terminal": "+216 70 123 456"})
    phone.last_scan = Scan.parse(body)
    paid = phone.pay()
    verified = PaymentsClient(sandbox.transport).verify(code.session, paid.code or "")
    assert sandbox.accept(merchant_app, verified.payment_id, paid.code or "")["status"] == "SUCCESS"
    assert (method_of(sandbox, paid.payment_id), merchant_app.balance) == ("tap", 12_500)
