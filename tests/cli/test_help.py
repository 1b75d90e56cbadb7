"""Help with examples that can be copied, the nearest name for a misspelt one, and wrong use as JSON for programs."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.cli.examples import EXAMPLES
from sandbox.cli.screen import command_line
from tests.cli.test_json_everywhere import commands

COMMANDS = dict(commands(main))


def test_every_command_has_examples_in_its_help() -> None:
    assert set(EXAMPLES) == set(COMMANDS)
    for name in ("clock advance", "env"):
        shown = CliRunner().invoke(main, [*name.split(), "--help"]).output
        assert f"python -m sandbox {EXAMPLES[name][0]}" in shown or EXAMPLES[name][0] in shown


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_is_a_line_that_its_command_understands(name: str) -> None:
    for example in EXAMPLES[name]:
        if example.startswith("eval "):
            continue
        words = shlex.split(example.partition(" >")[0].partition(" | ")[0])
        assert " ".join(words).startswith(name)
        with COMMANDS[name].make_context(name, words[len(name.split()) :], resilient_parsing="--example" in words):
            pass


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["stauts"], "status"),
        (["snapshot", "laod"], "load"),
        (["status", "--jsno"], "--json"),
        (["scenario", "run"], "scenarios"),
    ],
)
def test_for_a_misspelt_name_the_nearest_is_told(words: list[str], near: str) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert f"Did you mean '{near}'?" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--nope"],
        ["stauts"],
        ["wait", "--timeout", "nan"],
        ["wait", "--timeout", "-1"],
        ["up", "--port", "99999"],
        ["clock", "advance", "soon"],
        ["env", "--shell", "csh"],
        ["seed"],
    ],
)
def test_wrong_use_is_one_json_object_too_for_who_asked_for_it(words: list[str]) -> None:
    done = CliRunner().invoke(main, [*words, "--json"])
    assert done.exit_code == 2
    (line,) = done.stdout.splitlines()
    error = json.loads(line)["error"]
    assert error["code"] == "WRONG_USE"
    assert error["message"] in done.stderr.replace("\n", " ")


def test_the_start_screen_names_commands_that_work_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    details = {"data_dir": str(tmp_path / ".sandbox")}
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert command_line("down", details) == "python -m sandbox down"
    assert command_line("down", {"data_dir": str(tmp_path / "my data")}) == "python -m sandbox down --data 'my data'"
    assert command_line("pay", {"data_dir": "/srv/other"}) == "python -m sandbox pay --data /srv/other"
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    assert command_line("pay", details) == ".venv/bin/python -m sandbox pay"


def test_what_the_terminal_cannot_write_is_escaped_and_json_stays_json() -> None:
    done = CliRunner(charset="iso8859-1").invoke(main, ["\u0634", "--json"])
    assert done.exit_code == 2
    assert "No such command '\\u0634'" in done.stderr
    assert json.loads(done.stdout)["error"]["message"] == "No such command '\u0634'."


def test_an_output_that_is_full_is_one_line() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        words = [sys.executable, "-m", "sandbox", "version"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "The command cannot go on: No space left on device.\n")


def test_a_folder_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    done = CliRunner().invoke(main, ["version"])
    assert (done.exit_code, done.stderr) == (
        2,
        "Error: The folder that you are in is there no more. Change to another.\n",
    )
