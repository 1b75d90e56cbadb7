"""PINs, codes, passwords, tokens and activation keys stand in no journal, log or error.

Decided here: the journal keeps the words of mails and SMS but not the codes and links in them; the inbox and the phone's
messages show those, since that is what they are for.
"""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.contracts.payments import PaymentsClient
from sandbox.control.masking import MASK, mask_body, mask_path
from sandbox.kit.log import log_to
from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare
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


def test_a_crash_is_logged_without_what_was_sent(stage: Stage, tmp_path: Path, monkeypatch: Any) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("on purpose")

    log = tmp_path / "sandbox.log"
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log_to(log)
    monkeypatch.setattr("sandbox.platform.sessions.service.SessionService.login", crash)
    try:
        answer = stage.http.post("/api/login", json={"email": "a@example.com", "password": PASSWORD})
    finally:
        for handler in set(root.handlers) - set(handlers):
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
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
    assert mask_path("/api/apps/6f1c?page=2") == "/api/apps/6f1c?page=2"
