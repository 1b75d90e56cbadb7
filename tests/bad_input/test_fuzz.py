"""Random JSON in every field of every call: never a crash, and never a ledger that is wrong."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bad_input.errors import JSON, dump
from tests.calls import FIELDS, calls_with_fields, headers_of
from tests.stage import Stage

EXAMPLES = int(os.environ.get("SANDBOX_FUZZ_EXAMPLES", "25"))
CLOCK = "POST /_sandbox/clock"
CALLS = [route for route in calls_with_fields() if not route.startswith(CLOCK)]
"""Without the clock, which a lucky number would move by ten years; tests/bad_input/test_clock.py sees to that."""

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
TRICKY = st.sampled_from(
    [
        "",
        " ",
        "0",
        "-1",
        "1e5",
        "null",
        "true",
        "\u202e",
        "\ufeff",
        "😀",
        "a\nb",
        "%00",
        "{}",
        "[]",
        "<b>",
        "'--",
        2**63,
    ]
)


@pytest.mark.parametrize("route", CALLS)
def test_random_json_in_any_field_is_no_crash(stage: Stage, route: str) -> None:
    path = stage.path_of(route.partition(" ")[2])
    good = FIELDS[route](stage)
    headers = JSON | headers_of(stage, route)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(changed=st.dictionaries(st.sampled_from(sorted(good)), VALUES | TRICKY, min_size=1))
    def check(changed: dict[str, Any]) -> None:
        answer = stage.http.post(path, content=dump(good | changed), headers=headers)
        assert answer.status_code < 500, (changed, answer.text)
        assert isinstance(answer.json(), dict)

    check()
    assert stage.facts()


@settings(max_examples=EXAMPLES * 2, deadline=None, derandomize=True, database=None)
@given(body=st.binary(max_size=60))
@pytest.mark.parametrize("path", ["/api/accept", "/api/checkout/sessions"])
def test_random_bytes_are_no_crash(stage: Stage, path: str, body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = stage.http.post(path, content=body, headers={"Content-Type": kind})
        assert answer.status_code == 400, (body, answer.text)
