"""Amounts as integrators send them: what plainly means whole millimes is taken, everything else refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bad_input.errors import JSON, dump, require_error
from tests.calls import FIELDS, headers_of, method_of
from tests.stage import AMOUNT, Stage

TAKEN = {
    1: 1,
    "12500": 12_500,
    12_500.0: 12_500,
    64_099.99999999999: 64_100,
    " 12500 ": 12_500,
    "12500.000": 12_500,
    "1.25e4": 12_500,
    10_000_000: 10_000_000,
}
REFUSED: tuple[Any, ...] = (
    0,
    -1,
    -0.0,
    0.4,
    64.1,
    "64.1",
    12_500.5,
    10_000_001,
    1e400,
    10**30,
    "9" * 39,
    "1e999999999",
    "1e-999999999",
    "twelve",
    "",
    " ",
    "12 500",
    "12,500",
    "12500 DT",
    "0x30d4",
    "1_000",
    "\u0661\u0662\u0660",
    "NaN",
    "Infinity",
    float("nan"),
    float("inf"),
    True,
    False,
    None,
    [],
    [12_500],
    {},
    {"amount": 1},
)
BLANK = {None, "", " "}
WITH_AMOUNT = {
    "POST /api/checkout/sessions": False,
    "POST /api/accept": True,
    "POST /payments/api/payments": False,
    "POST /payments/api/payments/<payment_id>/execute": False,
    "POST /payments/api/top-ups": False,
    "POST /api/checkout/sessions/<session>/scan": False,
}
"""By route: whether the amount may be left out."""


@pytest.mark.parametrize("route", sorted(WITH_AMOUNT))
def test_an_amount_that_is_not_whole_millimes_within_the_limit_is_refused(stage: Stage, route: str) -> None:
    path = stage.path_of(route.partition(" ")[2])
    fields = FIELDS[route](stage)
    with stage.unchanged():
        for amount in REFUSED:
            if WITH_AMOUNT[route] and isinstance(amount, str | None) and amount in BLANK:
                continue
            body = dump(fields | {"amount": amount})
            answer = stage.http.request(method_of(route), path, content=body, headers=JSON | headers_of(stage, route))
            error = require_error(answer, statuses=(400,), what=amount)
            assert error["field"] == "amount", (amount, error)


@pytest.mark.parametrize(("sent", "meant"), TAKEN.items())
def test_an_amount_that_plainly_means_whole_millimes_is_taken(stage: Stage, sent: Any, meant: int) -> None:
    fields = FIELDS["POST /api/checkout/sessions"](stage) | {"amount": sent}
    by_json = stage.http.post("/api/checkout/sessions", json=fields)
    by_form = stage.http.post("/api/checkout/sessions", data={name: str(value) for name, value in fields.items()})
    assert by_json.status_code == by_form.status_code == 201
    assert by_json.json()["amount"] == by_form.json()["amount"] == meant
    assert isinstance(by_json.json()["amount"], int)


def test_an_amount_in_dinars_is_answered_with_what_it_would_be_in_millimes(stage: Stage) -> None:
    fields = FIELDS["POST /api/checkout/sessions"](stage) | {"amount": 64.1}
    error = require_error(stage.http.post("/api/checkout/sessions", json=fields), statuses=(400,))
    assert "64100" in error["message"]


def test_accept_takes_the_same_amount_in_every_spelling(stage: Stage) -> None:
    for amount in (AMOUNT, str(AMOUNT), float(AMOUNT), AMOUNT - 1e-9, "", None):
        fields = FIELDS["POST /api/accept"](stage) | {"amount": amount}
        answer = stage.http.post("/api/accept", json=fields)
        assert (answer.status_code, answer.json()["status"]) == (200, "SUCCESS"), amount
        assert answer.json()["result"]["amount"] == AMOUNT
    assert stage.facts()


def test_a_phones_opening_balance_may_be_zero_but_not_less_or_more_than_the_limit(stage: Stage) -> None:
    fields = FIELDS["POST /mobile/phones"]
    assert stage.http.post("/mobile/phones", json=fields(stage) | {"balance": 0}).status_code == 201
    for balance in (-1, 10_000_001, 0.5, "much", 1e400, True, [1]):
        answer = stage.http.post("/mobile/phones", content=dump(fields(stage) | {"balance": balance}), headers=JSON)
        assert require_error(answer, statuses=(400,), what=balance)["field"] == "balance"
