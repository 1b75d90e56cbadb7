"""PINs, codes, passwords, tokens and activation keys stand in no journal, log or error.

Decided here: the journal keeps the words of mails and SMS but not the codes and links in them; the inbox and the phone's
messages show those, since that is what they are for.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from sandbox.contracts.payments import PaymentsClient
from sandbox.control.masking import MASK, mask_body, mask_path
from sandbox.kit.log import log_to
from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare
from sandbox.testing.drivers import MerchantApp
from tests.stage import Stage
from tests.visitor import Visitor

PASSWORD, PIN = "p4ssw0rd-of-the-journal", "907531"


def journal_of(sandbox: Sandbox) -> str:
    return json.dumps(sandbox.control.list_exchanges(), ensure_ascii=False)


def test_a_whole_story_leaves_no_secret_in_the_journal(sandbox: Sandbox) -> None:
    """Registration on the page and as JSON, an app, a payment: everything that a person types or is sent."""
    app = sandbox.new_merchant()
    key, mail_id, codes = register_in_a_browser(sandbox)
    sandbox.mobile._call("POST", "/mobile/phones", {"phone_number": "24680135", "pin": PIN, "balance": 90_000})
    phone = sandbox.phone("24680135")
    session, code = prepare(sandbox, app, phone, amount=12_500)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    with pytest.raises(Exception, match="wrong"):
        PaymentsClient(sandbox.transport).verify(session, wrong)
    paid = PaymentsClient(sandbox.transport).verify(session, code)
    assert sandbox.accept(app, paid.payment_id, code)["status"] == "SUCCESS"
    token = sandbox.log_in(app)
    sandbox.platform.list_apps(token)
    journal = journal_of(sandbox)
    assert app.public_token in journal
    for name, secret in {
        "password": PASSWORD,
        "PIN": PIN,
        "code": code,
        "wrong code": wrong,
        "private token": app.private_token,
        "session token": token,
        "activation key": key,
    }.items():
        assert secret not in journal, f"the journal holds the {name}"
    assert [code for code in codes if code in journal] == []
    assert mail_id


def register_in_a_browser(sandbox: Sandbox) -> tuple[str, int, list[str]]:
    """The activation key, the mail's number, and the one-time codes of an app's link that were sent by SMS."""
    email, number = "journal@example.com", "51999001"
    with Visitor(sandbox.base_url) as visitor:
        visitor.submit("/register", name="Journal", email=email, password=PASSWORD)
        mail = sandbox.inbox.wait_for(to=email)
        visitor.open(mail.links[0])
        visitor.log_in(email, PASSWORD)
        body = {"phone_number": number, "trade_name": "Journal & Co", "pin": PIN}
        sandbox.mobile._call("POST", "/mobile/phones", body)
        linked = visitor.submit("/apps/new", name="Journal", phone_number=number)
        messages = sandbox.phone(number).messages()
        codes = [code for message in messages for code in re.findall(r"\d{6}", message["text"])]
        visitor.submit(linked.headers["Location"], code=codes[0])
        visitor.open("/inbox/")
        visitor.open(f"/inbox/mails/{mail.id}")
    return mail.links[0].rpartition("/")[2], mail.id, codes


def test_cookies_and_headers_that_prove_who_calls_are_known_by_their_kind_alone(sandbox: Sandbox) -> None:
    app = sandbox.new_merchant()
    with Visitor(sandbox.base_url) as visitor:
        visitor.log_in(app.email, app.password)
        visitor.open("/apps")
        cookies = [value for value in dict(visitor.http.cookies).values() if len(value) > 10]
    keys = {"apppublic": app.public_token, "appsecret": app.private_token}
    httpx.get(f"{sandbox.base_url}/api/verify_payment/none", headers=keys)
    bearer = {"Authorization": f"Bearer {app.public_token}:{app.private_token}"}
    httpx.get(f"{sandbox.base_url}/api/v2/verify_payment/none", headers=bearer)
    httpx.get(f"{sandbox.base_url}/api/business/none", headers={"Authorization": f"Api-Key {app.private_token}"})
    httpx.get(f"{sandbox.base_url}/api/apps", headers={"Authorization": app.private_token})
    journal = journal_of(sandbox)
    assert cookies
    assert [secret for secret in (*cookies, app.private_token, app.password) if secret in journal] == []
    kept = [each["headers"] for each in sandbox.control.list_exchanges(limit=10)]
    assert {"cookie": MASK} in [{"cookie": each["cookie"]} for each in kept if "cookie" in each]
    proofs = [each["authorization"] for each in kept if "authorization" in each]
    assert proofs[:3] == [MASK, f"Api-Key {MASK}", f"Bearer {app.public_token}:{MASK}"], "a public token is no secret"
    assert app.public_token in [each.get("apppublic") for each in kept]


def test_what_a_program_got_wrong_is_not_kept_either(sandbox: Sandbox) -> None:
    """A secret in a body that is refused, cut off or strangely written."""
    secret = "s3cr3t-in-a-bad-body"
    for body in (
        {"email": "a@example.com", "password": [secret]},
        {"name": "x" * 3_960, "email": "a", "password": secret * 10},
        {"email": "x" * 3_960, "pin": secret * 10, "code": secret},
        {"password": secret + '"\\quoted', "email": "\u00e9"},
    ):
        content = json.dumps(body).encode()
        for path in ("/api/login", "/api/developers", "/mobile/phones", "/api/accept"):
            sandbox.transport.send("POST", path, content, {"Content-Type": "application/json"})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    sandbox.transport.send("POST", "/api/accept", f"code=1&appSecret={secret}&id=5".encode(), form)
    sandbox.transport.send("GET", f"/api/apps/x?token={secret}&app_secret={secret}", b"", {})
    sandbox.transport.send("GET", f"/activate/{secret}?lang=fr", b"", {})
    assert secret not in journal_of(sandbox)


def test_no_key_that_an_account_is_given_stands_in_the_journal(sandbox: Sandbox) -> None:
    """Mailed keys, sessions, API keys, tokens and secrets: in paths, queries, bodies and answers, on pages and as JSON."""
    app = sandbox.new_merchant()
    given = {"session": sandbox.log_in(app)}
    given |= get_keys_by_mail(sandbox, app, given["session"])
    headers = {"Authorization": f"Bearer {given['session']}"}
    with httpx.Client(base_url=sandbox.base_url, headers=headers, trust_env=False) as program:
        mine = program.get("/api/apps").json()["data"][0]
        app_id, version = mine["id"], {"version": mine["private_token_version"]}
        made = program.post("/api/api-keys", json={"name": "CI", "access": "write"}).json()
        given["API key"] = max((str(value) for value in made.values() if str(value).startswith("fsk_")), key=len)
        program.put(f"/api/apps/{app_id}/webhook", json={"url": "http://127.0.0.1:9/hook?token=s3cr3t-of-the-shop"})
        for path in ("private-token", "private-token/rotate", "webhook/secret", "webhook/secret/rotate"):
            body = version if path == "private-token/rotate" else {}
            answer = program.post(f"/api/apps/{app_id}/{path}", json=body).json()
            given[path] = answer.get("secret") or answer["private_token"]
        program.get("/api/apps", headers={"Authorization": f"Bearer {given['API key']}"})
        program.get(f"/api/apps?api_key={given['API key']}&token={given['session']}")
    given["the shop's own token"] = "s3cr3t-of-the-shop"
    given["business switch"] = begin_switch(sandbox)
    journal = journal_of(sandbox)
    assert "/webhook/secret/rotate" in journal
    assert [name for name, secret in given.items() if secret in journal] == []


def get_keys_by_mail(sandbox: Sandbox, app: MerchantApp, token: str) -> dict[str, str]:
    """The keys of a reset and of a change of address, each opened as a page, asked about by a mail program, and used."""
    with Visitor(sandbox.base_url) as visitor:
        visitor.submit("/password/forgot", email=app.email)
        sandbox.control.drain()
        link = sandbox.inbox._client.list_mails(to=app.email)[0].links[0]
        visitor.http.head(link)
        visitor.open(f"{link}?lang=fr")
        visitor.submit(link, password="short")
        visitor.open(f"/login?next={quote(urlsplit(link).path, safe='')}")
        moved = f"moved-{app.email}"
        wanted = {"email": moved, "password": app.password}
        headers = {"Authorization": f"Bearer {token}"}
        assert visitor.http.post("/api/account/email", json=wanted, headers=headers).status_code == 200
        sandbox.control.drain()
        moving = sandbox.inbox._client.list_mails(to=moved)[0].links[0]
        visitor.http.head(moving)
        assert visitor.open(moving).status_code == 200
        visitor.http.get("/inbox/api/mails")
    return {"reset key": link.rpartition("/")[2], "e-mail key": moving.rpartition("/")[2]}


def begin_switch(sandbox: Sandbox) -> str:
    """The token that belongs to who began."""
    phone = {"phone_number": "51999002", "trade_name": "Journal & Co", "pin": PIN}
    sandbox.mobile._call("POST", "/mobile/phones", phone)
    begun = sandbox.platform._call("POST", "/api/business", {"phone_number": "51999002"})
    return str(begun["token"])


def test_a_crash_is_logged_without_what_was_sent(stage: Stage, tmp_path: Path, monkeypatch: Any) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("on purpose")

    log = tmp_path / "sandbox.log"
    end_log = log_to(log)
    monkeypatch.setattr("sandbox.platform.sessions.service.SessionService.login", crash)
    try:
        answer = stage.http.post("/api/login", json={"email": "a@example.com", "password": PASSWORD})
    finally:
        end_log()
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "INTERNAL"
    assert "on purpose" not in answer.text
    logged = log.read_text("utf-8")
    assert "on purpose" in logged
    assert json.loads(logged.splitlines()[0])["log.level"] == "error"
    assert PASSWORD not in logged


@pytest.mark.parametrize(
    "body",
    [
        '{"pin": "1234"}',
        '{"pin":1234}',
        '{"pin" : "\\"1234"}',
        '{"a": {"b": [{"pin": "1234"}]}}',
        '{"codes": ["1234", "5678"]}',
        '{"pin": ["1", "2", "1234"]}',
        '{"password": "1234',
        '{"password": "1234\\',
        '{"app_secret": "1234", "appSecret": "1234"}',
        "pin=1234&a=b",
        "a=b&password=1234",
        '{"links": ["http://127.0.0.1/activate/1234"]}',
        '{"note": "fsk_1234567890"}',
        '{"note": "whsec_MTIz1234ODkwMTIzNA=="}',
        '{"secret": "1234", "previous_secret_until": null}',
        '{"url": "https://shop.tn/hook?a=b&token=1234#c", "other": 5}',
        "next=%2Fpassword%2Freset%2F1234&a=b",
        '{"text": "open http://127.0.0.1:8216/activate/1234\\n\\nor not"}',
    ],
)
def test_a_secret_is_masked_however_it_is_written(body: str) -> None:
    assert "1234" in body
    assert "1234" not in mask_body(body)
    assert MASK in mask_body(body)


def test_what_helps_to_understand_a_story_stays() -> None:
    kept = '{"error":{"code":"WRONG_CODE","field":"code"},"amount":12500,"payment_id":"abc","status":"FAILED"}'
    assert mask_body(kept) == kept
    sms = '{"text":"SANDBOX: your verification code is 123456. Valid for 5 minutes.","phone_number":"20123456"}'
    assert mask_body(sms) == sms.replace("123456. V", f"{MASK}. V")
    assert mask_path("/activate/abc?lang=fr") == f"/activate/{MASK}?lang=fr"
    assert (
        mask_path("/login?next=%2Femail%2Fconfirm%2Fabc&lang=fr") == f"/login?next=%2Femail%2Fconfirm%2F{MASK}&lang=fr"
    )
    kept = '{"url":"https://shop.tn/hook","previous_secret_until":"2026-03-01T09:30:00Z","start":"fsk_abc"}'
    assert mask_body(kept) == kept
    assert mask_path("/api/apps/6f1c?page=2") == "/api/apps/6f1c?page=2"
