"""Every quirk is a switch that does what it says, for the app that chose it and no other."""

from __future__ import annotations

import pytest

from sandbox.config import SettingError
from sandbox.platform.quirks.table import BY_NAME, PROFILES, QUIRKS, of_app, of_profile, read_switches
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, PhoneDriver
from tests.platform.merchant_api.shop import AMOUNT, LINKS, Shop, pay


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.name)
def test_each_default_is_a_value_that_the_quirk_may_have(quirk) -> None:
    for profile in PROFILES:
        assert quirk.read(quirk.default(profile)) == quirk.default(profile)
    for wrong in ("", "maybe", None, True, -1, 1.5, [], "9" * 30, "\u0663"):
        with pytest.raises(ValueError, match=quirk.name):
            quirk.read(wrong)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("twice", "twice"),
        (["swapped", "twice"], "twice+swapped"),
        ("swapped,Twice", "twice+swapped"),
        ("twice + twice", "twice"),
        (["sent"], "sent"),
        ("sent+lost", None),
        ("lost+never", None),
        ("+", None),
        ([["lost"]], None),
    ],
)
def test_fates_are_chosen_one_or_several_at_a_time(given: object, kept: str | None) -> None:
    quirk = BY_NAME["webhook_fate"]
    if kept is None:
        with pytest.raises(ValueError, match="joined by"):
            quirk.read(given)
    else:
        assert quirk.read(given) == quirk.read(kept) == kept


def test_what_an_app_chose_goes_before_the_sandboxs_own() -> None:
    sandbox = of_profile("real", {"redirect_join": "query"})
    assert of_app(sandbox, None)["redirect_join"] == "query"
    assert of_app(sandbox, {"profile": None, "switches": {"redirect_join": "blind"}})["redirect_join"] == "blind"
    chosen = of_app(sandbox, {"profile": "ideal", "switches": {"bad_keys_status": "403"}})
    assert (chosen["redirect_join"], chosen["refund_refusal_status"], chosen["bad_keys_status"]) == (
        "query",
        "400",
        "403",
    )
    with pytest.raises(ValueError, match="no quirk"):
        read_switches([("invented", "1")])


def test_a_setting_that_names_no_quirk_stops_the_start() -> None:
    with pytest.raises(SettingError, match="FLOUCI_SANDBOX_QUIRKS: invented is no quirk"):
        Sandbox.start(quirks=("invented=1",))


def test_a_wrong_choice_is_refused_by_name(sandbox: Sandbox, shop: Shop) -> None:
    token = sandbox.log_in(shop.app)
    app = sandbox.platform.list_apps(token)[0]
    headers = {"Authorization": f"Bearer {token}"}
    for body, field in (({"profile": "fake"}, "profile"), ({"switches": {"redirect_join": "x"}}, "switches")):
        answer = shop.http.put(f"/api/apps/{app.id}/quirks", json=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    shown = shop.http.get(f"/api/apps/{app.id}/quirks", headers=headers).json()
    assert (shown["profile"], shown["switches"]) == (None, {})
    assert shown["values"] == {quirk.name: quirk.real for quirk in QUIRKS}


def test_link_style(shop: Shop) -> None:
    shop.choose(link_style="merchant")
    link = shop.post("generate_payment", {"amount": AMOUNT, **LINKS}).json()["result"]["link"]
    base, _, payment_id = link.rpartition("/")
    assert base == f"{shop.sandbox.base_url}/checkout/{base.rpartition('/')[2]}"
    assert base.upper().endswith(base.rpartition("/")[2])
    answer = shop.http.get(link)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/pay/{payment_id}")


def test_redirect_join(shop: Shop, phone: PhoneDriver) -> None:
    shop.choose(redirect_join="query")
    payment_id = shop.generate(success_link="https://shop.example/?id=7#end")
    pay(phone, payment_id)
    back = shop.http.get(f"/pay/{payment_id}").headers["Location"]
    assert back == f"https://shop.example/?id=7&payment_id={payment_id}#end"


def test_unknown_payment_status_and_bad_keys_status(shop: Shop) -> None:
    shop.choose(unknown_payment_status="200", bad_keys_status="401")
    answer = shop.get("verify_payment/nothing")
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    assert answer.json()["result"] == {"status": 404, "message": "Payment not found"}


def test_bad_keys_status_of_the_sandbox(shop: Shop) -> None:
    with Sandbox.start(quirks_profile="ideal") as careful:
        body = {"amount": AMOUNT, **LINKS}
        answer = careful.transport._client.post("/api/v2/generate_payment", json=body)
        assert (answer.status_code, answer.json()["result"]["status"]) == (401, 401)


def test_early_failure(shop: Shop, clock: ClockDriver) -> None:
    shop.choose(early_failure_seconds=10)
    payment_id = shop.generate()
    assert shop.status(payment_id) == "FAILURE"
    clock.advance(seconds=11)
    assert shop.status(payment_id) == "PENDING"


def test_insecure_links_are_refused_as_the_card_processor_does(shop: Shop) -> None:
    shop.choose(insecure_link_412="on")
    plain = {"amount": AMOUNT, **LINKS, "success_link": "http://shop.example/paid"}
    assert shop.post("generate_payment", plain).status_code == 200
    answer = shop.post("generate_payment", plain | {"accept_card": True})
    assert answer.status_code == 412
    assert answer.json()["result"]["success"] is False
    assert answer.json()["result"]["error"] == "SMT operation failed."
    assert answer.json()["code"] == 1
    assert "https://" in answer.headers["Sandbox-Hint"]


def test_frame_options(shop: Shop) -> None:
    shop.choose(frame_options="none")
    assert "X-Frame-Options" not in shop.http.get(f"/pay/{shop.generate()}").headers


def test_a_test_payment_is_forgotten_after_twenty_minutes(sandbox: Sandbox, clock: ClockDriver) -> None:
    told = sandbox.details["test_app"]
    headers = {"Authorization": f"Bearer {told['public_token']}:{told['private_token']}"}
    http = sandbox.transport._client
    body = {"amount": AMOUNT, **LINKS, "session_timeout_secs": 3600}
    payment_id = http.post("/api/v2/generate_payment", json=body, headers=headers).json()["result"]["payment_id"]
    clock.advance(seconds=1199)
    assert http.get(f"/api/v2/verify_payment/{payment_id}", headers=headers).status_code == 200
    clock.advance(seconds=1)
    assert http.get(f"/api/v2/verify_payment/{payment_id}", headers=headers).status_code == 404


def test_rate_limit(shop: Shop, clock: ClockDriver) -> None:
    payment_id = shop.generate()
    shop.choose(rate_limit=2)
    assert [shop.get(f"verify_payment/{payment_id}").status_code for _ in range(3)] == [200, 200, 429]
    refused = shop.get(f"verify_payment/{payment_id}")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["result"]["status"] == 429
    clock.advance(seconds=61)
    assert shop.get(f"verify_payment/{payment_id}").status_code == 200
