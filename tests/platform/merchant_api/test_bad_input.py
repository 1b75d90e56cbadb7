"""Each field of each operation of the published API, wrong in every way: refused in its shape, the field named, nothing begun."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args

import httpx
import pytest
from sqlalchemy import func, select

from sandbox.platform.hosted.models import pages
from tests.platform.merchant_api.operations import FIELDS, IN_BODY, Call, list_calls, list_emulated
from tests.platform.merchant_api.shop import Shop

_LENIENT = frozenset({"image_url", "barcode", "app_token", "app_secret"})
"""Only adorn, or are looked at with the tokens."""
_TEXTS_TOO = frozenset({"amount", "amount_in_millimes"})
_WRONG_TYPES: tuple[object, ...] = ([], {"deep": [1]}, True)
_HUGE, _NUL = "x" * 10_000, "a\x00b"
_AMOUNTS: tuple[object, ...] = ("", -1, 0, 12.5, "12.5", 10**15, "دينار", "9" * 500)
_URLS: tuple[object, ...] = (
    "javascript:alert(1)",
    "ftp://shop.example",
    "shop.example",
    "https://a b",
    "https://x/" + _HUGE,
)


def send(shop: Shop, call: Call, fields: dict[str, Any], *, as_form: bool = False) -> httpx.Response:
    if call.method == "GET":
        return shop.http.get(call.path, params=fields, headers=call.headers(shop))
    if as_form:
        return shop.http.post(call.path, data=fields, headers=call.headers(shop))
    headers = call.headers(shop) | {"Content-Type": "application/json"}
    return shop.http.post(call.path, content=json.dumps(fields), headers=headers)


def wrong_values(call: Call, name: str) -> Iterator[object]:
    """What no field of this name takes; a query holds texts only."""
    kind = call.shape.model_fields[name]
    if call.method == "POST":
        yield from (value for value in _WRONG_TYPES if not _takes(kind.annotation, value))
        yield _NUL
    if kind.is_required():
        yield ""
        if call.method == "POST":
            yield None
    yield _HUGE
    if name in _TEXTS_TOO:
        yield from (value for value in _AMOUNTS if value != "" or kind.is_required())
    if name.endswith("_link") or name == "webhook":
        yield from _URLS


def _takes(annotation: Any, value: object) -> bool:
    """A switch takes true; a list takes an empty one, or one thing without its brackets."""
    kinds = {annotation, *get_args(annotation)} - {NoneType}
    if isinstance(value, bool):
        return bool in kinds
    return isinstance(value, list | dict) and any(getattr(kind, "__origin__", kind) is list for kind in kinds)


def begun(shop: Shop) -> int:
    with shop.sandbox._running.world._platform.database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(pages)) or 0)


def require_refusal(call: Call, name: str, value: object, answer: httpx.Response) -> None:
    said = f"{call.route} {name}={value!r:.40} → {answer.status_code} {answer.text[:200]!r} {answer.headers.get('Sandbox-Hint')}"
    unknown = {404} if name == "payment_id" and value == _HUGE else set()
    assert answer.status_code in {400} | unknown, said
    assert answer.headers["Content-Type"].startswith("application/json"), said
    body = answer.json()
    assert body.get("success", body.get("status")) is not True, said
    assert body.get("code") != 0, said
    assert "request_id" not in answer.text, said
    assert name in answer.headers["Sandbox-Hint"], said


def test_every_operation_has_fields_here(shop: Shop) -> None:
    assert {route for route in list_emulated(shop.sandbox) if "<" not in route} == set(FIELDS)


@pytest.mark.parametrize("route", sorted(FIELDS))
def test_a_wrong_field_is_refused_by_its_name_and_nothing_is_begun(shop: Shop, route: str) -> None:
    call = next(each for each in list_calls(shop) if each.route == route)
    good, before, failed = call.fields(shop), begun(shop), []
    for name in set(call.shape.model_fields) - _LENIENT:
        cases = [(value, good | {name: value}) for value in wrong_values(call, name)]
        if call.shape.model_fields[name].is_required():
            cases.append(("missing", {key: value for key, value in good.items() if key != name}))
        for value, fields in cases:
            try:
                require_refusal(call, name, value, send(shop, call, fields))
            except AssertionError as error:
                failed.append(str(error).partition("\n")[0])
    assert not failed, "\n".join(failed)
    assert begun(shop) == before


@pytest.mark.parametrize("route", sorted(route for route in FIELDS if route.startswith("POST")))
def test_json_and_forms_are_answered_alike(shop: Shop, route: str) -> None:
    call = next(each for each in list_calls(shop) if each.route == route)
    first, second = (send(shop, call, call.fields(shop), as_form=as_form) for as_form in (False, True))
    assert first.status_code == second.status_code, (first.text, second.text)
    assert set(first.json()) == set(second.json())


@pytest.mark.parametrize("route", sorted(set(FIELDS) - set(IN_BODY)))
def test_who_does_not_say_who_asks_is_refused_in_the_shape_of_the_operation(shop: Shop, route: str) -> None:
    call = next(each for each in list_calls(shop) if each.route == route)
    for header in (
        "",
        "Bearer",
        f"Bearer {shop.app.public_token}",
        "Api-Key",
        "Api-Key nothing",
        "Basic YTpi",
        "x" * 5000,
    ):
        headers = {"Authorization": header} if header else {}
        sent = {"params" if call.method == "GET" else "json": call.fields(shop)}
        answer = shop.http.request(call.method, call.path, headers=headers, **sent)
        assert answer.status_code in {401, 403}, (header, answer.text)
        assert "request_id" not in answer.text, (header, answer.text)
        assert answer.headers["Sandbox-Hint"], header


@pytest.mark.parametrize("operation", ["refund", "confirm", "cancel", "verify"])
def test_ids_that_are_unknown_malformed_or_of_another_app_are_not_found(shop: Shop, operation: str) -> None:
    other = Shop(shop.sandbox, shop.sandbox.new_merchant())
    theirs = other.generate(pre_authorization=True)
    for payment_id in (theirs, "A" * 22, "no-id", theirs.swapcase(), "معرف", theirs + "x"):
        if operation == "verify":
            answer = shop.get(f"verify_payment/{payment_id}")
        else:
            answer = shop.post(f"{operation}_payment", {"payment_id": payment_id})
        assert (answer.status_code, answer.json()["result"]["status"]) == (404, 404), (payment_id, answer.text)
        assert answer.headers["Sandbox-Hint"], payment_id
    assert other.status(theirs) == "PENDING"


@pytest.mark.parametrize(
    "path", ["/api/v2/verify_payment/%00", "/api/verify_payment/%00", "/api/v2/bindings/list?client_id=%00"]
)
def test_an_address_that_is_no_text_is_refused_in_the_shape_of_the_operation(shop: Shop, path: str) -> None:
    answer = shop.http.get(path, headers=shop.bearer)
    assert (answer.status_code, "error" in answer.json()) == (400, False)
    assert "not text" in answer.headers["Sandbox-Hint"]
