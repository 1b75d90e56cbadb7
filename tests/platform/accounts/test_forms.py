"""The forms of the settings: whatever stands in a field, another tab, another language."""

from __future__ import annotations

import html
from typing import Any

import pytest

from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp
from tests.platform.test_recovery import NEW
from tests.visitor import Visitor

_FORMS: dict[str, dict[str, str]] = {
    "/settings": {"name": "Rania", "company": "", "website": "", "phone_number": "", "language": "en"},
    "/settings/password": {"password": "x", "new_password": NEW},
    "/settings/email": {"email": "new@example.com", "password": "x"},
    "/settings/close": {"password": "x"},
    "/settings/api-keys": {"name": "CI", "access": "read", "days": ""},
}
_ODD = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE developers; --",
    "{{ 7*7 }}%s%(x)s",
    "شركة الزيتون \u202e\u2066abc",
    "\x00\x07",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 50,
    "x" * 5_000,
    " ",
)


@pytest.mark.parametrize("path", _FORMS)
def test_whatever_stands_in_a_field_is_taken_or_refused_and_never_run(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp, path: str
) -> None:
    visitor.log_in(merchant_app.email, merchant_app.password)
    hidden = visitor.csrf_token("/settings")
    for field in _FORMS[path]:
        for text in _ODD:
            sent = _FORMS[path] | {field: text, "csrf_token": hidden}
            answer = visitor.http.post(path, data=sent, follow_redirects=True)
            assert answer.status_code in {200, 201, 400, 401, 409, 422, 429}, (field, text[:30], answer.status_code)
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
            assert "49%s" not in answer.text
    assert visitor.open("/settings").status_code == 200, "the session, and the account, are still there"


def test_a_name_that_is_markup_or_arabic_is_shown_as_it_was_typed(visitor: Visitor, merchant_app: MerchantApp) -> None:
    visitor.log_in(merchant_app.email, merchant_app.password)
    for name in ("<b>Rania</b> & 'Co'", "رانيا المجري"):
        visitor.submit("/settings", csrf_token=visitor.csrf_token("/settings"), **_FORMS["/settings"] | {"name": name})
        assert html.escape(name) in visitor.open("/settings").text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


def test_of_two_tabs_each_saves_and_a_tab_of_before_the_login_is_asked_again(
    visitor: Visitor, merchant_app: MerchantApp
) -> None:
    before = visitor.csrf_token("/login")
    visitor.log_in(merchant_app.email, merchant_app.password)
    tabs = [visitor.csrf_token("/settings") for _ in range(2)]
    for number, hidden in enumerate(tabs):
        fields: dict[str, Any] = _FORMS["/settings"] | {"name": f"Tab {number}", "csrf_token": hidden}
        assert visitor.http.post("/settings", data=fields).status_code == 302
    old = visitor.http.post("/settings", data=_FORMS["/settings"] | {"name": "Old tab", "csrf_token": before})
    assert old.status_code == 400
    assert 'value="Old tab"' in old.text, "what was typed stays"
    assert 'value="Tab 1"' in visitor.open("/settings").text
    assert visitor.submit("/settings", csrf_token=tabs[0], **_FORMS["/settings"]).status_code == 302


def test_a_login_reads_in_the_accounts_language_unless_the_browser_has_chosen_one(
    sandbox: Sandbox, visitor: Visitor, stranger: Visitor, merchant_app: MerchantApp
) -> None:
    visitor.log_in(merchant_app.email, merchant_app.password)
    fields = _FORMS["/settings"] | {"language": "ar"}
    visitor.submit("/settings", csrf_token=visitor.csrf_token("/settings"), **fields)
    assert '<html lang="ar" dir="rtl"' in visitor.open("/settings").text
    stranger.log_in(merchant_app.email, merchant_app.password)
    assert '<html lang="ar"' in stranger.open("/settings").text
    with Visitor(sandbox.base_url) as french:
        french.open("/login?lang=fr")
        french.log_in(merchant_app.email, merchant_app.password)
        assert '<html lang="fr"' in french.open("/settings").text
