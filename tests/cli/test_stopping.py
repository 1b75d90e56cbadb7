"""Stopping: Ctrl-C once and twice, SIGTERM, kill -9, and what is still there afterwards."""

from __future__ import annotations

import json
import signal
import sqlite3
import threading

import httpx

from tests.cli.runner import Runner, Up, require_one_line
from tests.visitor import Visitor

_PATIENCE_SECONDS = 60


def pay(up: Up, amount: int = 12_500) -> None:
    """One payment with the first phone, step by step over HTTP."""
    details = up.details
    with httpx.Client(base_url=details["base_url"], trust_env=False) as http:
        app, phone = details["app"], details["phones"][0]["phone_number"]
        session = http.post("/api/checkout/sessions", json={"app": app["public_token"], "amount": amount}).json()[
            "session"
        ]
        text = f"flouci-sandbox://pay?v=1&app={app['public_token']}&amount={amount}&session={session}"
        scan = http.post(f"/mobile/phones/{phone}/scan", json={"qr_text": text}).json()["scan_id"]
        paid = http.post(f"/mobile/phones/{phone}/pay", json={"scan_id": scan}).json()
        accept = {"app_token": app["public_token"], "app_secret": app["private_token"]}
        accept |= {"payment_id": paid["payment_id"], "flouci_otp": paid["code"]}
        assert http.post("/api/accept", json=accept).json()["status"] == "SUCCESS"


def balance(up: Up) -> int:
    number = up.details["phones"][0]["phone_number"]
    shown = httpx.get(f"{up.details['base_url']}/mobile/phones/{number}", trust_env=False)
    return int(shown.json()["balance"])


def test_one_ctrl_c_stops_cleanly_and_everything_is_still_there_after_a_restart(runner: Runner) -> None:
    first = runner.up()
    pay(first)
    developer = first.details["developer"]
    with Visitor(first.details["base_url"]) as visitor:
        visitor.log_in(developer["email"], developer["password"])
        cookie = visitor.cookie
    httpx.post(f"{first.details['base_url']}/_sandbox/clock", json={"action": "freeze"}, trust_env=False)
    first.signal(signal.SIGINT)
    code, output, errors = first.wait()
    assert (code, output, errors) == (0, "", "")
    assert not (runner.data / "locator.json").exists()
    second = runner.up()
    assert balance(second) == 500_000 - 12_500
    assert {**second.details, "pid": 0, "phones": []}.keys() == first.details.keys()
    for name in ("app", "test_app", "developer", "seed"):
        assert second.details[name] == first.details[name]
    assert runner.json("clock", "show")["frozen"] is True
    with Visitor(second.details["base_url"]) as visitor:
        visitor.http.cookies.set("sandbox_session", cookie)
        assert first.details["app"]["name"] in visitor.open("/apps").text
    assert runner.json("ledger", "verify")["ok"] is True
    pay(second)
    second.stop()


def test_a_signal_right_after_the_line_of_readiness_stops_cleanly(runner: Runner) -> None:
    up = runner.up()
    up.signal(signal.SIGTERM)
    assert up.wait()[0] == 0


def test_a_signal_during_the_start_stops_cleanly(runner: Runner) -> None:
    process = runner.start("up", "--quiet", "--port", "0", "--smtp-port", "0")
    while process.poll() is None and not (runner.data / "databases" / "wallets.db").exists():
        continue
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=_PATIENCE_SECONDS)
    assert (process.returncode, output, errors) == (0, "", "")
    runner.up().stop()


class SlowRequest:
    """A request that is under way: it waits for a mail that never comes."""

    def __init__(
        self, up: Up, method: str = "GET", path: str = "/inbox/api/mails?to=nobody@example.com&wait=25"
    ) -> None:
        self.status = 0
        self._method, self._url = method, up.details["base_url"] + path
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def _ask(self) -> None:
        body = {"phone_number": "20999999"} if self._method == "POST" else None
        try:
            self.status = httpx.request(
                self._method, self._url, json=body, timeout=_PATIENCE_SECONDS, trust_env=False
            ).status_code
        except httpx.HTTPError:
            self.status = -1

    def end(self) -> int:
        self._thread.join(_PATIENCE_SECONDS)
        return self.status


def wait_until_it_is_under_way(up: Up) -> None:
    """The server takes requests in turn: when a later one has been answered, the slow one is inside."""
    for _ in range(3):
        httpx.get(f"{up.details['base_url']}/_sandbox/ready", trust_env=False)


def test_a_request_under_way_is_answered_before_it_stops(runner: Runner) -> None:
    up = runner.up()
    slow = SlowRequest(up)
    wait_until_it_is_under_way(up)
    up.signal(signal.SIGINT)
    assert slow.end() == 200
    assert up.wait() == (0, "", "")


def test_a_second_signal_stops_at_once_and_the_next_start_finds_everything_in_order(runner: Runner) -> None:
    process = runner.start("up", "--port", "0", "--smtp-port", "0")
    up = Up(process, runner.json("wait"))
    pay(up)
    held = sqlite3.connect(runner.data / "databases" / "wallets.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    slow = SlowRequest(up, "POST", "/mobile/phones")
    wait_until_it_is_under_way(up)
    up.signal(signal.SIGINT)
    assert process.stderr is not None
    assert process.stderr.readline() == "\n"
    assert "Ctrl-C again" in process.stderr.readline()
    up.signal(signal.SIGINT)
    assert up.wait()[0] == 130
    assert slow.end() == -1
    held.close()
    again = runner.up()
    assert balance(again) == 500_000 - 12_500
    assert runner.json("ledger", "verify")["ok"] is True
    again.stop()


def test_after_kill_9_no_command_believes_the_locator_and_up_works(runner: Runner) -> None:
    up = runner.up()
    pay(up)
    up.kill()
    locator = json.loads((runner.data / "locator.json").read_text("utf-8"))
    assert locator["pid"] == up.process.pid
    assert "No sandbox is running" in require_one_line(runner.run("status"), 4)
    assert "No sandbox is running" in require_one_line(runner.run("reset"), 4)
    assert require_one_line(runner.run("wait", "--timeout", "0.1"), 4)
    assert runner.json("down") == {"stopped": False}
    again = runner.up()
    assert balance(again) == 500_000 - 12_500
    assert runner.json("status")["pid"] == again.process.pid
    again.stop()
