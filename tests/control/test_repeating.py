"""An exchange taken out of the journal: as curl, as HAR, sent again; never with a secret."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.control.repeating import as_curl, missing_secrets

if TYPE_CHECKING:
    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox


def entry_of(sandbox: Sandbox, answer: httpx.Response) -> dict[str, Any]:
    entry: dict[str, Any] = httpx.get(
        f"{sandbox.base_url}/_sandbox/journal/{answer.headers['Sandbox-Request-Id']}"
    ).json()
    return entry


def send_again(sandbox: Sandbox, answer: httpx.Response, **secrets: str) -> httpx.Response:
    url = f"{sandbox.base_url}/_sandbox/journal/{answer.headers['Sandbox-Request-Id']}/replay"
    return httpx.post(url, json={"secrets": secrets})


def refund(sandbox: Sandbox, app: MerchantApp, phone: PhoneDriver) -> httpx.Response:
    """Of half of a payment, with an Idempotency-Key."""
    from sandbox.testing.checkout import prepare_and_verify

    form = prepare_and_verify(sandbox, app, phone, amount=4_000, reference="again")
    sandbox.accept(app, form["payment_id"], form["flouci_otp"])
    order = phone.last_scan.session if phone.last_scan else ""
    return httpx.post(
        f"{sandbox.base_url}/api/orders/{order}/refunds",
        headers={"Authorization": f"Bearer {sandbox.log_in(app)}", "Idempotency-Key": "once"},
        json={"amount": 2_000},
    )


def test_curl_repeats_the_call_and_has_placeholders_for_what_is_secret(sandbox: Sandbox, phone: PhoneDriver) -> None:
    answer = httpx.post(
        f"{sandbox.base_url}/api/accept?key=hidden",
        json={"app_token": "public", "app_secret": 'it\'s "secret"', "payment_id": "p", "flouci_otp": "987654"},
        headers={"Authorization": "Bearer hidden:too"},
    )
    words = shlex.split(entry_of(sandbox, answer)["curl"])
    assert words[:4] == ["curl", "-i", "-X", "POST"]
    assert words[4] == f"{sandbox.base_url}/api/accept?key=<KEY>"
    assert "Authorization: Bearer <AUTHORIZATION>" in words
    body = words[words.index("--data-raw") + 1]
    assert '"app_secret":"<APP_SECRET>"' in body
    assert '"app_token":"public"' in body
    assert not any(secret in " ".join(words) for secret in ("hidden", "secret\\", "987654"))


def test_a_call_is_sent_again_and_its_idempotency_key_goes_with_it(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    first = refund(sandbox, merchant_app, phone)
    assert first.status_code == 201, first.text
    balance = merchant_app.balance
    again = send_again(sandbox, first, authorization=sandbox.log_in(merchant_app))
    assert again.status_code == 200, again.text
    assert again.json()["status"] in {200, 201}
    assert again.json()["body"]["id"] == first.json()["id"]
    assert merchant_app.balance == balance
    assert httpx.get(f"{sandbox.base_url}/_sandbox/journal/{again.json()['id']}").json()["trace"]


def test_a_call_without_secrets_needs_none(sandbox: Sandbox) -> None:
    again = send_again(sandbox, httpx.get(f"{sandbox.base_url}/api/apps/unknown"))
    assert again.json()["status"] == 404


def test_what_cannot_be_sent_again_says_why(sandbox: Sandbox, phone: PhoneDriver) -> None:
    login = httpx.post(f"{sandbox.base_url}/api/login", json={"email": "a@b.example", "password": "wrong"})
    picture = httpx.post(f"{sandbox.base_url}/mobile/phones/{phone.number}/scan", files={"image": b"no picture"})
    long = httpx.post(f"{sandbox.base_url}/api/login", json={"email": "a" * 5_000})
    sms = next(row for row in sandbox.control.list_exchanges() if row["method"] == "SMS")
    words = {
        send_again(sandbox, login).json()["error"]["message"]: "password",
        send_again(sandbox, picture).json()["error"]["message"]: "not all of this call's body",
        send_again(sandbox, long).json()["error"]["message"]: "not all of this call's body",
        httpx.post(f"{sandbox.base_url}/_sandbox/journal/{sms['id']}/replay").json()["error"]["message"]: "an SMS",
        httpx.post(f"{sandbox.base_url}/_sandbox/journal/none/replay").json()["error"]["message"]: "no such exchange",
    }
    assert all(wanted in message for message, wanted in words.items()), words


def test_the_archive_is_what_har_1_2_says(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    httpx.post(
        f"{sandbox.base_url}/api/login?from=har&empty=&from=twice", json={"email": "har@b.example", "password": "x"}
    )
    answer = httpx.get(f"{sandbox.base_url}/_sandbox/journal/export.har")
    assert "attachment" in answer.headers["Content-Disposition"]
    log = answer.json()["log"]
    assert log["version"] == "1.2"
    assert set(log["creator"]) == {"name", "version"}
    numbers = [entry["_number"] for entry in log["entries"]]
    assert numbers == sorted(numbers)
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert set(entry["request"]) >= {"method", "url", "httpVersion", "cookies", "headers", "queryString"}
        assert set(entry["request"]) >= {"headersSize", "bodySize"}
        assert set(entry["response"]) >= {"status", "statusText", "httpVersion", "cookies", "headers", "content"}
        assert set(entry["response"]) >= {"redirectURL", "headersSize", "bodySize"}
        assert entry["request"]["url"].startswith("http")
        assert sum(entry["timings"].values()) == entry["time"]
    ours = next(entry["request"] for entry in log["entries"] if "from=har" in entry["request"]["url"])
    assert ours["queryString"] == [
        {"name": "from", "value": "har"},
        {"name": "empty", "value": ""},
        {"name": "from", "value": "twice"},
    ]
    assert "har@b.example" in ours["postData"]["text"]


@pytest.mark.parametrize(
    ("request_body", "names"),
    [('{"pin":"•••","a":"1"}', ["pin"]), ("pin=•••&a=1", ["pin"]), ("a=1&app_secret=•••", ["app_secret"]), ("", [])],
)
def test_what_a_repetition_lacks_is_named(request_body: str, names: list[str]) -> None:
    exchange = {"service": "phone", "method": "POST", "path": "/p", "request": request_body, "headers": {}}
    assert missing_secrets(exchange) == names
    assert all(f"<{name.upper()}>" in as_curl(exchange, "http://x") for name in names)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/apps/it's%20%22caf%C3%A9%22%20%F0%9F%92%A5%2541?a[]=1&b={x}&c=%27", None),
        ("HEAD", "/api/apps/none", None),
        ("DELETE", "/api/apps/$(reboot)`x`!!;%23", None),
        ("POST", "/api/apps", '{"name": "l\'été\\n$HOME `id` \\\\ 💥"}'),
        ("GET", "/api/apps/with-a-body", '{"a": "@file"}'),
        ("POST", "/api/login", None),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_shell_reads_the_curl_command_as_the_call_that_was_made(
    sandbox: Sandbox, method: str, path: str, body: str | None
) -> None:
    """Bash hands the words on; said once more from them, the call is the same one for the journal."""
    content = None if body is None else body.encode()
    kind = {"Content-Type": "application/json"} if content else {}
    first = entry_of(sandbox, httpx.request(method, sandbox.base_url + path, content=content, headers=kind))
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}; {first['curl']}"
    words = subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout.decode().split("\0")[:-1]
    url = next(word for word in words if word.startswith("http"))
    assert (words[0] == "-I") == (method == "HEAD")
    assert ("--globoff" in words) == ("[" in url or "{" in url)
    data = words[words.index("--data-raw") + 1] if "--data-raw" in words else None
    named = words[words.index("-X") + 1] if "-X" in words else "HEAD" if words[0] == "-I" else "GET"
    sent = httpx.request(named, url, content=None if data is None else data.encode(), headers=kind)
    again = entry_of(sandbox, sent)
    same = ("method", "path", "request", "status")
    assert [again[name] for name in same] == [first[name] for name in same]
    replayed = send_again(sandbox, sent).json()
    assert httpx.get(f"{sandbox.base_url}/_sandbox/journal/{replayed['id']}").json()["path"] == first["path"]


def test_a_body_that_the_journal_has_not_is_a_placeholder_and_not_its_beginning(
    sandbox: Sandbox, phone: PhoneDriver
) -> None:
    scan = f"{sandbox.base_url}/mobile/phones/{phone.number}/scan"
    for answer in (httpx.post(scan, files={"image": b"no picture"}), httpx.post(scan, json={"qr_text": "é" * 4_000})):
        words = shlex.split(entry_of(sandbox, answer)["curl"])
        assert words[-2:] == ["--data-binary", "@<BODY>"]


def test_a_webhook_s_body_is_sent_as_what_it_is() -> None:
    hook = {"service": "webhooks", "method": "POST", "path": "http://shop.example/h", "request": "{}", "headers": {}}
    assert as_curl(hook, "http://x") == (
        "curl -i -X POST http://shop.example/h -H 'Content-Type: application/json' --data-raw '{}'"
    )
