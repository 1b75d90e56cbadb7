"""Each field of each call, given what it cannot be: refused by name, with nothing half done."""

from __future__ import annotations

import pytest

from tests.bad_input.errors import JSON, dump, require_error
from tests.calls import FIELDS, OPTIONAL, calls_with_fields, headers_of, method_of
from tests.stage import Stage

NEVER_RIGHT = (
    {},
    {"deep": [{"er": 1}]},
    True,
    False,
    "nul \x00 inside",
    "half a character \ud800",
    "x" * 200_000,
    10**400,
    -(10**400),
    float("nan"),
    float("inf"),
    float("-inf"),
    "9" * 5_000,
)
LEFT_OUT_WHEN_WRONG = {
    ("POST /wallets/api/applications/<application_id>/selfie", "matches"),
    ("POST /mobile/phones/<number>/application/selfie", "matches"),
    ("POST /api/checkout/sessions", "image"),
    ("POST /api/checkout/sessions", "language"),
}
"""They only adorn the payment form, which must open for whatever a shop puts there."""
MAY_BE_EMPTY = {("PUT /api/apps/<app_id>/quirks", "switches")}
"""An object by name, where none is a right answer."""
CUT_WHEN_LONG = {("POST /api/checkout/sessions", "name"), ("POST /api/checkout/sessions", "description")}
LISTS = {"events", "messages", "allowed_origins"}
KEYED_OTHERWISE = {
    "POST /wallets/api/applications/<application_id>/card",
    "POST /mobile/phones/<number>/scan",
    "POST /mobile/phones/<number>/application/card",
    "PUT /api/apps/<app_id>/image",
}
"""Read three kinds of input; tests/bad_input/test_scans.py and tests/platform/test_app_pictures.py see to it; of cards
tests/mock_wallets/test_kyc.py and tests/mock_mobile/test_opening.py."""
CALLS = [route for route in calls_with_fields() if route not in KEYED_OTHERWISE]
SECRETS = {"password", "pin", "code", "flouci_otp", "app_secret", "key"}


@pytest.mark.parametrize("route", CALLS)
def test_a_field_of_the_wrong_type_is_named(stage: Stage, route: str) -> None:
    path = stage.path_of(route.partition(" ")[2])
    fields = FIELDS[route](stage)
    with stage.unchanged():
        for name in fields:
            if (route, name) in LEFT_OUT_WHEN_WRONG:
                continue
            for value in (*NEVER_RIGHT, *(() if name in LISTS else ([], ["a", "b"]))):
                if (route, name) in CUT_WHEN_LONG and isinstance(value, str) and len(value) > 1_000:
                    continue
                if (route, name) in MAY_BE_EMPTY and value == {}:
                    continue
                body = dump(fields | {name: value})
                answer = stage.http.request(
                    method_of(route), path, content=body, headers=JSON | headers_of(stage, route)
                )
                error = require_error(answer, statuses=(400,), what=(name, value))
                assert error["field"].split(".")[0] == name, (name, value, error)


def test_what_only_adorns_a_payment_form_is_left_out_or_cut(stage: Stage) -> None:
    fields = FIELDS["POST /api/checkout/sessions"](stage)
    for value in NEVER_RIGHT:
        if not isinstance(value, str) or len(value) > 1_000:
            body = dump(fields | {"image": value, "language": value})
            opened = stage.http.post("/api/checkout/sessions", content=body, headers=JSON)
            assert (opened.status_code, opened.json()["merchant"]["image"]) == (201, None), value
    body = dump(fields | {"name": "n" * 200_000, "description": "d" * 200_000})
    merchant = stage.http.post("/api/checkout/sessions", content=body, headers=JSON).json()["merchant"]
    assert (merchant["name"], len(merchant["description"])) == ("n" * 80, 500)


@pytest.mark.parametrize("route", CALLS)
def test_a_field_that_is_missing_or_null_is_named(stage: Stage, route: str) -> None:
    path = stage.path_of(route.partition(" ")[2])
    fields = FIELDS[route](stage)
    with stage.unchanged():
        for name in set(fields) - OPTIONAL.get(route, set()):
            without = {key: value for key, value in fields.items() if key != name}
            for body in (without, without | {name: None}):
                answer = stage.http.request(
                    method_of(route), path, content=dump(body), headers=JSON | headers_of(stage, route)
                )
                error = require_error(answer, statuses=(400,), what=body)
                assert error["field"] == name, (name, error)


@pytest.mark.parametrize("route", CALLS)
def test_an_error_does_not_repeat_a_secret(stage: Stage, route: str) -> None:
    path = stage.path_of(route.partition(" ")[2])
    fields = FIELDS[route](stage)
    for name in SECRETS & set(fields):
        for value in ("s3cret", ["s3cret"], {"s3cret": 1}, "s3cret" * 50):
            body = dump(fields | {name: value})
            answer = stage.http.request(method_of(route), path, content=body, headers=JSON | headers_of(stage, route))
            assert "s3cret" not in answer.text, (name, answer.text)
            assert "s3cret" not in answer.headers.get("Sandbox-Hint", "")


def test_a_value_deep_inside_a_list_is_named_by_its_place(stage: Stage) -> None:
    payment = {"id": "p", "state": "s", "session": "s", "app_id": "a", "payer_phone": "2", "payer_name": "n"}
    payment |= {"payee_wallet_id": "w", "merchant_name": "m", "amount": 1, "created_at": "now", "expires_at": "now"}
    event = {"id": "e", "type": "payment.executed", "at": "never", "payment": payment}
    for wrong in (
        event,
        event | {"at": ""},
        event | {"type": "payment.invented"},
        event | {"payment": {}},
        event | {"id": "\ud800"},
        event | {"payment": payment | {"payer_name": "\x00"}},
        event | {"payment": payment | {"session": "\udfff"}},
        event | {"at": "9999-12-31T23:59:59-23:59"},
        1,
    ):
        answer = stage.http.post("/api/events", content=dump({"events": [wrong]}), headers=JSON | stage.service_key)
        assert require_error(answer, statuses=(400,), what=wrong)["field"].startswith("events")


def test_the_texts_of_an_sms_order_are_checked_inside_too(stage: Stage) -> None:
    order = {"key": "k", "phone_number": stage.owner.wallet_phone, "template": "payment_sent", "values": {}}
    for wrong in (
        order | {"key": "\ud800"},
        order | {"values": {"name": "\x00"}},
        order | {"values": {"\ud800": "x"}},
        order | {"template": "invented"},
        order | {"values": {"name": 1}},
    ):
        body = dump({"messages": [wrong]})
        answer = stage.http.post("/wallets/api/sms", content=body, headers=JSON | stage.service_key)
        assert require_error(answer, statuses=(400,), what=wrong)["field"].startswith("messages")
