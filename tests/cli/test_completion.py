"""The scripts by which shells complete our commands."""

from __future__ import annotations

import json
import subprocess

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
