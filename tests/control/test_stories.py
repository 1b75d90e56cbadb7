"""One payment is one story: every exchange, webhook, mail and SMS of it, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.control.lanes import lane_of
from sandbox.testing.checkout import prepare_and_verify
from tests.receiver import listening

if TYPE_CHECKING:
    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox


def read(sandbox: Sandbox, **wanted: Any) -> list[dict[str, Any]]:
    answer = httpx.get(f"{sandbox.base_url}/_sandbox/journal", params={"limit": 1000, **wanted})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["exchanges"]
    return rows


def newest(sandbox: Sandbox) -> int:
    cursor: int = httpx.get(f"{sandbox.base_url}/_sandbox/journal/stream").json()["cursor"]
    return cursor


def told_of(rows: list[dict[str, Any]], key: str) -> list[str]:
    return [f"{row['method']} {row['path'].partition('?')[0]}".replace(key, "<id>") for row in rows]


def strangers(rows: list[dict[str, Any]]) -> list[str]:
    """Exchanges without a story, but for those that belong to none."""
    of_none = ("/login", "/messages", "/api/sms", "/inbox/", "/api/wallets", "/balances", "/mobile/phones", "/top-ups")
    return [row["path"] for row in rows if not row["trace"] and not any(part in row["path"] for part in of_none)]


def test_a_checkout_is_one_story_from_the_form_to_the_sms(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    start = newest(sandbox)
    form = prepare_and_verify(sandbox, merchant_app, phone, amount=10_000)
    sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
    sandbox.control.drain()
    story = phone.last_scan.session if phone.last_scan else None
    rows = read(sandbox, trace=story, after=0)
    assert {lane_of(row) for row in rows} >= {"shop", "platform", "phone", "wallets", "payments", "sms"}
    assert [row["path"] for row in rows if row["method"] == "SMS"] == [phone.number, merchant_app.wallet_phone]
    assert "GET /payments/api/payments/<id>" in told_of(rows, form["payment_id"])
    ours = [row for row in read(sandbox, after=start) if row["trace"] == story or form["payment_id"] in str(row)]
    assert {row["trace"] for row in ours} == {story}
    assert read(sandbox, payment=form["payment_id"], after=0) == rows


def test_a_hosted_payment_its_webhook_and_its_refund_are_one_story(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    keys = {"Authorization": f"Bearer {merchant_app.public_token}:{merchant_app.private_token}"}
    with listening() as merchant:
        order = {"amount": 5_000, "success_link": merchant.url, "fail_link": merchant.url, "webhook": merchant.url}
        asked = httpx.post(f"{sandbox.base_url}/api/v2/generate_payment", headers=keys, json=order).json()["result"]
        page = asked["payment_id"]
        httpx.get(asked["link"], headers={"User-Agent": "Mozilla/5.0"})
        phone.scan_text(f"flouci-sandbox://pay?v=1&payment={page}")
        phone.pay()
        sandbox.control.drain()
        httpx.get(f"{sandbox.base_url}/api/v2/verify_payment/{page}", headers=keys)
        httpx.post(f"{sandbox.base_url}/api/v2/refund_payment", headers=keys, json={"payment_id": page})
        sandbox.control.drain()
        rows = read(sandbox, trace=page, after=0)
        lanes = [lane_of(row) for row in rows]
        assert set(lanes) == {"browser", "shop", "platform", "phone", "wallets", "payments", "webhooks", "sms"}
        assert lanes.count("sms") == 4
        sent = next(row for row in rows if row["service"] == "webhooks")
        assert (sent["method"], sent["status"]) == ("GET", 200)
        assert sent["path"] == f"{merchant.url}?payment_id={page}&success=True"
        assert lanes.index("webhooks") > lanes.index("phone")


def test_a_registration_is_one_story_with_its_mail_and_an_app_s_link_one_with_its_sms(sandbox: Sandbox) -> None:
    start = newest(sandbox)
    merchant = sandbox.new_merchant()
    rows = read(sandbox, after=start)
    mail = next(row for row in rows if row["method"] == "MAIL")
    assert mail["path"] == merchant.email
    assert told_of([row for row in rows if row["trace"] == mail["trace"]], "<none>") == [
        "POST /api/developers",
        f"MAIL {merchant.email}",
        "POST /api/developers/activate",
    ]
    sms = next(row for row in rows if row["method"] == "SMS")
    assert {lane_of(row) for row in rows if row["trace"] == sms["trace"]} == {"shop", "wallets", "sms"}
    assert strangers(rows) == []


def test_a_request_for_money_is_one_story_on_both_phones(sandbox: Sandbox, phone: PhoneDriver) -> None:
    asking = sandbox.new_phone()
    request = asking.ask(phone, 700)
    phone.approve(request.id)
    sandbox.control.drain()
    rows = read(sandbox, trace=request.id, after=0)
    phones = {row["path"].split("/")[3] for row in rows if row["service"] == "phone"}
    assert phones == {phone.number, asking.number}
    assert len([row for row in rows if row["method"] == "SMS"]) == 3


def test_payments_that_are_told_of_in_one_call_each_have_it_in_their_story(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    from sandbox.contracts.wallets import SmsOrder, WalletsClient

    key = sandbox._running.world.wallets._headers["Sandbox-Service-Key"]
    orders = [
        SmsOrder(key=f"both:{story}", phone_number=phone.number, template="payment_sent", story=story)
        for story in ("first story", "second story")
    ]
    for order in orders:
        order.values.update(amount="1.000", name="Shop", reference="X")
    WalletsClient(sandbox.transport, service_key=key).send_sms(orders)
    for story in ("first story", "second story"):
        assert [row["method"] for row in read(sandbox, trace=story, after=0)] == ["SMS", "POST"]


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ({"method": "post"}, lambda row: row["method"] == "POST"),
        ({"service": "platform"}, lambda row: row["service"] == "platform"),
        ({"path": "/api/accept"}, lambda row: row["path"].partition("?")[0] == "/api/accept"),
        ({"path": "/payments/*/execute"}, lambda row: row["path"].partition("?")[0].endswith("/execute")),
        ({"path": "/api/checkout/sessions"}, lambda row: row["path"].partition("?")[0] == "/api/checkout/sessions"),
        ({"status": "2xx"}, lambda row: 200 <= row["status"] < 300),
        ({"status": "404"}, lambda row: row["status"] == 404),
        ({"text": "no_such_thing"}, lambda row: "no_such_thing" in row["path"]),
    ],
)
def test_a_filter_finds_what_fits_and_nothing_else(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, wanted: dict[str, str], holds: Any
) -> None:
    form = prepare_and_verify(sandbox, merchant_app, phone, amount=2_000)
    sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
    httpx.get(f"{sandbox.base_url}/no_such_thing?a=1")
    sandbox.control.drain()
    found, everything = read(sandbox, **wanted), read(sandbox)
    assert found
    assert all(map(holds, found))
    assert {row["id"] for row in everything if holds(row)} <= {row["id"] for row in found}


def test_time_phone_and_cursors_narrow_the_journal(sandbox: Sandbox, phone: PhoneDriver) -> None:
    start, since = newest(sandbox), sandbox.clock.now.isoformat()
    phone.messages()
    sandbox.new_phone().messages()
    rows = read(sandbox, phone=phone.number, after=start)
    assert rows
    assert all(phone.number in str(row) for row in rows)
    later = read(sandbox, after=start)
    assert [row["number"] for row in later] == sorted(row["number"] for row in later)
    assert {row["id"] for row in later} <= {row["id"] for row in read(sandbox, since=since)}
    assert all(row["number"] < later[-1]["number"] for row in read(sandbox, before=later[-1]["number"]))


@pytest.mark.parametrize(
    ("field", "value"), [("status", "9xx"), ("since", "yesterday"), ("after", "-1"), ("limit", "0"), ("wait", "soon")]
)
def test_a_filter_that_means_nothing_is_refused_and_named(sandbox: Sandbox, field: str, value: str) -> None:
    answer = httpx.get(
        f"{sandbox.base_url}/_sandbox/journal/stream", params={field: value, "after": 0} | {field: value}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == field
