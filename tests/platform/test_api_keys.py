"""Personal API keys: shown once, kept as a hash, open the JSON API and nothing else, end when they are revoked or expire."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from sandbox.contracts.platform import NewApp
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp
from tests.platform.keys import call, code_of, make_key
from tests.racing import race
from tests.visitor import Visitor

_DAY = 24 * 3600


def new_app(merchant: MerchantApp, name: str) -> dict[str, str]:
    return NewApp(name=name, phone_number=merchant.wallet_phone).model_dump(exclude_none=True)


def test_a_key_is_told_once_and_then_only_its_beginning(sandbox: Sandbox, token: str) -> None:
    made = make_key(sandbox, token, access="read")
    assert re.fullmatch(r"fsk_[A-Za-z0-9_-]{43}", made["key"])
    listed = call(sandbox, "GET", "/api/api-keys", token)
    assert made["key"] not in listed.text
    (shown,) = listed.json()["data"]
    assert shown == {name: value for name, value in made.items() if name != "key"}
    assert made["key"].startswith(shown["prefix"])
    assert len(shown["prefix"]) < 12


def test_a_key_does_what_a_login_session_does(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> None:
    key = make_key(sandbox, token)["key"]
    assert call(sandbox, "GET", "/api/apps", key).json() == call(sandbox, "GET", "/api/apps", token).json()
    assert call(sandbox, "POST", "/api/apps", key, new_app(merchant_app, "By key")).status_code == 201


def test_a_key_that_only_reads_changes_nothing(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> None:
    made = make_key(sandbox, token, access="read")
    assert call(sandbox, "GET", "/api/apps", made["key"]).status_code == 200
    for method, path in (("POST", "/api/apps"), ("DELETE", f"/api/api-keys/{made['id']}"), ("POST", "/api/api-keys")):
        answer = call(sandbox, method, path, made["key"], new_app(merchant_app, "Not made"))
        assert code_of(answer) == (403, "API_KEY_READ_ONLY"), path


def test_a_key_makes_no_keys(sandbox: Sandbox, token: str) -> None:
    key = make_key(sandbox, token)["key"]
    assert code_of(call(sandbox, "POST", "/api/api-keys", key, {"name": "Child"})) == (403, "NEEDS_LOGIN")


def test_a_key_opens_no_page(sandbox: Sandbox, token: str) -> None:
    key = make_key(sandbox, token)["key"]
    headers = {"Authorization": f"Bearer {key}", "Accept": "text/html"}
    answer = httpx.get(f"{sandbox.base_url}/apps", headers=headers, trust_env=False)
    assert answer.headers["Location"].partition("?")[0].endswith("/login")


def test_a_revoked_key_is_nobodys_and_revoking_again_changes_nothing(sandbox: Sandbox, token: str) -> None:
    made = make_key(sandbox, token)
    answers = race([lambda: call(sandbox, "DELETE", f"/api/api-keys/{made['id']}", token).json()] * 4)
    assert answers == [answers[0]] * 4
    assert answers[0]["status"] == "revoked"
    assert code_of(call(sandbox, "GET", "/api/apps", made["key"])) == (401, "API_KEY_INVALID")


def test_a_key_ends_on_the_sandboxs_clock(sandbox: Sandbox, token: str, clock: ClockDriver) -> None:
    clock.freeze()
    key = make_key(sandbox, token, expires_in_days=7)["key"]
    clock.advance(seconds=7 * _DAY - 1)
    assert call(sandbox, "GET", "/api/apps", key).status_code == 200
    clock.advance(seconds=1)
    assert code_of(call(sandbox, "GET", "/api/apps", key)) == (401, "API_KEY_INVALID")
    assert [each["status"] for each in call(sandbox, "GET", "/api/api-keys", token).json()["data"]] == ["expired"]


def test_the_last_use_is_noted_at_most_once_a_minute(sandbox: Sandbox, token: str, clock: ClockDriver) -> None:
    clock.freeze()
    made = make_key(sandbox, token)

    def last_used() -> datetime | None:
        (shown,) = call(sandbox, "GET", "/api/api-keys", token).json()["data"]
        return datetime.fromisoformat(shown["last_used_at"]) if shown["last_used_at"] else None

    assert last_used() is None
    call(sandbox, "GET", "/api/apps", made["key"])
    first = last_used()
    assert first is not None
    for seconds, moved in ((59, 0), (1, 60)):
        clock.advance(seconds=seconds)
        call(sandbox, "GET", "/api/apps", made["key"])
        seen = last_used()
        assert seen is not None
        assert (seen - first).total_seconds() == moved


def test_there_is_a_largest_number_of_keys_even_for_those_who_race(sandbox: Sandbox, token: str) -> None:
    answers = race([lambda: call(sandbox, "POST", "/api/api-keys", token, {"name": "One of many"})] * 24)
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] * 20 + [409] * 4
    first = call(sandbox, "GET", "/api/api-keys", token).json()["data"][0]
    call(sandbox, "DELETE", f"/api/api-keys/{first['id']}", token)
    make_key(sandbox, token)
    assert code_of(call(sandbox, "POST", "/api/api-keys", token, {"name": "x"})) == (409, "TOO_MANY_API_KEYS")


def test_a_key_that_has_ended_makes_room_for_another(sandbox: Sandbox, token: str, clock: ClockDriver) -> None:
    for _ in range(20):
        make_key(sandbox, token, expires_in_days=1)
    assert code_of(call(sandbox, "POST", "/api/api-keys", token, {"name": "x"})) == (409, "TOO_MANY_API_KEYS")
    clock.advance(seconds=_DAY)
    make_key(sandbox, token)


def test_anothers_key_is_as_unknown_as_one_that_is_not_there(sandbox: Sandbox, token: str) -> None:
    made = make_key(sandbox, token)
    stranger = sandbox.log_in(sandbox.new_merchant())
    assert code_of(call(sandbox, "DELETE", f"/api/api-keys/{made['id']}", stranger)) == (404, "API_KEY_NOT_FOUND")
    assert call(sandbox, "GET", "/api/apps", made["key"]).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "x", "access": "all"}, "access"),
        ({"name": "x", "expires_in_days": 0}, "expires_in_days"),
        ({"name": "x", "expires_in_days": 3651}, "expires_in_days"),
        ({"name": "x", "expires_in_days": True}, "expires_in_days"),
    ],
)
def test_a_bad_field_is_named(sandbox: Sandbox, token: str, fields: dict[str, object], field: str) -> None:
    answer = call(sandbox, "POST", "/api/api-keys", token, fields)
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == field


@pytest.mark.parametrize("key", ["fsk_", "fsk_x", "fsk_" + "A" * 43, "fsk_" + "A" * 5000])
def test_a_key_that_nobody_made_is_told_apart_from_no_login(sandbox: Sandbox, key: str) -> None:
    assert code_of(call(sandbox, "GET", "/api/apps", key)) == (401, "API_KEY_INVALID")


def test_a_key_stands_in_no_journal_and_in_no_table(sandbox: Sandbox, token: str) -> None:
    key = make_key(sandbox, token)["key"]
    call(sandbox, "GET", f"/api/apps/{key}?key={key}", key)
    call(sandbox, "POST", "/api/apps", key, {"name": key})
    assert key not in json.dumps(sandbox.control.list_exchanges(), ensure_ascii=False)
    for service in ("platform", "control"):
        database = sqlite3.connect(Path(sandbox.details["data_dir"]) / "databases" / f"{service}.db")
        assert key not in "\n".join(database.iterdump())
        database.close()


def test_a_developer_makes_and_revokes_a_key_on_the_page(visitor: Visitor, merchant_app: MerchantApp) -> None:
    visitor.log_in(merchant_app.email, merchant_app.password)
    assert "No key yet" in visitor.open("/settings/api-keys").text
    made = visitor.submit("/settings/api-keys", name="<b>ياسمين</b>", access="read", expires_in_days="")
    (key,) = re.findall(r"fsk_[A-Za-z0-9_-]{43}", made.text)
    assert made.headers["Cache-Control"] == "no-store", "the key is told once: no cache keeps it"
    assert "&lt;b&gt;ياسمين&lt;/b&gt;" in made.text
    listed = visitor.open("/settings/api-keys").text
    assert key not in listed
    (action,) = re.findall(r'action="(/settings/api-keys/[^"]+/revoke)"', listed)
    assert visitor.submit(action).headers["Location"] == "/settings/api-keys"
    assert "The key is revoked" in visitor.open("/settings/api-keys").text


def test_the_form_comes_back_with_what_was_typed(visitor: Visitor, merchant_app: MerchantApp) -> None:
    visitor.log_in(merchant_app.email, merchant_app.password)
    expired = visitor.submit("/settings/api-keys", csrf_token="old", name="Kept name", access="write")
    assert expired.status_code == 400
    assert 'value="Kept name"' in expired.text
    assert '<option value="write" selected>' in expired.text
    wrong = visitor.submit("/settings/api-keys", name="", access="read")
    assert 'aria-invalid="true"' in wrong.text
