"""``logs``: the journal in lanes, and live."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading

import httpx
import pytest

from sandbox.cli.logs import line_of
from tests.cli.runner import Runner, Up


def test_logs_show_lines_in_lanes_and_json_one_object(running: tuple[Runner, Up]) -> None:
    runner, up = running
    httpx.get(f"{up.details['base_url']}/api/apps/of-the-logs")
    plain = runner.run("logs", "--status", "404", "-n", "5")
    assert plain.returncode == 0
    line = plain.stdout.splitlines()[-1].split()
    assert line[1:5] == ["shop", "GET", "/api/apps/of-the-logs", "404"]
    assert re.search(r"[A-Z_]{6,}: .+\.$", plain.stdout.strip()), "why it was refused"
    told = json.loads(runner.run("logs", "--json", "--service", "platform", "-n", "3").stdout)
    assert len(told["exchanges"]) == 3
    assert {each["service"] for each in told["exchanges"]} == {"platform"}


def test_a_wrong_filter_is_one_clear_line(running: tuple[Runner, Up]) -> None:
    refused = running[0].run("logs", "--status", "often")
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("as_json", [False, True])
def test_logs_go_on_with_what_happens_until_ctrl_c(running: tuple[Runner, Up], as_json: bool) -> None:
    runner, up = running
    command = [sys.executable, "-m", "sandbox", "logs", "-f", "-n", "1", "--data", str(runner.data)]
    with subprocess.Popen(
        [*command, *(["--json"] if as_json else [])], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        ending = threading.Timer(90, process.kill)
        ending.start()
        try:
            assert process.stdout is not None
            assert process.stdout.readline()  # what was there: from here on it follows
            httpx.get(f"{up.details['base_url']}/api/apps/live-{as_json}")
            lines = iter(process.stdout.readline, "")
            seen = next(line for line in lines if f"live-{as_json}" in line)
            assert (json.loads(seen)["status"] == 404) if as_json else (" 404 " in seen)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=60)
        finally:
            ending.cancel()
            process.kill()
    assert (process.returncode, errors) == (0, "")
    assert "Aborted" not in output


def test_a_line_has_time_lane_call_status_and_story() -> None:
    exchange = {
        "at": "2026-01-31T12:00:01.250Z",
        "service": "webhooks",
        "method": "GET",
        "path": "https://shop.example/paid",
        "status": 0,
        "milliseconds": 1.5,
        "trace": "RBXFg5kUbqb1ykQ",
        "headers": {},
    }
    line = line_of(exchange)
    assert "12:00:01.250" in line
    assert "webhooks" in line
    assert "no answer" in line
    assert "RBXFg5kUbq" in line
