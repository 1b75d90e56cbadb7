"""Paths, queries and methods that are wrong: an answer that says so, on every route of the one port."""

from __future__ import annotations

import re

import pytest

from tests.bad_input.errors import require_error
from tests.calls import headers_of
from tests.stage import Stage, list_routes
from tests.visitor import Visitor

PARTS = (
    "unknown",
    "%00",
    "a%00b",
    "%ff%fe",
    "%ed%a0%80",
    "%F0%9F%92%B8",
    "x" * 5_000,
    "9" * 30,
    "-1",
    "0",
    "1e9",
    "' OR 1=1 --",
    "%3Cscript%3E",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "a;b",
    "%",
    "%zz",
    "\u0662\u0660",
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get")
NAMES_A_PHONE = "/payments/api/payees/"
ASKS_FOR_TOKENS = ("/api/verify_payment/", "/api/v2/")
"""Before it looks for the payment: tests/platform/test_verify_payment.py and tests/platform/merchant_api."""
NOTHING_NEEDED = {
    "GET /_sandbox/stories/<trace>",  # what somebody called "unknown" is a story by that name
    "GET /payments/api/balances/<wallet_id>",
    *(f"GET /payments/api/wallets/<wallet_id>/{each}" for each in ("history", "statement", "statement.csv")),
}
"""A wallet that no money has come to has no account yet: its balance is zero."""
QUERIES = {
    "/wallets/api/wallets": {"phone_number": None},
    "/wallets/api/sms": {"phone_number": None, "contains": 500},
    "/payments/api/payments": {"payer_phone": None},
    "/mobile/phones/<number>/messages": {"wait": None, "contains": 500},
    "/inbox/api/mails": {"wait": None, "to": 500, "contains": 500},
    "/_sandbox/journal": {"limit": None, "trace": 500, "service": 500},
}
"""Filters that are read from the address: for texts, how long they may be."""


def routes_with_parameters(stage: Stage) -> list[str]:
    return sorted(route for route in list_routes(stage.sandbox) if "<" in route)


def test_an_unknown_or_strange_part_of_a_path_is_never_a_crash(stage: Stage) -> None:
    with stage.unchanged():
        for route in routes_with_parameters(stage):
            method, _, rule = route.partition(" ")
            for part in PARTS:
                path = re.sub(r"<[^>]+>", lambda _, part=part: part, rule)
                answer = stage.http.request(
                    method, path, headers=headers_of(stage, route) | {"Accept": "application/json"}
                )
                known = {303} if "/shop/" in rule else {403} if rule.startswith(ASKS_FOR_TOKENS) else set()
                assert answer.status_code in {301, 302, 308, 400, 404, 405, 422} | known or route in NOTHING_NEEDED, (
                    f"{method} {path[:80]} → {answer.status_code} {answer.text[:300]}"
                )
                if answer.status_code >= 400 and not rule.startswith("/shop/"):
                    assert answer.json(), path


def test_an_id_that_nobody_gave_out_is_404(stage: Stage) -> None:
    for route in routes_with_parameters(stage):
        method, _, rule = route.partition(" ")
        if method != "GET" or rule.startswith(
            (
                "/shop",
                "/mobile/phones",
                "/payments/api/balances",
                "/payments/api/wallets",
                *ASKS_FOR_TOKENS,
                NAMES_A_PHONE,
            )
        ):
            continue
        path = re.sub(r"<int:[^>]+>", "987654321", re.sub(r"<\w+>|<path:\w+>", "nobody", rule))
        answer = stage.http.get(path, headers=headers_of(stage, route) | {"Accept": "application/json"})
        require_error(answer, statuses=(404,), what=path)


@pytest.mark.parametrize("name", ["POST", "GET", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_wrong_method_is_405_and_names_the_right_ones(stage: Stage, name: str) -> None:
    routes = list_routes(stage.sandbox)
    rules = {route.partition(" ")[2] for route in routes}
    for rule in sorted(rules):
        if f"{name} {rule}" in routes or rule.startswith("/shop/"):
            continue
        path = re.sub(r"<int:\w+>", "1", re.sub(r"<\w+>|<path:\w+>", "a", rule))
        if any(
            f"{name} {other}" in routes for other in rules if re.fullmatch(re.sub(r"<[^>]+>", "[^/]+", other), path)
        ):
            continue
        answer = stage.http.request(name, path, headers={"Accept": "application/json"})
        assert require_error(answer, statuses=(405,), what=path)["code"] == "METHOD_NOT_ALLOWED"
        allowed = {each.strip() for each in answer.headers["Allow"].split(",")}
        assert {route.partition(" ")[0] for route in routes if route.partition(" ")[2] == rule} <= allowed, path


def test_an_address_where_nothing_is_says_so_in_every_service(stage: Stage) -> None:
    for prefix in ("", "/api", "/wallets", "/payments", "/mobile", "/inbox", "/_sandbox", "/v1/payments"):
        for path in (f"{prefix}/nothing/here", f"{prefix}/%00", f"{prefix}/caf%C3%A9"):
            require_error(stage.http.get(path), statuses=(404, 400), what=path)
    page = stage.http.get("/nothing", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page.headers["Content-Type"].startswith("text/html")


def test_the_inside_of_the_program_cannot_be_read_as_a_static_file(stage: Stage) -> None:
    for folder in ("/_ui", "/mobile/static", "/inbox/static", "/shop/static"):
        for part in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "/etc/passwd", "%2fetc%2fpasswd", "..\\app.py"):
            answer = stage.http.get(f"{folder}/{part}", follow_redirects=True)
            assert answer.status_code in {400, 404}, (folder, part, answer.text[:200])


@pytest.mark.parametrize("rule", sorted(QUERIES))
def test_a_filter_that_is_no_text_or_too_long_is_named(stage: Stage, rule: str) -> None:
    path, headers = stage.path_of(rule), headers_of(stage, f"GET {rule}")
    for name, longest in QUERIES[rule].items():
        too_long = [f"{name}={'x' * (longest + 1)}"] if longest else []
        for query in (f"{name}=a%00b", f"{name}=%00", *too_long):
            answer = stage.http.get(f"{path}?{query}", headers=headers)
            assert require_error(answer, statuses=(400,), what=query)["field"] in {name, "path"}
        for query in (f"{name}=%ff", f"{name}=%ed%a0%80", f"{name}", f"{name}=&{name}=1", f"{name}={'x' * 60_000}"):
            assert stage.http.get(f"{path}?{query}", headers=headers).status_code in {200, 400}, query


@pytest.mark.parametrize("rule", ["/wallets/api/wallets", "/payments/api/payments"])
def test_a_filter_that_must_be_there_is_asked_for(stage: Stage, rule: str) -> None:
    error = require_error(stage.http.get(rule, headers=stage.service_key), statuses=(400,))
    assert error["field"] in QUERIES[rule]
    wrong = f"{rule}?{error['field']}=12345"
    assert require_error(stage.http.get(wrong, headers=stage.service_key), statuses=(400,))["field"] == error["field"]


def test_a_wait_or_limit_that_is_no_sensible_number_is_refused(stage: Stage) -> None:
    mails, messages = "/inbox/api/mails?wait=", f"/mobile/phones/{stage.phone.number}/messages?wait="
    for start in (mails, messages, "/_sandbox/journal?limit="):
        field = start.rpartition("?")[2].rstrip("=")
        for value in ("nan", "inf", "-inf", "-1", "1e400", "9" * 400, "abc", "1,5", "0x10", "%D9%A1%D9%A0%D9%A0%D9%A1"):
            answer = stage.http.get(start + value)
            assert require_error(answer, statuses=(400,), what=start + value)["field"] == field


def test_a_page_in_a_language_that_is_none_is_still_a_page(stage: Stage) -> None:
    for value in ("xx", "", "fr-FR-x", "%ff", "x" * 5_000, "../fr", "%0d%0aSet-Cookie:a=b"):
        for rule in ("/", "/login", "/docs", "/inbox/", "/mobile/", "/_sandbox/", "/shop/", "/nothing"):
            answer = stage.http.get(f"{rule}?lang={value}", headers={"Accept": "text/html"})
            assert answer.status_code in {200, 404}, (rule, value)
            assert "a" not in answer.cookies
    accept = stage.http.get("/", headers={"Accept-Language": "x" * 5_000 + ";q=nan, fr;q=1e400, ;;q=,*"})
    assert accept.status_code == 200


def test_who_is_logged_in_is_told_on_a_page_too_that_an_address_is_no_text(stage: Stage) -> None:
    """The page asks who reads it, before anybody was looked for."""
    with Visitor(stage.base_url) as visitor:
        visitor.log_in(stage.owner.email, stage.owner.password)
        for path in ("/dashboard?q=%00", "/apps/a%00b", "/orders?after=%00", "/docs?q=%00"):
            answer = visitor.open(path)
            assert answer.status_code == 400, path
            assert "not text" in answer.text
