"""Terminals, a business's own codes, partners, history and bindings: the rest of the published API."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

import httpx
import pytest

from sandbox.testing.drivers import ClockDriver, PhoneDriver
from tests.platform.merchant_api.shop import AMOUNT, Shop, pay


def key_of(shop: Shop) -> dict[str, str]:
    return {"Authorization": f"Api-Key {shop.app.private_token}"}


def start_pos(shop: Shop, **changes: Any) -> httpx.Response:
    body = {"id_terminal": "T1", "serial_number": "SN1", "amount_in_millimes": AMOUNT, "payment_method": "WALLET"}
    body |= {"developer_tracking_id": "POS1", **changes}
    return shop.http.post("/api/transactions/init_pos_transaction", json=body, headers=shop.bearer)


def test_a_terminal_is_paid_by_a_phone(shop: Shop, phone: PhoneDriver) -> None:
    started = start_pos(shop)
    assert (started.status_code, started.json()) == (201, {"success": True, "terminal_id": "T1", "status_code": 201})
    found = re.search(r"/pay/([\w-]{22})", started.headers["Sandbox-Hint"])
    assert found is not None
    path, query = "/api/transactions/get_pos_transaction_status", {"developer_tracking_id": "POS1"}

    def status() -> dict[str, Any]:
        body = shop.http.get(path, params=query, headers=shop.bearer).json()
        assert (body["success"], body["status_code"]) == (True, 200)
        (row,) = body["transactions"]
        return dict(row)

    assert status()["payment_status"] == "PP"
    pay(phone, found[1])
    assert status() == {
        "developer_tracking_id": "POS1",
        "payment_status": "PS",
        "transaction_id": found[1],
        "settlement_status": "AVAILABLE",
    }
    assert shop.app.balance == AMOUNT
    other = Shop(shop.sandbox, shop.sandbox.new_merchant())
    assert shop.http.get(path, params=query, headers=other.bearer).status_code == 404
    for wrong in ({"amount_in_millimes": 1.5}, {"payment_method": "CASH"}, {"id_terminal": ""}, {"webhook": "x"}):
        refused = start_pos(shop, **wrong)
        assert (refused.status_code, refused.json()["success"]) == (400, False), wrong
        assert next(iter(wrong)) in refused.headers["Sandbox-Hint"]


def test_a_code_is_drawn_scanned_and_told_of(shop: Shop, phone: PhoneDriver) -> None:
    query = {"amount_in_millimes": "700", "merchant_id": shop.app.public_token}
    drawn = shop.http.get("/api/business/generate_custom_qr_code", params=query, headers=key_of(shop)).json()
    assert (drawn["success"], drawn["code"]) == (True, 200)
    phone.scan(b64decode(drawn["qr_code"]))
    assert phone.pay().status == "SUCCESS"
    path, operation = "/api/business/custom_transaction/status", {"operation_uuid": drawn["operation_uuid"]}
    body = shop.http.get(path, params=operation, headers=key_of(shop)).json()
    (row,) = body["transactions"]
    assert (row["amount"], row["channel"], len(row["transaction_unique_id"])) == (700, "Flouci", 22)
    other = Shop(shop.sandbox, shop.sandbox.new_merchant())
    assert shop.http.get(path, params=operation, headers=key_of(other)).json()["transactions"] == []
    stolen = shop.http.get("/api/business/generate_custom_qr_code", params=query, headers=key_of(other))
    assert stolen.status_code == 404
    refused = shop.http.get("/api/business/generate_custom_qr_code", params=query, headers=shop.bearer)
    assert refused.status_code == 403
    assert "Api-Key" in refused.headers["Sandbox-Hint"]


def test_a_partner_links_a_wallet_and_reads_its_balance_for_five_minutes(
    shop: Shop, phone: PhoneDriver, clock: ClockDriver
) -> None:
    def post(path: str, asking: Shop = shop, **body: Any) -> httpx.Response:
        return shop.http.post(path, json=body, headers=key_of(asking))

    started = post("/partners/accounts/initiate_link_account", phone_number=phone.number).json()
    assert (started["success"], started["phone_number"]) == (True, phone.number)
    assert {"name", "message", "session_id"} <= set(started)
    code = re.search(r"\b\d{6}\b", phone.messages(wait=5)[0]["text"])
    assert code is not None
    confirm = "/partners/accounts/confirm_link_account"
    other = Shop(shop.sandbox, shop.sandbox.new_merchant())
    assert post(confirm, other, session_id=started["session_id"], code=code[0]).status_code == 404
    assert post(confirm, session_id=started["session_id"], code="000000").status_code >= 400
    linked = {"tracking_id": post(confirm, session_id=started["session_id"], code=code[0]).json()["tracking_id"]}
    linked["phone_number"] = phone.number
    assert post("/api/accounts/authenticate", other, **linked).status_code == 403
    tokens = post("/api/accounts/authenticate", **linked).json()
    assert (tokens["success"], tokens["expires_in"]) == (True, 300)

    def balance(token: str) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {token}"}
        return shop.http.get("/partners/v1/transactions/balance", params=linked, headers=bearer)

    told = balance(tokens["token"]).json()
    assert (told["success"], told["balance_in_millimes"]) == (True, phone.balance)
    assert told["wallet_id"]
    clock.advance(seconds=301)
    assert balance(tokens["token"]).status_code == 403
    refresh = tokens["refresh_token"]
    journal = str(shop.sandbox.control.list_exchanges())
    assert "/api/accounts/authenticate" in journal
    assert [name for name in ("token", "refresh_token") if tokens[name] in journal] == []
    again = post("/api/accounts/authenticate/refresh", refresh_token=refresh).json()
    assert balance(again["token"]).status_code == 200
    assert post("/api/accounts/authenticate/refresh", refresh_token=refresh).status_code == 403
    assert post("/partners/accounts/initiate_link_account", phone_number="29876543").status_code == 404


def test_the_history_is_paged_and_filtered(shop: Shop, phone: PhoneDriver) -> None:
    paid, waiting = shop.generate(developer_tracking_id="A"), shop.generate()
    pay(phone, paid)
    start_pos(shop)

    def history(**query: Any) -> dict[str, Any]:
        merchant = {"merchant_id": shop.app.public_token}
        answer = shop.http.get("/api/developers/history", params=merchant | query, headers=shop.bearer)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["success"], answer.json()["code"]) == (True, 0)
        return dict(answer.json()["result"])

    everything = history()["transactions"]
    assert [row["type"] for row in everything] == ["pos", "online", "online"]
    assert [row["payment_id"] for row in history(type="online")["transactions"]] == [waiting, paid]
    (row,) = history(operation_status="SUCCESS", start_date="2020-01-01")["transactions"]
    assert (row["payment_id"], row["amount"], row["developer_tracking_id"]) == (paid, AMOUNT, "A")
    assert history(start_date="2090-01-01")["transactions"] == []
    first = history(limit=2)
    assert history(limit=2, after=first["next_cursor"])["transactions"] == everything[2:]
    start_pos(shop, id_terminal="T2")
    for terminal in ("T1", "T2"):
        (row,) = history(terminal_id=terminal)["transactions"]
        assert (row["terminal_id"], row["type"]) == (terminal, "pos")
    assert history(terminal_id="T1", type="online")["transactions"] == []
    other = shop.sandbox.new_merchant().public_token
    for wrong, status in (({"merchant_id": other}, 404), ({"start_date": "soon"}, 400), ({"type": "x"}, 400)):
        query = {"merchant_id": shop.app.public_token} | wrong
        answer = shop.http.get("/api/developers/history", params=query, headers=shop.bearer)
        assert (answer.status_code, answer.json()["success"]) == (status, False), wrong


def test_nobody_has_kept_a_card_yet(shop: Shop) -> None:
    shop.generate(client_id="C1")
    body = shop.get("bindings/list", client_id="C1").json()
    assert body == {"result": {"success": True, "bindings": []}, "status": "success", "code": 0}
    assert shop.get("bindings/list").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("POST", "/v1/payments", "POST /api/v2/generate_payment"),
        ("POST", "/payment/generate", "POST /api/v2/generate_payment"),
        ("POST", "/api/v1/generate_payment", "POST /api/generate_payment"),
        ("POST", "/api/generatePayment", "generate_payment"),
        ("POST", "/api/v2/verify_payment", "GET /api/v2/verify_payment/<payment_id>"),
        ("GET", "/api/v2/verify-payment/abc", "GET /api/v2/verify_payment/<payment_id>"),
        ("POST", "/api/v2/refund", "POST /api/v2/refund_payment"),
        ("POST", "/api/v2/payments/abc/refund", "POST /api/v2/refund_payment"),
        ("POST", "/checkout", "POST /api/v2/generate_payment"),
        ("POST", "/api/v2/payments", "POST /api/v2/generate_payment"),
        ("GET", "/api/v2/payments", "GET /api/developers/history"),
        ("GET", "/api/v2/payments/", "GET /api/developers/history"),
        ("GET", "/api/v2/transactions/list", "GET /api/developers/history"),
        ("GET", "/api/v2/payments/abc", "GET /api/v2/verify_payment/<payment_id>"),
        ("GET", "/api/v2/orders/abc/status", "GET /api/v2/verify_payment/<payment_id>"),
    ],
)
def test_an_invented_endpoint_is_told_the_right_call(shop: Shop, method: str, path: str, right: str) -> None:
    answer = shop.http.request(method, path, json={})
    assert answer.status_code == 404
    assert right in answer.headers["Sandbox-Hint"]
    log = answer.headers["Sandbox-Log"]
    assert log == f"{shop.sandbox.base_url}/_sandbox/journal/{answer.headers['Sandbox-Request-Id']}"


def test_a_post_where_a_get_belongs_is_told_so(shop: Shop) -> None:
    answer = shop.http.post("/api/v2/verify_payment/abc", json={}, headers=shop.bearer)
    assert (answer.status_code, answer.headers["Sandbox-Hint"]) == (
        405,
        "Send GET to /api/v2/verify_payment/abc, not POST.",
    )
    assert shop.http.get("/api/v2/generate_payment", headers=shop.bearer).status_code == 405
