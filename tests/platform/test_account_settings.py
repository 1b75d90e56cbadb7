"""What developers change of their own accounts, and the business account that becomes a developer's."""

from __future__ import annotations

import re
from itertools import count

import pytest

from sandbox.contracts.errors import (
    AppDisabled,
    BadLogin,
    LastAdmin,
    NotABusinessWallet,
    OtpUsed,
    ResetKeyInvalid,
    WrongOtp,
    WrongPassword,
)
from sandbox.contracts.mobile import NewPhone
from sandbox.contracts.platform import Login, OpenSession, Registration
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from tests.platform.keys import call, code_of, make_key
from tests.platform.paying import pay, require_refused
from tests.platform.test_recovery import NEW, newest_key, post
from tests.visitor import Visitor

_numbers = count(1)


def test_a_closed_account_is_forgotten_and_its_apps_stop(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    token = sandbox.log_in(merchant_app)
    with pytest.raises(WrongPassword):
        post(sandbox, "/api/account/close", {"password": "wrong password"}, token)
    assert sandbox.platform.open_session(OpenSession(app=merchant_app.public_token, amount=1000))
    post(sandbox, "/api/account/close", {"password": merchant_app.password}, token)
    with pytest.raises(BadLogin):
        sandbox.log_in(merchant_app)
    with pytest.raises(AppDisabled, match="closed"):
        sandbox.platform.open_session(OpenSession(app=merchant_app.public_token, amount=1000))
    again = Registration(name="Again", email=merchant_app.email, password=NEW)
    sandbox.platform.register(again)


def test_with_a_closed_account_its_keys_and_sessions_and_what_a_phone_has_prepared_end(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    token, paid = sandbox.log_in(merchant_app), pay(sandbox, merchant_app, phone)
    key = make_key(sandbox, token)["key"]
    post(sandbox, "/api/account/close", {"password": merchant_app.password}, token)
    for dead in (token, key):
        assert call(sandbox, "GET", "/api/apps", dead).status_code == 401
    assert "closed" in require_refused(paid.accept(), "APP_DISABLED")["message"]


def test_the_last_admin_cannot_close_the_account_and_one_of_two_can(
    sandbox: Sandbox, merchant_app: MerchantApp
) -> None:
    admin, developer = sandbox.details["admin"], sandbox.log_in(merchant_app)
    token = sandbox.platform.login(Login.parse(admin))
    with pytest.raises(LastAdmin):
        post(sandbox, "/api/account/close", {"password": admin["password"]}, token)
    found = call(sandbox, "GET", f"/api/admin/users?q={merchant_app.email}", token).json()["data"]
    post(sandbox, f"/api/admin/users/{found[0]['id']}/grant-admin", {}, token)
    post(sandbox, "/api/account/close", {"password": merchant_app.password}, developer)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/account/password", {"password": "x", "new_password": "a new password"}),
        ("POST", "/api/account/email", {"email": "thief@example.com", "password": "x"}),
        ("POST", "/api/account/close", {"password": "x"}),
        ("POST", "/api/logout", {}),
        ("GET", "/api/sessions", None),
        ("DELETE", "/api/sessions", None),
        ("DELETE", "/api/sessions/any", None),
    ],
)
def test_an_api_key_changes_nothing_about_how_one_logs_in(
    sandbox: Sandbox, token: str, method: str, path: str, body: dict[str, str] | None
) -> None:
    key = make_key(sandbox, token)["key"]
    assert code_of(call(sandbox, method, path, key, body)) == (403, "NEEDS_LOGIN")


def test_a_change_of_password_asks_for_the_old_one_and_ends_other_sessions(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp
) -> None:
    other = sandbox.log_in(merchant_app)
    visitor.log_in(merchant_app.email, merchant_app.password)
    refused = visitor.submit("/settings/password", password="wrong password", new_password=NEW)
    assert refused.status_code == 422
    changed = visitor.submit("/settings/password", password=merchant_app.password, new_password=NEW)
    assert changed.headers["Location"] == "/settings/password"
    assert visitor.open("/settings").status_code == 200
    with pytest.raises(Exception, match="needs a login"):
        post(sandbox, "/api/logout", {}, other)


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(
    sandbox: Sandbox, merchant_app: MerchantApp
) -> None:
    token, email = sandbox.log_in(merchant_app), f"moved-{next(_numbers)}-{merchant_app.email}"
    post(sandbox, "/api/account/email", {"email": email, "password": merchant_app.password}, token)
    assert sandbox.log_in(merchant_app)
    post(sandbox, "/api/account/email/confirm", {"key": newest_key(sandbox, email, "/email/confirm/")})
    assert sandbox.platform.login(Login(email=email, password=merchant_app.password))
    sandbox.control.drain()
    assert email in sandbox.inbox._client.list_mails(to=merchant_app.email)[0].text


def test_a_reset_key_that_lies_at_the_old_address_is_worth_nothing_after_the_change(
    sandbox: Sandbox, merchant_app: MerchantApp
) -> None:
    token, email = sandbox.log_in(merchant_app), f"away-{next(_numbers)}-{merchant_app.email}"
    post(sandbox, "/api/password/forgot", {"email": merchant_app.email})
    key = newest_key(sandbox, merchant_app.email, "/password/reset/")
    post(sandbox, "/api/account/email", {"email": email, "password": merchant_app.password}, token)
    post(sandbox, "/api/account/email/confirm", {"key": newest_key(sandbox, email, "/email/confirm/")})
    with pytest.raises(ResetKeyInvalid):
        post(sandbox, "/api/password/reset", {"key": key, "password": NEW})


def test_sessions_are_listed_and_ended_one_by_one(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp
) -> None:
    token = sandbox.log_in(merchant_app)
    visitor.log_in(merchant_app.email, merchant_app.password)
    bearer = {"Authorization": f"Bearer {token}"}
    listed = visitor.http.get("/api/sessions", headers=bearer).json()["data"]
    (browser,) = (each for each in listed if each["browser"].startswith("python-httpx") and not each["remembered"])
    assert visitor.open("/settings/sessions").status_code == 200
    assert visitor.http.delete(f"/api/sessions/{browser['id']}", headers=bearer).status_code == 200
    assert visitor.open("/apps").headers["Location"] == "/login?next=/apps"


def business_phone(sandbox: Sandbox) -> str:
    number = f"55{next(_numbers):06}"
    sandbox.mobile.add_phone(NewPhone(phone_number=number, name="Leila Haddad", trade_name="Épicerie Haddad"))
    return number


def sms_code(sandbox: Sandbox, number: str) -> str:
    return re.findall(r"\d{6}", sandbox.phone(number).messages()[0]["text"])[0]


def test_a_business_account_becomes_a_developers_with_the_merchants_data(sandbox: Sandbox, visitor: Visitor) -> None:
    number, email = business_phone(sandbox), f"haddad-{next(_numbers)}@example.com"
    assert visitor.submit("/register/business", phone_number=number).headers["Location"] == "/register/business/code"
    assert visitor.submit("/register/business/code", code="000000").status_code == 422
    assert visitor.submit("/register/business/account", email=email, password=NEW).status_code == 409
    visitor.submit("/register/business/code", code=sms_code(sandbox, number))
    assert "Épicerie Haddad" in visitor.open("/register/business/account").text
    for _ in range(2):
        assert visitor.submit("/register/business/account", email=email, password=NEW).status_code == 200
    assert visitor.submit("/register/business/account", email=f"x-{email}", password=NEW).status_code == 409
    sandbox.platform.activate(newest_key(sandbox, email, "/activate/"))
    visitor.log_in(email, NEW)
    assert f'value="{number}"' in visitor.open("/apps/new").text


def test_a_switch_that_was_never_activated_makes_room_for_another_registration(
    sandbox: Sandbox, clock: ClockDriver
) -> None:
    """The switch names its account: what is left of it must not keep the account, or swallow the new registration."""
    clock.freeze()
    number, email = business_phone(sandbox), f"late-{next(_numbers)}@example.com"
    token = post(sandbox, "/api/business", {"phone_number": number})["token"]
    post(sandbox, "/api/business/code", {"token": token, "code": sms_code(sandbox, number)})
    post(sandbox, "/api/business/account", {"token": token, "email": email, "password": NEW})
    clock.advance(seconds=25 * 3600)
    sandbox.platform.register(Registration(name="Anew", email=email, password=NEW))
    sandbox.platform.activate(newest_key(sandbox, email, "/activate/"))
    assert post(sandbox, "/api/login", {"email": email, "password": NEW})


def test_only_a_business_wallet_and_the_right_code_lead_on(sandbox: Sandbox) -> None:
    with pytest.raises(NotABusinessWallet):
        post(sandbox, "/api/business", {"phone_number": sandbox.new_phone().number})
    number = business_phone(sandbox)
    token = post(sandbox, "/api/business", {"phone_number": number})["token"]
    code = sms_code(sandbox, number)
    with pytest.raises(WrongOtp):
        post(sandbox, "/api/business/code", {"token": token, "code": f"{(int(code) + 1) % 1_000_000:06}"})
    post(sandbox, "/api/business/code", {"token": token, "code": code})
    account = {"token": token, "password": NEW}
    post(sandbox, "/api/business/account", account | {"email": f"one-{number}@example.com"})
    with pytest.raises(OtpUsed):
        post(sandbox, "/api/business/account", account | {"email": f"two-{number}@example.com"})
