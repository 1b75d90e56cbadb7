"""Pages of any origin may call what the checkout script calls, and read the OpenAPI document, and nothing else."""

from __future__ import annotations

import re

import httpx

from tests.calls import ENDING, headers_of
from tests.stage import Stage, list_routes

ORIGIN = {"Origin": "https://shop.example"}
OPEN = {
    "GET /api/apps/<public_token>",
    "POST /api/checkout/sessions",
    "GET /api/checkout/sessions/<session>",
    "POST /api/checkout/sessions/<session>/verify",
    "POST /api/checkout/sessions/<session>/methods/<method>/<step>",
    "POST /payments/api/verify",
    "GET /static/main.js",
    "GET /api/openapi.json",
}
ALLOW = "Access-Control-Allow-Origin"
CHANGES_EVERYTHING = {"POST /_sandbox/reset"} | ENDING


def cors_headers(answer: httpx.Response) -> set[str]:
    return {name.lower() for name in answer.headers if name.lower().startswith("access-control")}


def test_exactly_what_the_script_and_api_tools_read_is_open_to_other_origins(stage: Stage) -> None:
    opened = set()
    for route in sorted(list_routes(stage.sandbox) - CHANGES_EVERYTHING):
        method, _, rule = route.partition(" ")
        path = re.sub(r"<int:\w+>", "1", re.sub(r"<\w+>|<path:\w+>", "unknown", rule))
        answer = stage.http.request(method, path, headers=ORIGIN | headers_of(stage, route), json={})
        assert cors_headers(answer) <= {ALLOW.lower()}, route
        if ALLOW in answer.headers:
            assert answer.headers[ALLOW] == "*"
            opened.add(route)
    assert opened == OPEN


def test_a_preflight_is_answered_where_the_script_sends_json(stage: Stage) -> None:
    asked = ORIGIN | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for route in sorted(OPEN - {"GET /static/main.js"}):
        method, _, rule = route.partition(" ")
        answer = stage.http.options(stage.path_of(rule), headers=asked)
        assert answer.status_code == 200
        assert answer.headers[ALLOW] == "*"
        assert method in answer.headers["Access-Control-Allow-Methods"]
        assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"


def test_no_other_preflight_is_granted(stage: Stage) -> None:
    asked = ORIGIN | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    rules = {route.partition(" ")[2] for route in list_routes(stage.sandbox)}
    open_rules = {route.partition(" ")[2] for route in OPEN}
    for rule in sorted(rules - open_rules - {"/api/apps/<public_token>"}):
        path = re.sub(r"<int:\w+>", "1", re.sub(r"<\w+>|<path:\w+>", "a", rule))
        answer = stage.http.options(path, headers=asked)
        assert not cors_headers(answer), rule


def test_nobodys_cookies_are_ever_asked_for(stage: Stage) -> None:
    """With 'credentials', a page elsewhere could act as whoever is logged in here."""
    for route in sorted(OPEN):
        method, _, rule = route.partition(" ")
        for answer in (
            stage.http.request(method, stage.path_of(rule), headers=ORIGIN, json={}),
            stage.http.options(stage.path_of(rule), headers=ORIGIN),
        ):
            assert "access-control-allow-credentials" not in cors_headers(answer)
            assert "authorization" not in answer.headers.get("Access-Control-Allow-Headers", "").lower()


def test_a_refusal_can_be_read_by_the_script_too(stage: Stage) -> None:
    for answer in (
        stage.http.get("/api/apps/unknown", headers=ORIGIN),
        stage.http.post("/api/checkout/sessions", json={}, headers=ORIGIN),
        stage.http.post("/payments/api/verify", content=b"{", headers=ORIGIN),
        stage.http.post("/payments/api/verify", content=b"a" * 1_100_000, headers=ORIGIN),
    ):
        assert answer.status_code >= 400
        assert answer.headers[ALLOW] == "*"
        assert answer.json()["error"]["code"]
