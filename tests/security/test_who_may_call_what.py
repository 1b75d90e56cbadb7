"""Walks the table of routes and roles; a route without a row fails."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.calls import ENDING, FIELDS, FORMS, HEADERS
from tests.security.table import EXPECTED, FILTERS, LOGIN, NO, ROLES, TO_LOGIN
from tests.stage import Stage, list_routes
from tests.visitor import Visitor

RESET = "POST /_sandbox/reset"
PAGES = (
    "/dashboard",
    "/apps",
    "/orders",
    "/login",
    "/logout",
    "/register",
    "/activate",
    "/docs",
    "/pay/",
    "/inbox/mails",
    "/admin",
    "/settings",
    "/password",
    "/email",
)


@pytest.fixture(scope="module")
def people(stage: Stage) -> Iterator[dict[str, Visitor]]:
    """A browser for each role; a service sends its key instead of a cookie."""
    made = {role: Visitor(stage.base_url) for role in ROLES}
    made["another developer"].log_in(stage.other.email, stage.other.password)
    made["the owner"].log_in(stage.owner.email, stage.owner.password)
    made["an admin"].log_in(stage.admin.email, stage.admin.password)
    made["a service"].http.headers.update(stage.service_key)
    yield made
    for visitor in made.values():
        visitor.http.close()


def by_program(stage: Stage, role: str, route: str) -> httpx.Response:
    method, _, rule = route.partition(" ")
    path = stage.path_of(rule) + FILTERS.get(route, "")
    body = FIELDS[route](stage) if route in FIELDS else None
    headers = {
        "anonymous": {},
        "another developer": {"Authorization": f"Bearer {stage.other_token}"},
        "the owner": {"Authorization": f"Bearer {stage.owner_token}"},
        "an admin": {"Authorization": f"Bearer {stage.admin_token}"},
        "a service": stage.service_key,
    }[role]
    needed = HEADERS[route](stage) if route in HEADERS else {}
    return stage.http.request(method, path, json=body, headers=headers | needed)


def by_browser(stage: Stage, visitor: Visitor, route: str) -> httpx.Response:
    method, _, rule = route.partition(" ")
    path = stage.path_of(rule)
    if rule.startswith("/register/business/"):
        visitor.submit("/register/business", phone_number=stage.owner.wallet_phone)
    if method == "GET":
        return visitor.open(path)
    return visitor.submit(path, **FIELDS[route](stage))


def test_every_route_has_a_row(stage: Stage) -> None:
    assert list_routes(stage.sandbox) == set(EXPECTED)


def is_page(route: str) -> bool:
    return route in FORMS - {"POST /shop/handle_payment"} or route.partition(" ")[2].startswith(PAGES)


ROUTES = sorted(set(EXPECTED) - ENDING - {RESET, "POST /login", "POST /logout"})


@pytest.mark.parametrize("route", ROUTES)
def test_each_role_gets_the_answer_of_the_table(stage: Stage, people: dict[str, Visitor], route: str) -> None:
    for role, expected in zip(ROLES, EXPECTED[route], strict=True):
        answer = by_browser(stage, people[role], route) if is_page(route) else by_program(stage, role, route)
        told = f"{role}: {route} → {answer.status_code} {answer.text[:300]}"
        assert answer.status_code == expected, told
        if is_page(route) and expected == TO_LOGIN:
            goes_to_login = answer.headers["Location"].partition("?")[0] == "/login"
            assert goes_to_login == (EXPECTED[route][0] == TO_LOGIN and role in {"anonymous", "a service"}), told
        if expected == NO and EXPECTED[route][0] in {LOGIN, TO_LOGIN}:
            assert "ADMINS_ONLY" in answer.text, told
        if expected == LOGIN:
            assert answer.json()["error"]["code"] == "NOT_AUTHENTICATED", told


@pytest.mark.parametrize("route", ["POST /login", "POST /logout"])
def test_whoever_logs_in_or_out_goes_on(stage: Stage, route: str) -> None:
    for expected in EXPECTED[route]:
        with Visitor(stage.base_url) as somebody:
            assert by_browser(stage, somebody, route).status_code == expected


@pytest.mark.parametrize("route", sorted(ENDING))
def test_what_ends_sessions_or_an_account_does_so_for_the_caller_alone(stage: Stage, route: str) -> None:
    """None of it depends on the authority: whoever is logged in is asked for the password, and it is their own."""
    fields = FIELDS[route](stage) if route in FIELDS else {}
    method, _, path = route.partition(" ")
    for role, expected in zip(ROLES, EXPECTED[route], strict=True):
        somebody = stage.sandbox.new_merchant()
        is_developer = expected not in {LOGIN, TO_LOGIN} or role in {"another developer", "the owner", "an admin"}
        with Visitor(stage.base_url) as visitor:
            if role == "a service":
                visitor.http.headers.update(stage.service_key)
            if route in FORMS:
                if is_developer:
                    visitor.log_in(somebody.email, somebody.password)
                answer = visitor.submit(path, **fields)
                assert (answer.headers["Location"] == "/login") == (not is_developer)
            else:
                token = stage.sandbox.log_in(somebody) if is_developer else ""
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                answer = visitor.http.request(method, path, json=fields, headers=headers)
            assert answer.status_code == expected, f"{role}: {answer.text[:300]}"
    assert stage.http.get("/api/apps", headers={"Authorization": f"Bearer {stage.owner_token}"}).status_code == 200


def test_a_reset_is_open_to_everybody_on_this_machine(stage: Stage) -> None:
    for role in ROLES:
        assert by_program(stage, role, RESET).status_code == 200
    stage.renew()


def another(digit: str) -> str:
    return "1" if digit == "0" else "0"


@pytest.mark.parametrize("route", [route for route, row in EXPECTED.items() if row[0] == NO != row[-1]])
def test_a_wrong_service_key_opens_nothing(stage: Stage, route: str) -> None:
    method, _, rule = route.partition(" ")
    path = stage.path_of(rule) + FILTERS.get(route, "")
    with stage.unchanged():
        right = stage.service_key["Sandbox-Service-Key"]
        for key in ("", "x", right[:-1], right + "x", right.upper(), another(right[0]) + right[1:], "\u00e9"):
            answer = stage.http.request(method, path, json={}, headers=[(b"Sandbox-Service-Key", key.encode())])
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "NOT_ALLOWED"), key


def test_the_service_key_is_the_data_folders_own_and_no_client_is_told(stage: Stage) -> None:
    key = stage.service_key["Sandbox-Service-Key"]
    assert len(key) == 64
    told = [stage.sandbox.details, stage.sandbox.control.list_exchanges(), stage.http.get("/_sandbox/health").text]
    assert key not in str(told)
    assert key not in stage.http.get("/_sandbox/", headers={"Accept": "text/html"}).text


def test_an_app_without_a_service_key_is_open_to_no_service() -> None:
    """An app that was put together without its key must not take an empty header for the right one."""
    from sandbox.kit.web import create_service_app, service_only

    app = create_service_app("tests.keyless", service_key="")
    app.add_url_rule("/", view_func=service_only(lambda: {"in": True}))
    for key in ("", "x"):
        assert app.test_client().get("/", headers={"Sandbox-Service-Key": key}).status_code == 403


def test_secrets_are_compared_in_constant_time(stage: Stage, monkeypatch: Any) -> None:
    compared = []

    def watch(left: bytes, right: bytes) -> bool:
        compared.append((left, right))
        return left == right

    for module in ("sandbox.kit.web.app", "sandbox.platform.access", "sandbox.platform.apps.service.tokens"):
        monkeypatch.setattr(f"{module}.hmac", SimpleNamespace(compare_digest=watch))
    stage.http.get("/wallets/api/sms", headers={"Sandbox-Service-Key": "x"})
    fields = {"app_token": stage.owner.public_token, "app_secret": "x", "payment_id": "p", "flouci_otp": "123456"}
    stage.http.post("/api/accept", json=fields)
    assert len(compared) == 2
    assert hmac.compare_digest(b"a", b"a")
