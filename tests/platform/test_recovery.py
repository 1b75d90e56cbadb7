"""Ways back in: another activation mail, a new password by mail; and what is tried too often."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from sandbox.contracts.errors import ActivationKeyInvalid, BadLogin, EmailTaken, TooManyRequests
from sandbox.contracts.platform import Login, Registration
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp
from tests.platform.keys import call
from tests.visitor import Visitor

_numbers = count(1)
NEW = "a brand new password"
TAKEN = {"name": "Curious", "email": "dev@flouci-sandbox.example", "password": NEW}


def post(sandbox: Sandbox, path: str, body: dict[str, object], token: str = "") -> dict[str, object]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    found: dict[str, object] = sandbox.platform._call("POST", path, body, headers=headers)
    return found


def newest_key(sandbox: Sandbox, email: str, path: str) -> str:
    sandbox.control.drain()
    links = [link for mail in sandbox.inbox._client.list_mails(to=email) for link in mail.links]
    return next(link.rpartition("/")[2] for link in links if path in link)


def reset_key(sandbox: Sandbox, email: str) -> str:
    post(sandbox, "/api/password/forgot", {"email": email})
    return newest_key(sandbox, email, "/password/reset/")


def test_a_new_activation_key_replaces_the_one_before(sandbox: Sandbox) -> None:
    email = f"again-{next(_numbers)}@example.com"
    sandbox.platform.register(Registration(name="Again", email=email, password=NEW))
    first = newest_key(sandbox, email, "/activate/")
    post(sandbox, "/api/developers/resend", {"email": email})
    second = newest_key(sandbox, email, "/activate/")
    with pytest.raises(ActivationKeyInvalid):
        sandbox.platform.activate(first)
    sandbox.platform.activate(second)


def test_a_reset_sets_the_password_once_and_ends_all_sessions(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    token = sandbox.log_in(merchant_app)
    key = reset_key(sandbox, merchant_app.email)
    post(sandbox, "/api/password/reset", {"key": key, "password": NEW})
    assert sandbox.platform.login(Login(email=merchant_app.email, password=NEW))
    with pytest.raises(BadLogin):
        sandbox.log_in(merchant_app)
    for path, body in (("/api/password/reset", {"key": key, "password": NEW}), ("/api/logout", {})):
        with pytest.raises(Exception, match=r"not valid any more|needs a login"):
            post(sandbox, path, body, token)


def test_a_reset_key_works_for_an_hour(sandbox: Sandbox, merchant_app: MerchantApp, clock: ClockDriver) -> None:
    clock.freeze()
    key = reset_key(sandbox, merchant_app.email)
    clock.advance(seconds=3600)
    with pytest.raises(Exception, match="not valid any more"):
        post(sandbox, "/api/password/reset", {"key": key, "password": NEW})


@pytest.mark.parametrize("path", ["/api/password/forgot", "/api/developers/resend"])
def test_an_address_without_an_account_is_answered_the_same_and_gets_no_mail(
    sandbox: Sandbox, merchant_app: MerchantApp, path: str
) -> None:
    stranger = f"nobody-{next(_numbers)}@example.com"
    known, unknown = (post(sandbox, path, {"email": email}) for email in (merchant_app.email, stranger))
    assert known | {"email": ""} == unknown | {"email": ""}
    sandbox.control.drain()
    assert sandbox.inbox._client.list_mails(to=stranger) == []


@pytest.mark.parametrize("exists", [True, False])
def test_after_ten_wrong_passwords_an_address_waits_whether_or_not_it_has_an_account(
    sandbox: Sandbox, merchant_app: MerchantApp, clock: ClockDriver, exists: bool
) -> None:
    clock.freeze()
    clock.advance(seconds=901)  # what other tests have tried is over
    email = merchant_app.email if exists else f"nobody-{next(_numbers)}@example.com"
    wrong = Login(email=email, password="wrong password")
    for _ in range(10):
        with pytest.raises(BadLogin):
            sandbox.platform.login(wrong)
    with pytest.raises(TooManyRequests) as refused:
        sandbox.platform.login(wrong)
    assert refused.value.details["retry_after"] == 900
    clock.advance(seconds=900)
    with pytest.raises(BadLogin):
        sandbox.platform.login(wrong)
    if exists:
        assert sandbox.log_in(merchant_app)


def test_the_sixth_reset_in_an_hour_is_refused_on_the_page_with_the_wait(
    visitor: Visitor, merchant_app: MerchantApp, clock: ClockDriver
) -> None:
    clock.freeze()
    answers = [visitor.submit("/password/forgot", email=merchant_app.email) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert "Try again in 60 minutes." in answers[-1].text


@pytest.mark.parametrize(
    ("setting", "path", "body"),
    [
        ("api_keys_per_developer", "/api/api-keys", lambda _number, _app: {"name": "CI"}),
        ("app_codes_per_developer", "/api/apps", lambda number, app: {"name": f"A{number}", "phone_number": app}),
        ("registrations_per_address", "/api/developers", lambda _number, _app: TAKEN),
        ("business_codes_per_address", "/api/business", lambda _number, app: {"phone_number": app}),
    ],
)
def test_what_a_developer_or_an_address_asks_for_is_limited(setting: str, path: str, body: Any) -> None:
    """Also where each try is refused: whoever registers addresses to see which are taken is counted too."""
    with Sandbox.start(seed=3, otp_resend_seconds=0, **{setting: 4}) as small:
        small.clock.freeze()
        demo = small.demo_merchant()
        token = small.log_in(demo)
        small.clock.advance(seconds=3600)  # what the demo world asked for is over
        codes = [call(small, "POST", path, token, body(number, demo.wallet_phone)).status_code for number in range(5)]
        assert 429 not in codes[:4]
        assert codes[4] == 429
        small.clock.advance(seconds=3600)
        assert call(small, "POST", path, token, body(9, demo.wallet_phone)).status_code == codes[0]


def test_a_new_code_for_an_app_counts_like_the_first() -> None:
    with Sandbox.start(seed=3, otp_resend_seconds=0, app_codes_per_developer=2) as small:
        small.clock.freeze()
        demo = small.demo_merchant()
        token = small.log_in(demo)
        small.clock.advance(seconds=3600)
        fields = {"name": "Counted", "phone_number": demo.wallet_phone}
        link = call(small, "POST", "/api/apps", token, fields).json()["id"]
        codes = [call(small, "POST", f"/api/apps/links/{link}/resend", token).status_code for _ in range(2)]
        assert codes == [200, 429]


def test_registering_again_is_no_way_to_try_passwords_without_end(sandbox: Sandbox, clock: ClockDriver) -> None:
    clock.freeze()
    email = f"waiting-{next(_numbers)}@example.com"
    fields = {"name": "Waiting", "email": email, "password": NEW}
    post(sandbox, "/api/developers", fields)
    for _ in range(10):
        with pytest.raises(EmailTaken):
            post(sandbox, "/api/developers", fields | {"password": "wrong password"})
    with pytest.raises(TooManyRequests):
        post(sandbox, "/api/developers", fields)


NEXT = ("https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "evil")


@pytest.mark.parametrize("target", NEXT)
def test_a_login_goes_on_to_pages_of_ours_alone(visitor: Visitor, merchant_app: MerchantApp, target: str) -> None:
    fields = {"email": merchant_app.email, "password": merchant_app.password}
    assert visitor.submit("/login", **fields, next=target).headers["Location"] == "/dashboard"
    assert visitor.submit("/login", **fields, next="/apps/new?a=1").headers["Location"] == "/apps/new?a=1"
