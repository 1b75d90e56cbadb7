"""The console's page of faults: planned by a form, hit, seen, removed; what is wrong is said where it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.control.fault_pages import read_words
from sandbox.kit.errors import InvalidInput

if TYPE_CHECKING:
    from sandbox.testing.embedded import Sandbox

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}


def send(sandbox: Sandbox, path: str = "", **form: str) -> httpx.Response:
    url = f"{sandbox.base_url}/_sandbox/console/faults{path}"
    return httpx.post(url, data=form, headers={**BROWSER, "Origin": sandbox.base_url})


def see(sandbox: Sandbox) -> str:
    return httpx.get(f"{sandbox.base_url}/_sandbox/console/faults", headers=BROWSER).text


def test_a_fault_is_planned_hit_seen_and_cleared(sandbox: Sandbox) -> None:
    planned = send(sandbox, kind="status", words="status=503 route=/api/apps/<app_id> nth=1")
    assert planned.status_code == 303, planned.text
    httpx.get(f"{sandbox.base_url}/api/apps")
    page = see(sandbox)
    assert page.count('data-part="fault"') == 1
    assert "Near: <bdi>GET /api/apps</bdi>, but for its <bdi>route</bdi>" in page
    hit = httpx.get(f"{sandbox.base_url}/api/apps/of-the-faults")
    assert hit.status_code == 503
    assert f"/_sandbox/journal/{hit.headers['Sandbox-Request-Id']}" in see(sandbox)
    entry = f"{sandbox.base_url}/_sandbox/journal/{hit.headers['Sandbox-Request-Id']}"
    assert [each["kind"] for each in httpx.get(entry).json()["faults"]] == ["status"]
    assert "A planned fault hit this exchange: status." in httpx.get(entry, headers=BROWSER).text
    assert send(sandbox, "/clear").status_code == 303
    assert 'data-part="fault"' not in see(sandbox)
    assert httpx.get(f"{sandbox.base_url}/api/apps/of-the-faults").status_code == 404


def test_a_fault_is_removed_once_or_twice(sandbox: Sandbox) -> None:
    send(sandbox, kind="sms_lost", words="phone=21000001 next=2")
    fault = httpx.get(f"{sandbox.base_url}/_sandbox/faults").json()["faults"][-1]
    assert (fault["phone"], fault["next"]) == ("21000001", 2)
    for _ in range(2):
        assert send(sandbox, "/remove", fault=fault["id"]).status_code == 303
    assert httpx.get(f"{sandbox.base_url}/_sandbox/faults").json()["faults"] == []


@pytest.mark.parametrize(
    ("kind", "words", "told"),
    [
        ("latency", "seconds=often", "seconds"),
        ("latency", "route=/api/nowhere seconds=1", "route of this sandbox"),
        ("latency", "sometimes", "is not name=value"),
        ("meteorite", "", "kind of fault"),
    ],
)
def test_a_plan_that_is_wrong_is_shown_again_with_the_reason(
    sandbox: Sandbox, kind: str, words: str, told: str
) -> None:
    answer = send(sandbox, kind=kind, words=words)
    assert answer.status_code == 400
    assert told in answer.text
    assert not words or f'value="{words}"' in answer.text
    assert httpx.get(f"{sandbox.base_url}/_sandbox/faults").json()["faults"] == []


def test_words_are_fields_and_numbers_are_numbers() -> None:
    told = read_words("nth=2 share=0.5 phone=21000001 optional=true route=/a/*")
    assert told == {"nth": 2, "share": 0.5, "phone": "21000001", "optional": True, "route": "/a/*"}
    with pytest.raises(InvalidInput):
        read_words("nth=")
