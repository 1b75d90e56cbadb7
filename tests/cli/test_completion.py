"""The scripts by which shells complete our commands."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from sandbox.cli import COMMANDS, main


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_for_our_commands(shell: str) -> None:
    script = CliRunner().invoke(main, ["completion", shell]).output
    assert f"_SANDBOX_COMPLETE={shell}_complete" in script
    assert json.loads(CliRunner().invoke(main, ["completion", shell, "--json"]).output)["script"] == script[:-1]


def test_bash_can_read_its_script() -> None:
    script = CliRunner().invoke(main, ["completion", "bash"]).output
    assert subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False).stderr == ""


def test_what_the_script_asks_for_is_answered() -> None:
    asked = {"_SANDBOX_COMPLETE": "fish_complete", "COMP_WORDS": "sandbox ", "COMP_CWORD": ""}
    answer = CliRunner().invoke(main, [], prog_name="sandbox", env=asked).output
    assert set(COMMANDS) <= {line.partition(",")[2].split("\t")[0] for line in answer.splitlines()}


@pytest.mark.parametrize(
    ("line", "typed", "offered"),
    [
        ("scenarios run", "ch", {"checkout"}),
        ("scenarios run --tag", "smo", {"smoke"}),
        ("fault add", "drop", {"drop_after", "drop_before"}),
        ("fault add status", "ser", {"service="}),
        ("pay --phone", "no", {"no_money"}),
        ("pay --phone", "2000001", {"20000010", "20000011", "20000012", "20000013"}),
        ("snapshot load --data {data}", "", {"one", "other"}),
        ("snapshot diff one --data {data}", "ot", {"other"}),
        ("snapshot load --data {data}/nowhere", "", set()),
        ("env --shell", "po", {"powershell"}),
    ],
)
def test_values_are_completed_too(line: str, typed: str, offered: set[str], tmp_path: Path) -> None:
    for name in ("one", "other", ".draft-1"):
        (tmp_path / "snapshots" / name).mkdir(parents=True)
        (tmp_path / "snapshots" / name / "manifest.json").touch()
    words = f"sandbox {line.format(data=tmp_path)} {typed}"
    asked = {"_SANDBOX_COMPLETE": "fish_complete", "COMP_WORDS": words, "COMP_CWORD": typed}
    answer = CliRunner().invoke(main, [], prog_name="sandbox", env=asked).output
    assert {item.partition(",")[2].split("\t")[0] for item in answer.splitlines() if "," in item} == offered
