"""Other ways to pay: Flouci login in the payment form, and a way to pay that only this test knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sandbox.contracts.errors import (
    CodeExpired,
    InsufficientFunds,
    LoginLocked,
    MethodNotFound,
    NotPrepared,
    OtpCooldown,
    SessionExpired,
    WalletBlocked,
    WrongPin,
)
from sandbox.contracts.mobile import NewPhone
from sandbox.contracts.payments import FormOrder, Payment, PaymentsClient, PreparePayment
from sandbox.contracts.platform import OpenSession
from sandbox.kit.errors import InvalidInput
from sandbox.mock_payments.methods.login import MOST_REFUSALS, RESEND_SECONDS
from sandbox.mock_payments.methods.method import PaymentMethod
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from tests.platform.paying import AMOUNT, Paid, require_accepted, require_refused
from tests.racing import race

PIN = "1234"


class Form:
    """A payment form in which the shopper logs in."""

    def __init__(self, sandbox: Sandbox, app: MerchantApp, phone: PhoneDriver) -> None:
        self.sandbox, self.app, self.phone = sandbox, app, phone
        asked = OpenSession(app=app.public_token, amount=AMOUNT, id="TX1")
        self.session = str(sandbox.platform.open_session(asked)["session"])

    def step(self, name: str, **fields: str) -> dict[str, Any]:
        path = f"/api/checkout/sessions/{self.session}/methods/{name}"
        body: dict[str, Any] = self.sandbox.platform._call("POST", path, fields)
        return body

    def log_in(self, pin: str = PIN, number: str | None = None) -> dict[str, Any]:
        return self.step("login/start", phone_number=number or self.phone.number, pin=pin)

    def codes(self) -> list[str]:
        """Those that the phone got by SMS, newest first."""
        self.sandbox.control.drain()
        texts = [message["text"] for message in self.sandbox.mobile.list_messages(self.phone.number)]
        return [text.split("SANDBOX : ")[-1].split()[0] for text in texts if "votre code pour payer 12.500 DT" in text]

    def verify(self, code: str) -> Paid:
        verified = PaymentsClient(self.sandbox.transport).verify(self.session, code)
        return Paid(self.sandbox, self.app, self.session, verified.payment_id, code)

    @property
    def state(self) -> tuple[str, str | None]:
        self.sandbox.control.drain()
        session = self.sandbox.platform.get_session(self.session)
        return session["status"], session["reason"]


@pytest.fixture
def form(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> Form:
    return Form(sandbox, merchant_app, phone)


def test_a_login_pays_exactly_as_the_qr_does(form: Form, phone: PhoneDriver) -> None:
    before = phone.balance
    answer = form.log_in()
    assert answer == {"status": "PREPARED", "code_expires_in_seconds": 120, "resend_in_seconds": RESEND_SECONDS}
    (code,) = form.codes()
    assert form.state == ("PREPARED", None)
    paid = form.verify(code)
    require_accepted(paid.accept(), paid)
    assert phone.balance == before - AMOUNT


def test_the_code_is_told_to_the_phone_and_to_nobody_else(form: Form, sandbox: Sandbox) -> None:
    form.log_in()
    (code,) = form.codes()
    recorded = str(sandbox.transport._client.get("/_sandbox/journal").json())
    assert "methods/login/start" in recorded
    assert code not in recorded
    assert f'"{PIN}"' not in recorded


def test_saying_it_again_sends_no_second_sms_and_holds_the_money_once(form: Form, phone: PhoneDriver) -> None:
    before = phone.balance
    answers = [*race([form.log_in] * 4), form.log_in()]
    assert all(answer["status"] == "PREPARED" for answer in answers)
    assert len(form.codes()) == 1
    assert phone.balance == before - AMOUNT


def test_a_number_without_a_wallet_is_told_what_a_wrong_pin_is(form: Form) -> None:
    told = []
    for number, pin in ((form.phone.number, "9999"), ("29999999", PIN)):
        with pytest.raises(WrongPin) as refused:
            form.log_in(pin, number)
        told.append((refused.value.message, refused.value.hint, refused.value.status, refused.value.details))
        assert form.state == ("ATTEMPT_FAILED", "WRONG_PIN")
    assert told[0] == told[1]


def test_after_a_wrong_pin_the_right_one_pays(form: Form) -> None:
    with pytest.raises(WrongPin):
        form.log_in("9999")
    form.log_in()
    assert form.state == ("PREPARED", None)


def test_a_form_takes_five_wrong_attempts_and_no_more(form: Form) -> None:
    for number in range(MOST_REFUSALS):
        with pytest.raises(WrongPin):
            form.log_in(number=f"2999999{number}")
    with pytest.raises(LoginLocked):
        form.log_in()
    assert form.codes() == []


def test_no_money_and_a_blocked_wallet_are_said_and_nothing_is_sent(form: Form, sandbox: Sandbox) -> None:
    poor = NewPhone(phone_number="29123456", name="Poor", pin=PIN, balance=AMOUNT - 1)
    sandbox.mobile.add_phone(poor)
    with pytest.raises(InsufficientFunds):
        form.log_in(number=poor.phone_number)
    sandbox.mobile.block(form.phone.number)
    with pytest.raises(WalletBlocked):
        form.log_in()
    with pytest.raises(WrongPin):  # a stranger learns nothing of the wallet
        form.log_in("9999")
    assert form.codes() == []


def test_the_same_code_is_sent_again_after_a_while_three_times_in_all(form: Form, clock: ClockDriver) -> None:
    clock.freeze()
    with pytest.raises(NotPrepared):
        form.step("login/resend")
    form.log_in()
    with pytest.raises(OtpCooldown) as early:
        form.step("login/resend")
    assert early.value.details["retry_after_seconds"] == RESEND_SECONDS
    for _ in range(2):
        clock.advance(seconds=RESEND_SECONDS)
        assert form.step("login/resend")["resend_in_seconds"] == RESEND_SECONDS
    clock.advance(seconds=RESEND_SECONDS)
    with pytest.raises(LoginLocked):
        form.step("login/resend")
    codes = form.codes()
    assert len(codes) == 3
    assert len(set(codes)) == 1


def test_an_expired_code_is_followed_by_a_new_one(form: Form, clock: ClockDriver) -> None:
    clock.freeze()
    form.log_in()
    (first,) = form.codes()
    clock.advance(seconds=121)
    with pytest.raises(CodeExpired):
        form.verify(first)
    form.log_in()
    newest, *_ = form.codes()
    require_accepted((paid := form.verify(newest)).accept(), paid)


def test_a_form_that_is_over_takes_no_login(form: Form, clock: ClockDriver) -> None:
    clock.advance(seconds=1_201)
    with pytest.raises(SessionExpired):
        form.log_in()


def test_a_wrong_field_is_named(form: Form) -> None:
    for field, wrong in (("phone_number", "12"), ("pin", "abcd")):
        with pytest.raises(InvalidInput) as refused:
            form.step("login/start", **{"phone_number": form.phone.number, "pin": PIN, field: wrong})
        assert refused.value.field == field


def test_a_test_app_keeps_its_codes_beside_the_login(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, token: str
) -> None:
    test_app = next(app for app in sandbox.platform.list_apps(token) if app.is_test)
    app = MerchantApp(**{**vars(merchant_app), "public_token": test_app.public_token})
    form = Form(sandbox, app, phone)
    verified = sandbox.platform._call("POST", f"/api/checkout/sessions/{form.session}/verify", {"code": "111111"})
    assert verified["status"] == "VERIFIED"


@pytest.fixture
def voucher(phone: PhoneDriver) -> Iterator[str]:
    """A way to pay with a voucher behind which stands a wallet; the table of ways to pay forgets it afterwards."""

    class Voucher(PaymentMethod, name="voucher"):
        def steps(self) -> Mapping[str, Any]:
            return {"redeem": self.redeem}

        def redeem(self, order: FormOrder, fields: Mapping[str, Any]) -> dict[str, Any]:
            if fields.get("voucher") != "OLIVE":
                raise InvalidInput("This voucher is unknown.", field="voucher")
            key = f"voucher:{order.session}"
            asked = {"method": "voucher", "idempotency_key": key, "payer_phone": phone.number, "pin": PIN}
            payment: Payment = self.desk.prepare(PreparePayment(**asked, **order.model_dump()))
            return {"status": "PREPARED", "code": payment.code}

    yield "voucher"
    del PaymentMethod.by_name["voucher"]


def test_a_way_to_pay_of_ones_own_needs_no_other_file(form: Form, voucher: str) -> None:
    with pytest.raises(InvalidInput):
        form.step(f"{voucher}/redeem", voucher="ROSE")
    paid = form.verify(form.step(f"{voucher}/redeem", voucher="OLIVE")["code"])
    require_accepted(paid.accept(), paid)
    history = form.sandbox.transport._client.get(f"/mobile/phones/{form.phone.number}/history").json()["payments"]
    assert [payment["method"] for payment in history] == ["voucher"]
    require_refused(paid.accept(), "ALREADY_ACCEPTED")


def test_an_unknown_way_to_pay_and_an_unknown_step_are_told_with_those_that_there_are(form: Form) -> None:
    with pytest.raises(MethodNotFound) as unknown:
        form.step("cash/start")
    assert unknown.value.details["methods"] == ["app", "card", "login", "qr"]
    with pytest.raises(MethodNotFound) as stepless:
        form.step("login/dance")
    assert stepless.value.details["steps"] == ["resend", "start"]
