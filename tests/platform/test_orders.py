"""An order from the open payment form to its end, by the form, the phone, the clock and payment events."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.contracts.errors import (
    AlreadyPrepared,
    AppNotFound,
    InsufficientFunds,
    SessionEnded,
    SessionExpired,
    SessionNotFound,
)
from sandbox.contracts.payments import PaymentsClient
from sandbox.contracts.platform import OpenSession
from sandbox.contracts.qr_payload import CheckoutCode, to_text
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from tests.platform.paying import AMOUNT, pay, require_accepted

SESSION_SECONDS = 1200


def open_form(sandbox: Sandbox, app: MerchantApp, **more: Any) -> str:
    return str(sandbox.platform.open_session(OpenSession(app=app.public_token, amount=AMOUNT, **more))["session"])


def code_of(app: MerchantApp, session: str) -> str:
    return to_text(CheckoutCode(app=app.public_token, amount=AMOUNT, session=session))


def status_of(sandbox: Sandbox, session: str) -> str:
    sandbox.control.drain()
    return str(sandbox.platform.get_session(session)["status"])


def test_the_order_follows_the_payment_step_by_step(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    session = open_form(sandbox, merchant_app)
    seen = [status_of(sandbox, session)]
    phone.scan_text(code_of(merchant_app, session))
    seen.append(status_of(sandbox, session))
    paid = phone.pay()
    seen.append(status_of(sandbox, session))
    PaymentsClient(sandbox.transport).verify(session, paid.code or "")
    seen.append(status_of(sandbox, session))
    sandbox.accept(merchant_app, paid.payment_id or "", paid.code or "")
    seen.append(status_of(sandbox, session))
    assert seen == ["OPENED", "SCANNED", "PREPARED", "VERIFIED", "PAID"]


def test_a_form_tells_its_own_page_what_it_needs_and_nothing_of_the_payer(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, token: str
) -> None:
    paid = pay(sandbox, merchant_app, phone)
    sandbox.control.drain()
    form = sandbox.platform.get_session(paid.session)
    assert set(form) == {
        "session",
        "status",
        "reason",
        "amount",
        "currency",
        "expires_at",
        "expires_in_seconds",
        "code_expires_at",
        "code_expires_in_seconds",
        "clock_rate",
    }
    assert (form["amount"], form["currency"]) == (AMOUNT, "TND")
    assert 0 < form["code_expires_in_seconds"] <= 120
    paid.accept()
    app_id = sandbox.platform.list_apps(token)[0].id
    (order,) = sandbox.platform.list_orders(token, app_id)
    assert order["payer"] == f"{phone.number[:2]} *** {phone.number[5:]}"
    name = sandbox.mobile.get_phone(phone.number).name
    for told in (form, order):
        assert phone.number not in str(told)
        assert name not in str(told)


def test_a_form_expires_after_1200_seconds(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    clock.freeze()
    session = open_form(sandbox, merchant_app)
    opened = sandbox.platform.get_session(session)
    assert (opened["expires_in_seconds"], opened["clock_rate"]) == (SESSION_SECONDS, 0)
    clock.advance(seconds=SESSION_SECONDS - 1)
    phone.scan_text(code_of(merchant_app, session))
    clock.advance(seconds=1)
    form = sandbox.platform.get_session(session)
    assert (form["status"], form["reason"], form["expires_in_seconds"]) == ("EXPIRED", "SESSION_EXPIRED", 0)
    with pytest.raises(SessionExpired):
        phone.scan_text(code_of(merchant_app, session))


def test_a_form_whose_time_runs_out_while_the_code_is_typed_can_still_be_paid(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    clock.freeze()
    session = open_form(sandbox, merchant_app)
    clock.advance(seconds=SESSION_SECONDS - 1)
    phone.scan_text(code_of(merchant_app, session))
    paid = phone.pay()
    clock.advance(seconds=60)
    assert status_of(sandbox, session) == "PREPARED"
    assert sandbox.accept(merchant_app, paid.payment_id or "", paid.code or "")["status"] == "SUCCESS"
    assert status_of(sandbox, session) == "PAID"


def test_a_code_that_runs_out_leaves_the_form_open_for_another_try(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    clock.freeze()
    session = open_form(sandbox, merchant_app)
    phone.scan_text(code_of(merchant_app, session))
    phone.pay()
    clock.advance(seconds=120)
    form = sandbox.platform.get_session(session)
    assert (form["status"], form["reason"]) == ("ATTEMPT_FAILED", "CODE_EXPIRED")
    assert phone.balance == 500_000
    phone.scan_text(code_of(merchant_app, session))
    paid = phone.pay()
    assert sandbox.accept(merchant_app, paid.payment_id or "", paid.code or "")["status"] == "SUCCESS"


def test_a_failed_attempt_says_why_and_another_phone_may_pay(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    session, poor = open_form(sandbox, merchant_app), sandbox.new_phone(balance=0)
    poor.scan_text(code_of(merchant_app, session))
    with pytest.raises(InsufficientFunds):
        poor.pay()
    sandbox.control.drain()
    form = sandbox.platform.get_session(session)
    assert (form["status"], form["reason"]) == ("ATTEMPT_FAILED", "INSUFFICIENT_FUNDS")
    phone.scan_text(code_of(merchant_app, session))
    assert phone.pay().status == "PREPARED"


def test_of_two_phones_at_one_form_the_first_pays(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    session, second = open_form(sandbox, merchant_app), sandbox.new_phone()
    for each in (phone, second):
        each.scan_text(code_of(merchant_app, session))
    paid = phone.pay()
    with pytest.raises(AlreadyPrepared):
        second.pay()
    second.refuse()
    assert status_of(sandbox, session) == "PREPARED"
    assert sandbox.accept(merchant_app, paid.payment_id or "", paid.code or "")["status"] == "SUCCESS"
    assert second.balance == 500_000


def test_a_refused_form_cannot_be_scanned_again(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    session = open_form(sandbox, merchant_app)
    phone.scan_text(code_of(merchant_app, session))
    assert phone.refuse().status == "REFUSED"
    form = sandbox.platform.get_session(session)
    assert (form["status"], form["reason"]) == ("REFUSED", "REFUSED_BY_SHOPPER")
    with pytest.raises(SessionEnded):
        phone.scan_text(code_of(merchant_app, session))


def test_two_forms_of_one_page_are_two_orders(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> None:
    first = pay(sandbox, merchant_app, phone, reference="A")
    second = pay(sandbox, merchant_app, sandbox.new_phone(), reference="B")
    require_accepted(second.accept(), second, reference="B")
    assert (status_of(sandbox, first.session), second.status) == ("PREPARED", "PAID")
    require_accepted(first.accept(), first, reference="A")


def test_a_code_of_one_form_does_not_open_another(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    first, second = pay(sandbox, merchant_app, phone), pay(sandbox, merchant_app, sandbox.new_phone())
    if first.code != second.code:
        assert first.accept(flouci_otp=second.code).json()["result"]["error"] == "WRONG_CODE"
    require_accepted(first.accept(), first)


def test_an_unknown_app_or_form_is_named(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    with pytest.raises(AppNotFound) as refused:
        sandbox.platform.open_session(OpenSession(app="nobody", amount=1))
    assert refused.value.field == "app"
    with pytest.raises(SessionNotFound):
        sandbox.platform.get_session("nothing")
    with pytest.raises(AppNotFound):
        sandbox.platform.get_public_app(merchant_app.private_token)


def test_anybody_may_know_an_apps_public_side_and_nothing_else(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    shown = sandbox.platform._call("GET", f"/api/apps/{merchant_app.public_token}")
    assert set(shown) == {"app", "name", "description", "merchant", "enabled", "test_mode", "image"}
    assert merchant_app.private_token not in str(shown)
    assert merchant_app.wallet_phone not in shown.values()
