"""The codes of the old test mode: 111111 succeeds and 000000 fails, without a phone or money, for TEST APPs only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.contracts.errors import NotPrepared, SessionExpired, WrongCode
from sandbox.contracts.platform import OpenSession
from sandbox.kit.errors import SandboxError
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from tests.platform.paying import AMOUNT, Paid, pay, require_accepted, require_refused
from tests.racing import race


@pytest.fixture
def test_app(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> MerchantApp:
    app = next(app for app in sandbox.platform.list_apps(token) if app.is_test)
    secret = sandbox.platform.reveal_private_token(token, app.id)
    tokens = {"name": app.name, "public_token": app.public_token, "private_token": secret}
    return replace(merchant_app, **tokens, balance_of=lambda: sandbox.mobile.get_phone(app.wallet_phone).balance)


def verify(sandbox: Sandbox, session: str, code: str) -> str:
    body = sandbox.platform._call("POST", f"/api/checkout/sessions/{session}/verify", {"code": code})
    assert body["status"] == "VERIFIED"
    return str(body["payment_id"])


def open_form(sandbox: Sandbox, app: MerchantApp) -> str:
    asked = OpenSession(app=app.public_token, amount=AMOUNT, id="TX1")
    return str(sandbox.platform.open_session(asked)["session"])


def by_code(sandbox: Sandbox, app: MerchantApp, code: str) -> Paid:
    session = open_form(sandbox, app)
    return Paid(sandbox, app, session, verify(sandbox, session, code), code)


def test_111111_pays_without_a_phone_and_no_money_moves(sandbox: Sandbox, test_app: MerchantApp) -> None:
    before = test_app.balance
    paid = by_code(sandbox, test_app, "111111")
    assert paid.status == "VERIFIED"
    require_accepted(paid.accept(), paid)
    assert (paid.status, test_app.balance) == ("PAID", before)
    require_refused(paid.accept(), "ALREADY_ACCEPTED")


def test_000000_passes_the_form_and_is_refused_at_accept(sandbox: Sandbox, test_app: MerchantApp) -> None:
    paid = by_code(sandbox, test_app, "000000")
    require_refused(paid.accept(), "WRONG_CODE")
    assert paid.status == "ATTEMPT_FAILED"
    require_refused(paid.accept(flouci_otp="111111"), "PAYMENT_EXPIRED")
    assert verify(sandbox, paid.session, "111111") == paid.payment_id
    require_accepted(paid.accept(flouci_otp="111111"), paid)


def test_a_test_code_is_worth_something_for_two_minutes(
    sandbox: Sandbox, test_app: MerchantApp, clock: ClockDriver
) -> None:
    paid = by_code(sandbox, test_app, "111111")
    clock.advance(seconds=121)
    require_refused(paid.accept(), "PAYMENT_EXPIRED")


def test_a_form_that_has_expired_takes_no_test_code(
    sandbox: Sandbox, test_app: MerchantApp, clock: ClockDriver
) -> None:
    session = open_form(sandbox, test_app)
    clock.advance(seconds=1_201)
    with pytest.raises(SessionExpired):
        verify(sandbox, session, "111111")


def test_the_form_of_a_test_app_checks_its_code_with_the_platform(
    sandbox: Sandbox, merchant_app: MerchantApp, test_app: MerchantApp
) -> None:
    for app, start in ((test_app, "/api/checkout/sessions/"), (merchant_app, "/payments/api/verify")):
        opened = sandbox.platform.open_session(OpenSession(app=app.public_token, amount=AMOUNT))
        assert opened["links"]["verify"].startswith(sandbox.base_url + start)


@pytest.mark.parametrize("code", ["111111", "000000"])
def test_an_ordinary_app_knows_no_test_codes(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, code: str
) -> None:
    with pytest.raises(NotPrepared):
        verify(sandbox, open_form(sandbox, merchant_app), code)
    paid = pay(sandbox, merchant_app, phone)
    if paid.code != code:
        with pytest.raises(WrongCode):
            verify(sandbox, paid.session, code)
        require_refused(paid.accept(flouci_otp=code), "WRONG_CODE")
    assert phone.balance == 500_000 - AMOUNT
    assert merchant_app.balance == 0


def test_any_other_code_is_judged_by_the_payments_api(
    sandbox: Sandbox, test_app: MerchantApp, phone: PhoneDriver
) -> None:
    with pytest.raises(NotPrepared):
        verify(sandbox, open_form(sandbox, test_app), "123456")
    paid = pay(sandbox, test_app, phone)
    sandbox.control.drain()
    assert verify(sandbox, paid.session, paid.code) == paid.payment_id
    before = test_app.balance
    require_accepted(paid.accept(), paid)
    assert test_app.balance == before + AMOUNT


def test_a_test_code_does_not_take_over_a_payment_that_a_phone_has_begun(
    sandbox: Sandbox, test_app: MerchantApp, phone: PhoneDriver
) -> None:
    paid = pay(sandbox, test_app, phone)
    sandbox.control.drain()
    if paid.code != "111111":
        with pytest.raises(WrongCode):
            verify(sandbox, paid.session, "111111")
    require_accepted(paid.accept(), paid)


def test_verifying_twice_gives_the_same_payment(sandbox: Sandbox, test_app: MerchantApp) -> None:
    session = open_form(sandbox, test_app)
    ids = race([lambda: verify(sandbox, session, "111111")] * 4)
    assert len(set(ids)) == 1
    paid = Paid(sandbox, test_app, session, ids[0], "111111")
    require_accepted(paid.accept(), paid)
    assert verify(sandbox, session, "111111") == ids[0]


def test_a_test_payment_is_refused_by_the_same_rules(sandbox: Sandbox, test_app: MerchantApp) -> None:
    paid, other = by_code(sandbox, test_app, "111111"), sandbox.new_merchant()
    require_refused(paid.accept(amount=1), "AMOUNT_MISMATCH")
    require_refused(paid.accept(app_secret=other.private_token), "BAD_CREDENTIALS", 403)
    theirs = {"app_token": other.public_token, "app_secret": other.private_token}
    require_refused(paid.accept(**theirs), "PAYMENT_NOT_FOUND")
    first = paid.accept(key="k")
    require_accepted(first, paid)
    assert paid.accept(key="k").json() == first.json()


def test_of_many_accepts_of_a_test_payment_one_succeeds(sandbox: Sandbox, test_app: MerchantApp) -> None:
    paid = by_code(sandbox, test_app, "111111")
    told = sorted(answer.json()["status"] for answer in race([paid.accept] * 6))
    assert told == ["FAILED"] * 5 + ["SUCCESS"]


def test_a_form_that_has_ended_takes_no_test_code(
    sandbox: Sandbox, test_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver
) -> None:
    clock.freeze()
    expired, refused = open_form(sandbox, test_app), pay(sandbox, test_app, phone)
    phone.refuse()
    sandbox.control.drain()
    clock.advance(seconds=1200)
    with pytest.raises(SessionExpired):
        verify(sandbox, expired, "111111")
    with pytest.raises(SandboxError):
        verify(sandbox, refused.session, "111111")
    assert refused.status == "REFUSED"
