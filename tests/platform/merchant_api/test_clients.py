"""Calls as public client programs and plugins really make them: bodies, types and versions of HTTP of all kinds."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from tests.platform.merchant_api.shop import AMOUNT, LINKS, Shop

FIELDS = {"amount": AMOUNT, **LINKS}


def raw(shop: Shop, request: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what came back to bytes on a socket."""
    address = urlsplit(shop.sandbox.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    head, _, content = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in lines), content


def test_an_http_1_0_client_without_a_host(shop: Shop) -> None:
    body = urlencode({**shop.tokens, **FIELDS}).encode()
    head = "POST /api/generate_payment HTTP/1.0\nContent-Type: application/x-www-form-urlencoded"
    status, headers, content = raw(shop, f"{head}\nContent-Length: {len(body)}", body)
    assert status == 200
    assert "chunked" not in headers.get("transfer-encoding", "")
    assert headers["sandbox-log"].startswith(f"{shop.sandbox.base_url}/_sandbox/journal/")
    payment_id = json.loads(content)["result"]["payment_id"]
    verify = f"GET /api/v2/verify_payment/{payment_id} HTTP/1.0\nAuthorization: {shop.bearer['Authorization']}"
    status, _, content = raw(shop, verify)
    assert (status, json.loads(content)["result"]["status"]) == (200, "PENDING")


def test_a_body_in_chunks_with_a_charset_and_a_keep_alive(shop: Shop) -> None:
    text = json.dumps(FIELDS | {"developer_tracking_id": "طلب 7"}, ensure_ascii=False).encode()

    def pieces() -> Any:
        yield text[:20]
        yield text[20:]

    headers = shop.bearer | {"Content-Type": "application/json; charset=UTF-8", "Expect": ""}
    answer = shop.http.post("/api/v2/generate_payment", content=pieces(), headers=headers)
    assert answer.json()["result"]["developer_tracking_id"] == "طلب 7"


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "text/plain", "text/plain;charset=UTF-8", ""]
)
def test_json_is_read_whatever_its_content_type_says(shop: Shop, kind: str) -> None:
    headers = shop.bearer | ({"Content-Type": kind} if kind else {})
    answer = shop.http.post("/api/v2/generate_payment", content=json.dumps(FIELDS), headers=headers)
    assert answer.status_code == 200, answer.text


def test_forms_of_php_and_of_browsers(shop: Shop) -> None:
    partner = shop.sandbox.new_merchant()
    nested = {"destination[0][amount]": "500", "destination[0][destination]": partner.public_token}
    form = {name: str(value) for name, value in FIELDS.items()} | {"accept_card": "on", "webhook": ""} | nested
    path = "/api/v2/generate_payment"
    for sent in (
        shop.http.post(path, data=form, headers=shop.bearer),
        shop.http.post(path, files={name: (None, value) for name, value in form.items()}, headers=shop.bearer),
    ):
        assert sent.status_code == 200, sent.text
        page = shop.sandbox._running.world._platform.database
        with page.read() as connection:
            from sandbox.platform.hosted import store

            kept = store.get(connection, sent.json()["result"]["payment_id"])
        assert (kept.accepts_cards, kept.webhook_url, [each["amount"] for each in kept.shares]) == (True, None, [500])


@pytest.mark.parametrize("amount", [12_500, "12500", 12500.0, "12500.0", 12499.999999999998, " 12500 ", "1.25e4"])
def test_amounts_are_what_they_plainly_mean(shop: Shop, amount: object) -> None:
    told = shop.verify(shop.generate(amount=amount))["result"]["amount"]
    assert (told, type(told)) == (12_500, int)


@pytest.mark.parametrize("amount", [64.1 * 1000, "64099.99999999999"])
def test_float_dust_is_the_nearest_millime(shop: Shop, amount: object) -> None:
    assert shop.verify(shop.generate(amount=amount))["result"]["amount"] == 64_100


@pytest.mark.parametrize("value", [True, "true", "True", 1, "1", "yes", "on", 1.0])
def test_switches_are_texts_and_numbers_too(shop: Shop, value: object) -> None:
    with shop.sandbox._running.world._platform.database.read() as connection:
        from sandbox.platform.hosted import store

        payment_id = shop.generate(accept_card=value, pre_authorization=value)
        page = store.get(connection, payment_id)
    assert (page.accepts_cards, page.holds_only) == (True, True)


def test_what_is_null_empty_or_unknown_is_not_there(shop: Shop) -> None:
    empty = {
        "webhook": None,
        "developer_tracking_id": "",
        "accept_card": None,
        "session_timeout_secs": "",
        "destination": None,
    }
    empty |= {"image_url": "no link", "client_id": "", "pre_auth": "", "invented": {"deep": [1]}}
    result = shop.verify(shop.generate(**empty))["result"]
    assert (result["developer_tracking_id"], result["status"]) == (None, "PENDING")


def test_a_number_as_tracking_id_comes_back_as_text(shop: Shop) -> None:
    assert shop.verify(shop.generate(developer_tracking_id=4711))["result"]["developer_tracking_id"] == "4711"


def test_two_payments_with_one_tracking_id_are_two(shop: Shop) -> None:
    assert shop.generate(developer_tracking_id="A") != shop.generate(developer_tracking_id="A")


WRONG: dict[str, list[object]] = {
    "amount": [None, "", 0, -1, 12.5, "12.5", "abc", True, [], {}, 10**15, "12500 DT", float("inf"), "9" * 500],
    "success_link": [
        None,
        "",
        5,
        "not a link",
        "ftp://shop.example",
        "javascript:alert(1)",
        "https://",
        "x" * 3000,
        [],
    ],
    "fail_link": [None, "", "//shop.example", "http://a b", {"a": 1}],
    "webhook": ["not a link", 5, [], "file:///etc/passwd"],
    "session_timeout_secs": [0, -5, "soon", 1.5, 10**9, [], True],
    "developer_tracking_id": ["x" * 65, [], {}, "a\x00b", True],
    "accept_card": ["maybe", 2, [], {}],
    "pre_authorization": ["maybe"],
    "client_id": ["x" * 101, []],
    "destination": [
        "x",
        5,
        [5],
        [{}],
        [{"amount": 5}],
        [{"amount": 5, "destination": "nobody"}],
        [{"amount": 12_501, "destination": "20"}],
    ],
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_field_that_is_wrong_is_refused_as_documented_with_a_hint_that_names_it(shop: Shop, name: str) -> None:
    for value in WRONG[name]:
        body = json.dumps(FIELDS | {name: value})
        headers = shop.bearer | {"Content-Type": "application/json"}
        answer = shop.http.post("/api/v2/generate_payment", content=body, headers=headers)
        said = f"{name}={value!r:.60} → {answer.status_code} {answer.text[:200]}"
        assert answer.status_code == 400, said
        told = answer.json()
        assert (told["result"]["status"], told["result"]["success"], told["code"]) == (400, False, 1), said
        assert told["result"]["message"], said
        assert name in answer.headers["Sandbox-Hint"], said


@pytest.mark.parametrize("name", ["amount", "success_link", "fail_link"])
def test_a_field_that_must_be_there_is_missing(shop: Shop, name: str) -> None:
    without = {key: value for key, value in FIELDS.items() if key != name}
    for answer in (
        shop.http.post("/api/v2/generate_payment", json=without, headers=shop.bearer),
        shop.http.post("/api/generate_payment", data=shop.tokens | without),
    ):
        assert (answer.status_code, answer.json()["result"]["status"]) == (400, 400)
        assert name in answer.headers["Sandbox-Hint"]


def test_dinars_are_told_to_be_millimes(shop: Shop) -> None:
    answer = shop.post("generate_payment", FIELDS | {"amount": 12.5})
    assert "12.5 looks like dinars" in answer.headers["Sandbox-Hint"]
    assert "12500" in answer.headers["Sandbox-Hint"]
    small = shop.post("generate_payment", FIELDS | {"amount": 12})
    assert small.status_code == 200
    assert "0.012" in small.headers["Sandbox-Hint"]


def test_a_body_that_cannot_be_read(shop: Shop) -> None:
    for content in (b"{", b"[]", b"null", b'"text"', b"<xml/>", b"[" * 50_000, b"\xff\xfe", b""):
        headers = shop.bearer | {"Content-Type": "application/json"}
        answer = shop.http.post("/api/v2/generate_payment", content=content, headers=headers)
        assert (answer.status_code, answer.json()["result"]["status"]) == (400, 400), content[:20]


def bad_keys(shop: Shop) -> dict[str, str | None]:
    public, private = shop.app.public_token, shop.app.private_token
    return {
        "The header Authorization is missing": None,
        "no colon": f"Bearer {public}",
        "swapped": f"Bearer {private}:{public}",
        "not this app's": f"Bearer {public}:{private[::-1]}",
        "live keys": "Bearer 00000000-0000-4000-8000-000000000000:00000000-0000-4000-8000-000000000001",
        "tokens are UUIDs": "Bearer your_public_key:your_private_key",
        "private token is missing": f"Bearer {public}:",
        "scheme Bearer": f"Basic {public}:{private}",
    }


def test_bad_keys_are_told_what_is_wrong_with_them(shop: Shop) -> None:
    for words, header in bad_keys(shop).items():
        headers = {"Authorization": header} if header is not None else {}
        answer = shop.http.post("/api/v2/generate_payment", json=FIELDS, headers=headers)
        assert (answer.status_code, answer.json()["result"]["status"], answer.json()["code"]) == (403, 403, 1), words
        assert words in answer.headers["Sandbox-Hint"], (words, answer.headers["Sandbox-Hint"])
        assert shop.app.private_token not in answer.text + answer.headers["Sandbox-Hint"]
    for tokens in ({}, {"app_token": shop.app.public_token}, {"app_token": 5, "app_secret": []}):
        assert shop.http.post("/api/generate_payment", json=FIELDS | tokens).status_code == 403


def test_a_lower_case_scheme_and_blanks_are_fine(shop: Shop) -> None:
    header = {"authorization": f"bearer   {shop.app.public_token}:{shop.app.private_token}"}
    assert (
        httpx.post(
            f"{shop.sandbox.base_url}/api/v2/generate_payment", json=FIELDS, headers=header, trust_env=False
        ).status_code
        == 200
    )


def test_a_disabled_app_is_refused(shop: Shop) -> None:
    token = shop.sandbox.log_in(shop.app)
    app = next(app for app in shop.sandbox.platform.list_apps(token) if app.name == shop.app.name)
    shop.http.post(f"/api/apps/{app.id}/disable", json={}, headers={"Authorization": f"Bearer {token}"})
    answer = shop.post("generate_payment", FIELDS)
    assert (answer.status_code, answer.json()["code"]) == (403, 1)
    assert "enable" in answer.headers["Sandbox-Hint"].lower()
