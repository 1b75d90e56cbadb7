"""The commands that ask a running sandbox, or this machine, something: plain and with ``--json``."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from PIL import Image

import sandbox
from sandbox.cli import COMMANDS
from tests.cli.runner import Runner, Up, require_one_line
from tests.mock_mobile.pictures import OURS, draw, to_bytes

ASKING = (
    "status",
    "env",
    "reset",
    "clock show",
    "clock freeze",
    "clock resume",
    "clock advance 1",
    "clock speed 1",
    "clock set 2040-01-01",
    "fault add sms_lost",
    "fault list",
    "fault clear",
    "ledger verify",
    "pay",
)


@pytest.fixture
def runner(running: tuple[Runner, Up]) -> Iterator[Runner]:
    yield running[0]
    running[0].run("clock", "resume")


@pytest.fixture
def details(running: tuple[Runner, Up]) -> dict:
    return running[1].details


def test_status_tells_where_it_runs_and_how_each_service_is(runner: Runner, details: dict) -> None:
    plain = runner.run("status")
    assert plain.returncode == 0
    assert details["base_url"] in plain.stdout
    told = runner.json("status")
    assert told["health"]["ok"] is True
    assert set(told["health"]["services"]) >= {"platform", "wallets", "payments", "mobile", "mail"}
    assert {name: told[name] for name in details} == details


def test_wait_returns_when_it_is_ready(runner: Runner, details: dict) -> None:
    assert runner.json("wait") == details
    assert details["base_url"] in runner.run("wait").stdout


def test_env_is_read_by_a_shell(runner: Runner, details: dict) -> None:
    exports = runner.run("env").stdout
    wanted = ("FLOUCI_BASE_URL", "FLOUCI_PUBLIC_TOKEN", "FLOUCI_PRIVATE_TOKEN", "FLOUCI_PHONE_NUMBER")
    script = exports + "\nprintf '%s\\n' " + " ".join(f'"${name}"' for name in wanted)
    shown = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True).stdout.splitlines()
    phone = details["phones"][0]["phone_number"]
    assert shown == [details["base_url"], details["app"]["public_token"], details["app"]["private_token"], phone]
    assert set(runner.json("env")) == {line.split("=")[0].removeprefix("export ") for line in exports.splitlines()}


def test_the_clock_is_shown_stopped_moved_and_started(runner: Runner) -> None:
    frozen = runner.json("clock", "freeze")
    assert runner.json("clock", "show") == frozen
    moved = runner.json("clock", "advance", "3600")
    passed = datetime.fromisoformat(moved["now"]) - datetime.fromisoformat(frozen["now"])
    assert passed.total_seconds() == 3600
    assert "frozen" in runner.run("clock", "show").stdout
    set_to = runner.json("clock", "set", moved["now"].replace("Z", "+00:00"))
    assert set_to["now"] == moved["now"]
    assert runner.json("clock", "advance", "20m")["frozen"] is True
    assert runner.json("clock", "speed", "0.5")["rate"] == 0.5
    assert runner.json("clock", "resume")["frozen"] is False
    refused = runner.run("clock", "advance", "-5")
    assert "cannot be moved back" in refused.stderr
    back = runner.run("clock", "set", "2020-01-01")
    assert ("it shows" in back.stderr, back.returncode) == (True, 2)
    for nonsense in ("soon", "-5", "1e12", "nan"):
        assert runner.run("clock", "advance", nonsense).returncode == 2, nonsense


def test_faults_are_planned_listed_and_cleared(runner: Runner, details: dict) -> None:
    planned = runner.json("fault", "add", "status", "route=/api/apps", "status=418", "nth=1")
    assert (planned["id"], planned["status"], planned["nth"]) == ("fault-1", 418, 1)
    other = {"kind": "status", "route": "/api/accept"}
    httpx.post(f"{details['base_url']}/_sandbox/faults", json=other, trust_env=False).raise_for_status()
    assert httpx.get(f"{details['base_url']}/api/apps", trust_env=False).status_code == 418
    assert runner.json("fault", "list")["receipts"][0]["what"] == "GET /api/apps"
    listed = runner.run("fault", "list").stdout
    assert "fault-1 status route=/api/apps nth=1 status=418: hit 1 of 1 calls" in listed
    assert "    near: GET /api/apps, which fits but for its route" in listed
    assert runner.json("fault", "clear", "fault-1")["removed"] == 1
    assert "Removed: 1." in runner.run("fault", "clear").stdout
    kinds = json.loads(runner.run_python("-m", "sandbox", "fault", "kinds", "--json").stdout)["kinds"]
    assert {kind["kind"] for kind in kinds} >= {"latency", "drop_after", "sms_lost"}
    assert "fault add drop_after" in runner.run_python("-m", "sandbox", "fault", "kinds").stdout
    unknown = runner.run("fault", "add", "dropafter")
    assert (unknown.returncode, "Did you mean drop_after?" in unknown.stderr) == (2, True)
    assert runner.run("fault", "add", "drop_after", "nonsense").returncode == 2
    assert runner.run("fault", "clear", "fault-9").returncode == 2


def test_reset_returns_to_the_demo_world(runner: Runner, details: dict) -> None:
    before = httpx.get(f"{details['base_url']}/mobile/phones", trust_env=False).json()
    httpx.post(f"{details['base_url']}/mobile/phones", json={"phone_number": "20999999"}, trust_env=False)
    assert runner.json("reset") == {"reset": True, "seed": 42}
    assert httpx.get(f"{details['base_url']}/mobile/phones", trust_env=False).json() == before
    assert "42" in runner.run("reset").stdout


def test_the_world_is_kept_compared_entered_and_carried(runner: Runner, details: dict, tmp_path: Path) -> None:
    file = tmp_path / "world.zip"
    saved = runner.json("snapshot", "save", "one", "--replace")
    assert (saved["name"], saved["seed"]) == ("one", details["seed"])
    assert runner.run("snapshot", "diff", "one").stdout == "no difference\n"
    assert runner.json("snapshot", "export", file)["bytes"] == file.stat().st_size
    assert "Brought in two" in runner.run("snapshot", "import", file, "--name", "two").stdout
    assert runner.json("snapshot", "load", "two")["name"] == "two"
    assert [each["name"] for each in runner.json("snapshot", "list")["snapshots"]] == ["one", "two"]
    assert "2 snapshots, " in runner.run("snapshot", "list").stdout
    assert runner.json("snapshot", "delete", "two") == {"deleted": "two"}
    assert runner.json("snapshot", "prune")["deleted"] == []


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (("load", "never-saved"), 2, "SNAPSHOT_NOT_FOUND: There is no snapshot 'never-saved'."),
        (("diff", "now", "never-saved"), 2, "SNAPSHOT_NOT_FOUND"),
        (("save", "a/b"), 2, "INVALID_INPUT: 'a/b' cannot be a snapshot's name."),
        (("import", __file__), 2, "SNAPSHOT_UNUSABLE: This is no exported world"),
        (("import", "nowhere.zip"), 2, "nowhere.zip cannot be read"),
        (("export", "nowhere/world.zip"), 2, "world.zip cannot be written"),
    ],
)
def test_a_snapshot_that_is_not_right_is_one_line(
    runner: Runner, arguments: tuple[str, ...], exit_code: int, told: str
) -> None:
    done = runner.run("snapshot", *arguments, "--json")
    assert told in require_one_line(done, exit_code)
    assert json.loads(done.stdout)["error"]["message"] in done.stderr


def test_ledger_verify_proves_that_no_money_was_made(runner: Runner) -> None:
    report = runner.json("ledger", "verify")
    assert report["ok"] is True
    assert report["problems"] == []
    assert "Every rule holds." in runner.run("ledger", "verify").stdout


def test_ledger_verify_fails_with_exit_code_1_when_a_rule_is_broken(runner: Runner) -> None:
    import sqlite3

    def shift(amount: int) -> None:
        database = sqlite3.connect(runner.data / "databases" / "payments.db", timeout=15)
        database.execute("UPDATE ledger_accounts SET balance = balance + ? WHERE balance > 0", (amount,))
        database.commit()
        database.close()

    shift(7)
    try:
        for option in ([], ["--json"]):
            done = runner.run("ledger", "verify", *option)
            assert done.returncode == 1
            assert "balance" in done.stdout
    finally:
        shift(-7)
    assert runner.json("ledger", "verify")["ok"] is True


def test_the_fingerprint_is_the_hash_of_what_was_given_out(runner: Runner) -> None:
    lines = runner.run("fingerprint", "--lines").stdout.splitlines()
    assert {line.partition(" ")[0] for line in lines} >= {"ledger", "phone", "mail", "journal"}
    told = runner.json("fingerprint")
    assert told == {
        "fingerprint": hashlib.sha256("".join(f"{each}\n" for each in lines).encode()).hexdigest(),
        "lines": len(lines),
    }
    assert runner.run("fingerprint").stdout == f"{told['fingerprint']}\n"


@pytest.mark.parametrize("form", ["csv", "hledger", "beancount"])
def test_ledger_export_prints_the_whole_ledger_as_the_lever_sends_it(runner: Runner, details: dict, form: str) -> None:
    """Each posting once, under every account that the proof counts; beancount itself finds nothing wrong."""
    done = runner.run("ledger", "export", "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    report = runner.json("ledger", "verify")
    sent = httpx.get(f"{details['base_url']}/_sandbox/ledger/export", params={"format": form}, trust_env=False)
    assert sent.text.splitlines() == done.stdout.splitlines()
    if form == "csv":
        assert len(list(csv.DictReader(io.StringIO(done.stdout)))) == report["postings"] > 0
        return
    lines = [line for line in done.stdout.splitlines() if line.startswith("  ") and line.endswith(" TND")]
    assert len(lines) == report["postings"] > 0
    assert len({line.split()[0] for line in lines}) <= report["accounts"]
    if form == "beancount":
        from beancount import loader

        assert loader.load_string(done.stdout)[1] == []


def test_ledger_export_takes_forms_that_it_knows(runner: Runner, details: dict) -> None:
    assert "'excel' is not one of" in runner.run("ledger", "export", "--format", "excel").stderr
    refused = httpx.get(f"{details['base_url']}/_sandbox/ledger/export?format=excel", trust_env=False)
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "format")


def test_qr_read_prints_one_line_a_file(runner: Runner, tmp_path: Path) -> None:
    pictures = {
        "ours.png": draw(),
        "empty.png": Image.new("L", (300, 200), 255),
        "caf\u00e9.png": draw("Caf\u00e9 \u0633"),
    }
    for name, picture in pictures.items():
        (tmp_path / name).write_bytes(to_bytes(picture))
    files = [tmp_path / name for name in pictures]
    done = runner.run("qr", "read", *files)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [line["file"] for line in lines] == list(map(str, files))
    assert [line["text"] for line in lines] == [OURS, None, "Caf\u00e9 \u0633"]
    assert all(set(line) == {"file", "text", "reader", "milliseconds"} for line in lines)


def test_qr_margin_tells_what_a_picture_survives(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(to_bytes(draw()))
    (tmp_path / "weak.png").write_bytes(to_bytes(draw(box=1)))
    good, weak = runner.run("qr", "margin", tmp_path / "good.png"), runner.run("qr", "margin", tmp_path / "weak.png")
    assert (good.returncode, good.stderr) == (0, "")
    assert OURS in good.stdout
    assert "blur" in good.stdout
    assert weak.returncode == 1
    assert "too little" in weak.stdout
    told = runner.json("qr", "margin", tmp_path / "good.png")
    assert (told["ok"], told["text"], told["margins"]["tilt"]["wanted"]) == (True, OURS, 30)


@pytest.mark.browser
def test_qr_margin_opens_the_form_of_a_page(running: tuple[Runner, Up]) -> None:
    runner, up = running
    told = runner.json("qr", "margin", up.details["shop_url"])
    assert told["text"].startswith("flouci-sandbox://pay?")
    assert told["ok"] is True


def test_qr_margin_stops_with_a_line_where_there_is_no_code(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(to_bytes(Image.new("L", (30, 30))))
    assert "NO_QR_FOUND" in require_one_line(runner.run("qr", "margin", tmp_path / "empty.png"), 1)
    assert "nowhere.png" in require_one_line(runner.run("qr", "margin", tmp_path / "nowhere.png"), 2)


def test_qr_read_says_what_is_wrong_with_a_file_and_reads_the_others(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "ours.png").write_bytes(to_bytes(draw()))
    (tmp_path / "text.png").write_text("not a picture", "utf-8")
    done = runner.run("qr", "read", tmp_path / "missing.png", tmp_path / "text.png", tmp_path, tmp_path / "ours.png")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [bool(line.get("error")) for line in lines] == [True, True, True, False]
    assert [line["text"] for line in lines] == [None, None, None, OURS]
    assert runner.run("qr", "read").returncode == 2


def draw_form(details: dict, folder: Path, amount: int = 9_000) -> Path:
    token = details["app"]["public_token"]
    asked = {"app": token, "amount": amount}
    session = httpx.post(f"{details['base_url']}/api/checkout/sessions", json=asked, trust_env=False).json()["session"]
    picture = folder / f"{session}.png"
    text = f"flouci-sandbox://pay?v=1&app={token}&amount={amount}&session={session}"
    picture.write_bytes(to_bytes(draw(text)))
    return picture


def test_pay_scans_a_picture_and_tells_the_code(runner: Runner, details: dict, tmp_path: Path) -> None:
    paid = runner.json("pay", draw_form(details, tmp_path))
    assert paid["status"] == "PREPARED"
    assert len(paid["code"]) == 6
    plain = runner.run("pay", draw_form(details, tmp_path))
    assert "status: PREPARED" in plain.stdout


def test_pay_fails_with_exit_code_1_and_the_reason(runner: Runner, details: dict, tmp_path: Path) -> None:
    for options, error in (
        (["--phone", "20000002"], "INSUFFICIENT_FUNDS"),
        (["--phone", "20000005"], "WALLET_BLOCKED"),
        (["--pin", "9999"], "WRONG_PIN"),
        (["--phone", "29999999"], "PHONE_NOT_FOUND"),
    ):
        done = runner.run("pay", draw_form(details, tmp_path), *options, "--json")
        assert done.returncode == 1
        assert json.loads(done.stdout)["error"]["code"] == error
    refused = runner.run("pay", draw_form(details, tmp_path), "--refuse", "--json")
    assert (refused.returncode, json.loads(refused.stdout)["status"]) == (0, "REFUSED"), "it was asked for"
    assert runner.run("pay", tmp_path / "missing.png").returncode == 2


def test_doctor_tells_what_this_machine_lacks(runner: Runner) -> None:
    done = runner.run("doctor", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == (0 if told["ok"] else 1)
    assert {name: problem for name, problem in told["checks"].items() if "Chromium" not in name and problem} == {}
    assert "ok  loopback network" in runner.run("doctor").stdout


def test_version_tells_it_three_ways(runner: Runner) -> None:
    assert runner.json("version")["version"] == sandbox.__version__
    for argument in ("version", "--version"):
        assert sandbox.__version__ in runner.run(argument).stdout


@pytest.mark.parametrize("command", ASKING)
def test_without_a_running_sandbox_a_command_says_so_in_one_line(tmp_path: Path, command: str) -> None:
    idle = Runner(tmp_path)
    line = require_one_line(idle.run(*command.split(), "--json"), 4)
    assert "No sandbox is running" in line
    assert "python -m sandbox up" in line
    assert not idle.data.exists()


def test_down_without_a_running_sandbox_is_fine(tmp_path: Path) -> None:
    idle = Runner(tmp_path)
    assert idle.json("down") == {"stopped": False}
    done = idle.run("down")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No sandbox is running" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["up", "--nonsense"], ["clock"], ["clock", "nonsense"], ["qr"], ["status", "extra"], [""]],
)
def test_wrong_use_is_exit_code_2(runner: Runner, arguments: list[str]) -> None:
    done = runner.run_python("-m", "sandbox", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr


def test_help_lists_every_command(runner: Runner) -> None:
    done = runner.run("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert f"  {command} " in done.stdout
    assert "3 port taken" in done.stdout


def test_status_shows_each_service_when_one_is_not_well(tmp_path: Path) -> None:
    from sandbox.data_folder import DataFolder, Locator

    services = {"mail": {"ok": True}, "wallets": {"ok": False, "problem": "file is not a database"}}
    answer = json.dumps({"ok": False, "services": services}).encode()

    class Sick(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    asked = Runner(tmp_path)
    folder = DataFolder(asked.data)
    folder.open()
    with HTTPServer(("127.0.0.1", 0), Sick) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        Locator(asked.data).write({"base_url": url, "pid": 1, "seed": 42})
        plain, told = asked.run("status"), asked.run("status", "--json")
        server.shutdown()
    folder.close()
    assert (plain.returncode, told.returncode) == (1, 1)
    assert "file is not a database" in plain.stdout
    assert json.loads(told.stdout)["health"]["services"] == services
