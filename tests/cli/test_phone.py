"""``phone``: a shopper's steps from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from sandbox.cli import main
from tests.cli.runner import Runner, Up
from tests.cli.test_commands import draw_form


def test_a_phone_is_added_scans_pays_sends_and_reads_its_sms(running: tuple[Runner, Up], tmp_path: Path) -> None:
    def invoke(*words: object) -> Result:
        return CliRunner().invoke(main, ["phone", *map(str, words), "--data", str(running[0].data)])

    def run(*words: object) -> Any:
        done = invoke(*words, "--json")
        return json.loads(done.stdout) | {"exit_code": done.exit_code}

    assert re.search(r"23999001 +50\.000 DT  PIN 1234", invoke("add", 23999001, "--balance", "50000").stdout)
    assert run("show", 23999001)["balance"] == 50_000
    assert "23999001" in {phone["phone_number"] for phone in run("list")["phones"]}
    assert "has no money" in invoke("list").stdout
    sent = run("send", 23999001, "no_money", 1_000)
    assert (sent["exit_code"], sent["status"]) == (0, "SUCCESS")
    assert run("show", 23999001)["balance"] == 49_000
    picture = draw_form(running[1].details, tmp_path)
    scan = run("scan", 23999001, picture)
    assert scan["amount"] == 9_000
    assert invoke("refuse", 23999001, scan["scan_id"]).stdout.startswith("status: REFUSED")
    assert "1" in run("messages", 23999001, "--wait", "5")["messages"][0]["text"]
    for words, code, error in (
        (("send", 23999001, "no_money", 9_000_000), 1, "INSUFFICIENT_FUNDS"),
        (("send", 23999001, "no_money", 0), 2, "INVALID_INPUT"),
        (("show", 29999998), 2, "PHONE_NOT_FOUND"),
        (("scan", 23999001, tmp_path / "nothing.png"), 2, "WRONG_USE"),
    ):
        told = run(*words)
        assert (told["exit_code"], told["error"]["code"]) == (code, error)
