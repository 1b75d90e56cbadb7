"""Bodies that are no JSON object, too large, or of another kind: refused before anything is done."""

from __future__ import annotations

import httpx
import pytest

from tests.bad_input.errors import JSON, dump, require_error
from tests.calls import BODY_OPTIONAL, FIELDS, FORMS, calls_with_fields, headers_of, method_of, program_calls
from tests.stage import Stage, list_routes

NOT_AN_OBJECT = (
    b"{",
    b"{'amount': 1}",
    b'{"amount": 1,}',
    b"[]",
    b'"text"',
    b"12500",
    b"null",
    b"true",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"amount": "\xff\xfe"}',
    b"\x00\x00\x00",
    b'{"amount": ' + b"9" * 5_000 + b"}",
    b"<amount>1</amount>",
)
LARGE = {
    "POST /wallets/api/applications/<application_id>/card": 17_000_000,
    "POST /mobile/phones/<number>/": 17_000_000,
    "PUT /api/apps/<app_id>/image": 7_000_000,
}


def test_every_route_that_takes_a_body_has_a_row_here(stage: Stage) -> None:
    assert {route for route in list_routes(stage.sandbox) if method_of(route) in {"POST", "PUT", "PATCH"}} == set(
        FIELDS
    )


@pytest.mark.parametrize("route", calls_with_fields())
def test_a_body_that_is_no_json_object_is_refused(stage: Stage, route: str) -> None:
    path = stage.path_of(route.partition(" ")[2])
    with stage.unchanged():
        for body in NOT_AN_OBJECT:
            answer = stage.http.request(method_of(route), path, content=body, headers=JSON | headers_of(stage, route))
            assert require_error(answer, statuses=(400,), what=body)["field"] == "body"


@pytest.mark.parametrize("route", [route for route in calls_with_fields() if route not in BODY_OPTIONAL])
def test_an_empty_body_is_refused_and_the_first_missing_field_named(stage: Stage, route: str) -> None:
    path = stage.path_of(route.partition(" ")[2])
    fields = FIELDS[route](stage)
    for body in (b"", b"  ", b"{}"):
        for kind in ("application/json", "", "application/x-www-form-urlencoded", "text/plain"):
            answer = stage.http.request(
                method_of(route), path, content=body, headers={"Content-Type": kind} | headers_of(stage, route)
            )
            error = require_error(answer, statuses=(400,), what=(body, kind))
            assert error["field"] in {*fields, "image", "body"} - {None}


@pytest.mark.parametrize("route", calls_with_fields())
def test_a_huge_body_is_413_as_json(stage: Stage, route: str) -> None:
    path = stage.path_of(route.partition(" ")[2])
    size = next((size for start, size in LARGE.items() if route.startswith(start)), 1_100_000)
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        headers = {"Content-Type": kind} | headers_of(stage, route)
        answer = stage.http.request(method_of(route), path, content=b"a" * size, headers=headers)
        assert require_error(answer, statuses=(413,), what=kind)["code"] == "BODY_TOO_LARGE"


@pytest.mark.parametrize("route", sorted(set(program_calls()) - set(calls_with_fields())))
def test_a_call_that_needs_no_body_is_not_hurt_by_one(stage: Stage, route: str) -> None:
    for body in NOT_AN_OBJECT:
        path = stage.path_of(route.partition(" ")[2])
        answer = stage.http.request(method_of(route), path, content=body, headers=JSON | headers_of(stage, route))
        assert answer.status_code in {200, 201, 204, 400}, body


@pytest.mark.parametrize("route", sorted(FORMS))
def test_a_form_of_ours_that_is_no_form_is_refused(stage: Stage, route: str) -> None:
    path = stage.path_of(route.partition(" ")[2])
    for body in (*NOT_AN_OBJECT, b"a=%ff%00", b"&" * 5_000, b"%"):
        for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            headers = {"Content-Type": kind} | headers_of(stage, route)
            answer = stage.http.request(method_of(route), path, content=body, headers=headers)
            assert answer.status_code in {302, 303, 400, 413}, (body[:40], kind)
    assert stage.http.request(method_of(route), path, content=b"a" * 1_100_000, headers=headers).status_code in {
        303,
        400,
        413,
    }


def as_form(fields: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}


@pytest.mark.parametrize("route", ["POST /api/checkout/sessions", "POST /api/developers", "POST /mobile/phones"])
def test_a_form_is_as_good_as_json(stage: Stage, route: str) -> None:
    path = route.partition(" ")[2]
    by_json = stage.http.request(method_of(route), path, json=FIELDS[route](stage))
    by_form = stage.http.request(method_of(route), path, data=as_form(FIELDS[route](stage)))
    by_parts = stage.http.request(
        method_of(route), path, files={k: (None, v) for k, v in as_form(FIELDS[route](stage)).items()}
    )
    assert [each.status_code for each in (by_json, by_form, by_parts)] == [201] * 3
    assert set(by_json.json()) == set(by_form.json()) == set(by_parts.json())


def test_json_is_read_whatever_content_type_a_merchants_library_sends(stage: Stage) -> None:
    for kind in ("application/json; charset=utf-8", "text/plain", "application/vnd.api+json", ""):
        body = dump(FIELDS["POST /api/checkout/sessions"](stage))
        answer = stage.http.post("/api/checkout/sessions", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 201, kind


def test_unknown_extra_fields_are_ignored(stage: Stage) -> None:
    fields = FIELDS["POST /api/checkout/sessions"](stage) | {"surprise": {"deep": [1]}, "": "nameless"}
    assert stage.http.post("/api/checkout/sessions", json=fields).status_code == 201


def test_nesting_of_any_depth_is_refused_and_never_a_crash(stage: Stage) -> None:
    """Parsing, showing and checking a value each recurse; a depth that one of them bears may break the next."""
    for depth in (*range(100, 1_000, 20), *range(900, 1_000, 3)):
        body = b'{"app": ' + b"[" * depth + b"]" * depth + b', "amount": 1}'
        answer = stage.http.post("/api/checkout/sessions", content=body, headers=JSON)
        require_error(answer, statuses=(400,), what=depth)


def test_a_multipart_form_without_an_end_is_refused(stage: Stage) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="app"\r\n\r\nabc'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (part, part + b"\r\n--x", b"--x" * 3_000, part * 1_500, b""):
        answer = stage.http.post("/api/checkout/sessions", content=body, headers=headers)
        require_error(answer, statuses=(400, 413), what=body[:80])
    nameless = httpx.Request("POST", stage.base_url + "/api/checkout/sessions", content=part)
    nameless.headers["Content-Type"] = "multipart/form-data"
    require_error(stage.http.send(nameless), statuses=(400,))
