"""Login sessions and forms: cookies that scripts cannot read, a new one at each login, and no form from elsewhere."""

from __future__ import annotations

import httpx
import pytest

from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp
from tests.visitor import Visitor

_HOUR = 3600


def cookies_of(answer: httpx.Response) -> list[str]:
    return answer.headers.get_list("Set-Cookie")


def test_the_session_cookie_is_http_only_and_same_site(visitor: Visitor, merchant_app: MerchantApp) -> None:
    answers = [visitor.open("/login"), visitor.log_in(merchant_app.email, merchant_app.password)]
    sessions = [line for answer in answers for line in cookies_of(answer) if line.startswith("sandbox_session=")]
    assert len(sessions) == 2
    for line in sessions:
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in line.split(";")}
        assert "Domain" not in line


def test_a_login_gives_a_new_session_and_the_old_one_stays_logged_out(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp
) -> None:
    visitor.open("/login")
    planted, hidden = visitor.cookie, visitor.csrf_token()
    visitor.log_in(merchant_app.email, merchant_app.password)
    assert visitor.cookie != planted
    assert visitor.csrf_token("/apps") != hidden
    with Visitor(sandbox.base_url) as planter:
        planter.http.cookies.set("sandbox_session", planted)
        assert planter.open("/apps").headers["Location"] == "/login?next=/apps"


def test_logout_ends_the_session_everywhere_it_was_copied_to(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp
) -> None:
    visitor.log_in(merchant_app.email, merchant_app.password)
    copied = visitor.cookie
    visitor.submit("/logout", csrf_token=visitor.csrf_token("/apps"))
    with Visitor(sandbox.base_url) as thief:
        thief.http.cookies.set("sandbox_session", copied)
        assert thief.open("/apps").headers["Location"] == "/login?next=/apps"


@pytest.mark.parametrize(("fields", "seconds"), [({}, 12 * _HOUR), ({"remember": "yes"}, 30 * 24 * _HOUR)])
def test_a_session_ends_after_12_hours_or_30_days_of_the_sandboxs_clock(
    visitor: Visitor, merchant_app: MerchantApp, clock: ClockDriver, fields: dict[str, str], seconds: int
) -> None:
    clock.freeze()
    answer = visitor.submit("/login", email=merchant_app.email, password=merchant_app.password, **fields)
    assert ("Expires=" in str([line for line in cookies_of(answer) if line.startswith("sandbox_session=")])) == bool(
        fields
    )
    clock.advance(seconds=seconds - 1)
    assert visitor.open("/apps").status_code == 200
    clock.advance(seconds=1)
    assert visitor.open("/apps").headers["Location"] == "/login?next=/apps"


@pytest.mark.parametrize("cookie", ["", "x", "eyJ0b2tlbiI6ImEifQ.aaaa.bbbb", "." * 300])
def test_a_cookie_that_we_did_not_sign_is_nobodys(visitor: Visitor, cookie: str) -> None:
    answer = visitor.http.get(
        "/apps", headers={"Cookie": f"sandbox_session={cookie}".encode("latin-1").decode("latin-1")}
    )
    assert answer.headers["Location"] == "/login?next=/apps"


FORMS = ("/register", "/login", "/logout", "/apps/new", "/apps/new/some-link", "/apps/new/some-link/resend")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_our_hidden_value_is_refused(
    visitor: Visitor, stranger: Visitor, merchant_app: MerchantApp, path: str
) -> None:
    visitor.log_in(merchant_app.email, merchant_app.password)
    fields = {"name": "Forged", "email": "forged@example.com", "password": "a password", "code": "123456"}
    fields["phone_number"] = merchant_app.wallet_phone
    own = visitor.csrf_token("/apps")
    for hidden in (None, "", "wrong", own[:-1], own + "x", stranger.csrf_token(), "\u00e9", "\x00"):
        sent = fields | ({} if hidden is None else {"csrf_token": hidden})
        answer = visitor.http.post(path, data=sent)
        assert answer.status_code == (404 if "some-link" in path else 400), (hidden, answer.status_code)
        says_so = "FORM_EXPIRED" in answer.text or "This form has expired" in answer.text
        assert says_so or hidden == "\x00" or "some-link" in path
    assert visitor.open("/apps").status_code == 200


def test_a_visitor_without_cookies_cannot_borrow_a_hidden_value(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp
) -> None:
    hidden = visitor.csrf_token()
    fields = {"csrf_token": hidden, "email": merchant_app.email, "password": merchant_app.password}
    with httpx.Client(base_url=sandbox.base_url, trust_env=False) as bare:
        assert bare.post("/login", data=fields).status_code == 400


def test_a_cookie_alone_does_not_call_the_developers_api(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp
) -> None:
    """A page on another port of the same machine is the same site, so its forms carry the cookie: it must not be enough."""
    visitor.log_in(merchant_app.email, merchant_app.password)
    fields = {"name": "Forged", "phone_number": merchant_app.wallet_phone}
    for kwargs in ({"data": fields}, {"json": fields}):
        answer = visitor.http.post("/api/apps", **kwargs)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "NOT_AUTHENTICATED")
    token = sandbox.log_in(merchant_app)
    assert visitor.http.post("/api/apps", json=fields, headers={"Authorization": f"Bearer {token}"}).status_code == 201


def test_a_program_sends_its_session_as_a_bearer_token(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    token = sandbox.log_in(merchant_app)
    for header, status in (
        (f"Bearer {token}", 200),
        (f"bearer   {token}", 200),
        (f"Bearer {token}x", 401),
        (f"Basic {token}", 401),
        (token, 401),
        ("Bearer", 401),
        ("", 401),
    ):
        answer = httpx.get(f"{sandbox.base_url}/api/apps", headers={"Authorization": header}, trust_env=False)
        assert answer.status_code == status, header


def test_a_new_login_in_the_same_browser_ends_the_session_before(
    sandbox: Sandbox, visitor: Visitor, stranger: Visitor, merchant_app: MerchantApp
) -> None:
    """A cookie that was copied before is worth nothing afterwards."""
    visitor.log_in(merchant_app.email, merchant_app.password)
    copied = visitor.cookie
    visitor.log_in(merchant_app.email, merchant_app.password)
    assert visitor.cookie != copied
    assert visitor.open("/apps").status_code == 200
    stranger.http.cookies.set("sandbox_session", copied)
    assert stranger.open("/apps").headers["Location"].startswith("/login")
    assert sandbox.log_in(merchant_app)
