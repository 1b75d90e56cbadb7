"""Settings of an app: saved, refused by name, never undone unseen; and its end."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.contracts.errors import AppNameTaken, AppNotFound, FixedTestApp, SettingsChanged
from sandbox.contracts.platform import OpenSession
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from tests.platform.linking import Linking
from tests.platform.managing import Managing
from tests.platform.paying import pay, require_accepted, require_refused
from tests.visitor import Visitor


@pytest.fixture
def managing(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> Managing:
    return Managing(sandbox, merchant_app, token)


@pytest.fixture
def owner(visitor: Visitor, merchant_app: MerchantApp) -> Visitor:
    visitor.log_in(merchant_app.email, merchant_app.password)
    return visitor


def open_from(sandbox: Sandbox, merchant: MerchantApp, origin: str | None) -> httpx.Response:
    headers = {} if origin is None else {"Origin": origin}
    body = {"app": merchant.public_token, "amount": 1_000}
    return sandbox.transport._client.post("/api/checkout/sessions", json=body, headers=headers)


def test_what_is_not_sent_stays_as_it_is(managing: Managing) -> None:
    managing.require(managing.change(description="Oil", session_seconds=60, allowed_origins=["https://a.example"]))
    managing.require(managing.change(name="متجر الزيت"))
    app = managing.app
    assert (app.name, app.description, app.session_seconds) == ("متجر الزيت", "Oil", 60)
    assert app.allowed_origins == ["https://a.example"]
    managing.require(managing.change(description="", session_seconds=None, allowed_origins=[]))
    app = managing.app
    assert (app.description, app.session_seconds, app.allowed_origins) == (None, None, [])
    assert managing.audited("app.settings_changed") == 3


def test_a_name_is_the_developers_only_one_and_never_the_test_apps(managing: Managing, linking: Linking) -> None:
    linking.confirm(linking.start("Second shop"))
    for name in ("Second shop", "TEST APP"):
        with pytest.raises(AppNameTaken):
            managing.require(managing.change(name=name))
    assert managing.app.name == managing.merchant.name


def test_a_later_save_does_not_undo_another_unseen(managing: Managing) -> None:
    old = managing.app.version
    managing.require(managing.change(description="From tab two"))
    with pytest.raises(SettingsChanged):
        managing.require(managing.change(version=old, description="From tab one"))
    assert managing.app.description == "From tab two"
    managing.require(managing.change(version=old, description="From tab two"))  # a double click on the same form


def test_a_page_that_was_overtaken_keeps_what_was_typed_and_saves_it_at_the_second_try(
    managing: Managing, owner: Visitor
) -> None:
    path, app = f"/apps/{managing.app.id}/settings", managing.app
    fields = {"name": app.name, "description": "Mine", "verification_mode": "active"}
    managing.require(managing.change(description="Somebody else's"))
    refused = owner.submit(path, version=app.version, **fields)
    assert refused.status_code == 409
    assert "changed meanwhile" in refused.text
    assert ">Mine</textarea>" in refused.text
    assert f'name="version" value="{managing.app.version}"' in refused.text
    assert owner.submit(path, version=managing.app.version, **fields).status_code == 302
    assert managing.app.description == "Mine"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "n" * 81),
        ("name", " "),
        ("description", "d" * 501),
        ("session_seconds", 59),
        ("session_seconds", 86_401),
        ("session_seconds", "soon"),
        ("verification_mode", "lazy"),
        ("allowed_origins", ["shop.example"]),
        ("allowed_origins", ["https://shop.example/path"]),
        ("allowed_origins", ["javascript:alert(1)"]),
        ("allowed_origins", [f"https://{number}.example" for number in range(21)]),
    ],
)
def test_a_wrong_value_is_named_on_the_page_and_in_json(
    managing: Managing, owner: Visitor, field: str, value: Any
) -> None:
    before = managing.app
    answer = managing.change(**{field: value})
    assert (answer.status_code, answer.json()["error"]["field"].partition(".")[0]) == (400, field)
    typed = {"name": before.name, "verification_mode": "active", "version": before.version}
    typed |= {field: "\n".join(value) if isinstance(value, list) else value}
    page = owner.submit(f"/apps/{before.id}/settings", **typed)
    assert (page.status_code, f'id="{field}-error"' in page.text) == (400, True)
    assert managing.app == before


def test_scripts_in_every_field_are_text(managing: Managing, owner: Visitor) -> None:
    evil = "'); DROP TABLE apps; --<script>alert(1)</script>"
    managing.require(managing.change(name=evil, description=evil))
    for page in ("", "/integrate", "/settings"):
        shown = owner.open(f"/apps/{managing.app.id}{page}").text
        assert "&lt;script&gt;" in shown
        assert "<script>alert" not in shown


def test_only_pages_of_allowed_origins_open_forms(sandbox: Sandbox, managing: Managing) -> None:
    merchant = managing.merchant
    for origin in ("https://other.example", None):
        assert open_from(sandbox, merchant, origin).status_code == 201
    managing.require(managing.change(allowed_origins=["https://Shop.example:443/", "http://localhost:5000"]))
    assert managing.app.allowed_origins == ["https://shop.example", "http://localhost:5000"]
    for origin in ("https://shop.example", "http://localhost:5000", None):
        assert open_from(sandbox, merchant, origin).status_code == 201, origin
    for origin in (
        "http://shop.example",
        "https://shop.example:8443",
        "https://evil.example",
        "null",
        "http://localhost",
    ):
        refused = open_from(sandbox, merchant, origin)
        error = refused.json()["error"]
        assert (refused.status_code, error["code"], error["origin"]) == (403, "ORIGIN_NOT_ALLOWED", origin)
        assert "allowed origins" in error["hint"]
        assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_forms_stay_open_as_long_as_the_app_says(sandbox: Sandbox, managing: Managing, clock: ClockDriver) -> None:
    clock.freeze()
    opened = OpenSession(app=managing.merchant.public_token, amount=1_000)
    assert sandbox.platform.open_session(opened)["expires_in_seconds"] == 1200
    managing.require(managing.change(session_seconds=90))
    session = sandbox.platform.open_session(opened)
    assert session["expires_in_seconds"] == 90
    clock.advance(seconds=90)
    assert sandbox.platform.get_session(session["session"])["status"] == "EXPIRED"


def test_a_disabled_app_accepts_nothing_until_it_is_enabled_again(
    sandbox: Sandbox, managing: Managing, phone: PhoneDriver
) -> None:
    paid = pay(sandbox, managing.merchant, phone)
    for _ in range(2):
        assert managing.post("disable").json()["status"] == "DISABLED"
    assert managing.audited("app.disabled") == 1
    assert sandbox.platform.get_public_app(managing.merchant.public_token).enabled is False
    assert open_from(sandbox, managing.merchant, None).json()["error"]["code"] == "APP_DISABLED"
    require_refused(paid.accept(), "APP_DISABLED")
    assert managing.post("enable").json()["status"] == "ENABLED"
    require_accepted(paid.accept(), paid)


def test_a_deleted_app_is_gone_but_for_its_orders_and_its_money_returns(
    sandbox: Sandbox, managing: Managing, phone: PhoneDriver, clock: ClockDriver, linking: Linking
) -> None:
    before = phone.balance
    opened = sandbox.platform.open_session(OpenSession(app=managing.merchant.public_token, amount=1_000))["session"]
    paid = pay(sandbox, managing.merchant, phone)
    assert phone.balance < before
    for name in (managing.merchant.name.upper(), "", "TEST APP"):
        refused = managing.post("delete", name=name)
        assert (refused.status_code, refused.json()["error"]["field"]) == (400, "name")
    for _ in range(2):
        assert managing.post("delete", name=managing.merchant.name).status_code == 204
    assert managing.audited("app.deleted") == 1
    with pytest.raises(AppNotFound):
        sandbox.platform.get_public_app(managing.merchant.public_token)
    with pytest.raises(AppNotFound):
        _ = managing.app
    assert sandbox.platform.get_session(opened)["status"] == "EXPIRED"
    require_refused(paid.accept(), "BAD_CREDENTIALS", 403)
    clock.advance(seconds=125)
    assert phone.balance == before
    assert sandbox.control.verify_ledger()["problems"] == []
    assert linking.confirm(linking.start(managing.merchant.name)).name == managing.merchant.name


def test_the_test_app_stays_and_keeps_its_name(sandbox: Sandbox, managing: Managing) -> None:
    test_app = next(app for app in sandbox.platform.list_apps(managing.token) if app.is_test)
    path = f"/api/apps/{test_app.id}"
    with pytest.raises(FixedTestApp):
        managing.require(managing.call("POST", f"{path}/delete", {"name": "TEST APP"}))
    with pytest.raises(FixedTestApp):
        managing.require(managing.call("PATCH", f"{path}/settings", {"version": 1, "name": "Other"}))
    managing.require(managing.call("PATCH", f"{path}/settings", {"version": 1, "description": "Mine"}))


def test_the_list_is_paged_with_the_test_app_last(managing: Managing, linking: Linking) -> None:
    for number in range(2, 5):
        linking.confirm(linking.start(f"Shop {number}"))
    names, cursor = [], ""
    while cursor is not None:
        page = managing.call("GET", f"/api/apps?limit=2&after={cursor}").json()
        names += [app["name"] for app in page["data"]]
        cursor = page["next_cursor"]
    assert names == [managing.merchant.name, "Shop 2", "Shop 3", "Shop 4", "TEST APP"]


def test_whoever_has_all_apps_is_told_before_the_form(managing: Managing, linking: Linking, owner: Visitor) -> None:
    for number in range(2, 6):
        linking.confirm(linking.start(f"Shop {number}"))
    page = owner.open("/apps/new")
    assert (page.status_code, "max_apps" in page.text, "<textarea" in page.text) == (200, True, False)
    fields = {"name": "Sixth", "phone_number": managing.merchant.wallet_phone}
    sent = owner.submit("/apps/new", **fields)
    assert (sent.status_code, "max_apps" in sent.text) == (409, True)


def test_a_form_that_is_sent_twice_makes_one_link_and_one_sms(managing: Managing, owner: Visitor) -> None:
    import re

    codes = len(managing.sandbox.phone(managing.merchant.wallet_phone).messages())
    key = re.findall(r'name="form_key" value="([^"]+)"', owner.open("/apps/new").text)[0]
    fields = {"name": "Twice", "phone_number": managing.merchant.wallet_phone, "form_key": key}
    places = {owner.submit("/apps/new", **fields).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert len(managing.sandbox.phone(managing.merchant.wallet_phone).messages()) == codes + 1


def test_a_passive_app_without_a_webhook_says_so_and_leads_to_where_it_is_set(
    sandbox: Sandbox, managing: Managing, owner: Visitor
) -> None:
    page = f"/apps/{managing.app.id}/settings"
    assert "has none" not in owner.open(page).text
    managing.require(managing.change(verification_mode="passive"))
    shown = owner.open(page).text
    assert "has none" in shown
    assert f'href="/apps/{managing.app.id}/webhook">Give it one</a>' in shown
    owner.submit(f"/apps/{managing.app.id}/webhook", url="http://127.0.0.1:9/hooks")
    assert "has none" not in owner.open(page).text
