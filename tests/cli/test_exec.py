"""``exec -- CMD``: a sandbox for one command, whose exit code and signals pass through, and of which nothing is left."""

from __future__ import annotations

import json
import logging
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.cli.command import Command, CommandError
from sandbox.cli.up import stop_on_signal
from sandbox.data_folder import DataFolderError
from tests.cli.runner import PATIENCE_SECONDS, Runner, Up, read_line

ASK = """
import os, urllib.request
url = os.environ["FLOUCI_BASE_URL"]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(url + "/mobile/phones") as answer:
    print(answer.status, url, os.environ["FLOUCI_PUBLIC_TOKEN"])
"""
ADVANCE = """
import subprocess, sys
subprocess.run([sys.executable, "-m", "sandbox", "clock", "advance", "20m", "--json"], cwd="/", check=True)
"""


def test_the_command_finds_its_own_sandbox_which_is_gone_afterwards(runner: Runner, tmp_path: Path) -> None:
    script = ASK + ADVANCE
    done = runner.run_python("-m", "sandbox", "exec", "--", sys.executable, "-c", script, env={"TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    asked, moved = done.stdout.splitlines()
    status, url, token = asked.split()
    assert status == "200"
    assert "work_done" in json.loads(moved)
    assert len(token) == 36
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
    assert not list(tmp_path.glob("flouci-sandbox-*"))


def test_a_command_that_fails_gives_its_code_and_the_story(runner: Runner) -> None:
    script = ASK + "raise SystemExit(7)"
    done = runner.run_python("-m", "sandbox", "exec", "--json", "--seed", "5", "--", sys.executable, "-c", script)
    assert done.returncode == 7
    *story, last = done.stderr.splitlines()
    assert story[0] == "What the sandbox saw (seed 5):"
    (line,) = [line for line in story if "/mobile/phones" in line]  # and not those of the demo world's beginning
    assert re.fullmatch(r"  \d\d:\d\d:\d\d\.\d{3}  phone +GET /mobile/phones  200  [\d.e-]+ ms.*", line)
    told = json.loads(last)
    assert (told["exit_code"], told["seed"]) == (7, 5)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--", "no-such-command-here"), 127, "There is no command 'no-such-command-here'"),
        (("--", ""), 127, "There is no command ''"),
        (("--sede", "3", "--", "true"), 2, "No such option '--sede'. Did you mean"),
        (("--attach", "--seed", "3", "--", "true"), 2, "--seed is of a sandbox that is started"),
    ],
)
def test_a_command_that_cannot_be_is_told_before_a_sandbox_is_started(
    words: tuple[str, ...], code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.cli.exec._started", None)
    done = CliRunner().invoke(main, ["exec", *words])
    assert done.exit_code == code
    assert said in done.stderr


def test_temporary_data_that_cannot_be_kept_is_told_with_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_settings: object) -> None:
        raise DataFolderError("The data folder … use another --data.", reason="disk is full")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sandbox.testing.demo_worlds.start_from_copy", full)
    handlers = list(logging.getLogger().handlers)
    with _signals_kept():
        done = CliRunner().invoke(main, ["exec", "--", "true"])
    assert done.exit_code == 2
    told = (
        f"Temporary data cannot be kept in {tmp_path}: disk is full. Make room there, or name another folder in TMPDIR."
    )
    assert done.stderr.splitlines() == [told]
    assert list(tmp_path.iterdir()) == []
    assert logging.getLogger().handlers == handlers, "its log is written no more"


def test_what_is_no_program_is_told_as_shells_tell_it(tmp_path: Path) -> None:
    text = tmp_path / "no-program"
    text.write_text("echo hello\n")
    for mode, reason in ((0o644, "Permission denied."), (0o755, "Does its first line name an interpreter")):
        text.chmod(mode)
        with pytest.raises(CommandError, match=reason) as refused, _signals_kept():
            Command([str(text)]).run({})
        assert refused.value.exit_code == 126


@contextmanager
def _signals_kept() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    before = [signal.getsignal(number) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


AT_THE_TERMINAL = """
import fcntl, sys, termios
from sandbox.cli.command import Command
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.exit(Command(sys.argv[1:]).run({}))
"""
COUNTS = """
import signal, sys
came = []
def count(*_):
    came.append(1)
    print("came", len(came), flush=True)
signal.signal(signal.SIGINT, count)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(10 + len(came)))
print("up", flush=True)
while True:
    signal.pause()
"""


def test_ctrl_c_in_a_terminal_which_tells_everybody_reaches_the_command_once() -> None:
    """pytest takes a second one as the wish to leave at once, without tearing anything down."""
    ours, theirs = pty.openpty()
    words = [sys.executable, "-c", AT_THE_TERMINAL, sys.executable, "-c", COUNTS]
    process = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        _read_until(ours, b"up")
        os.write(ours, b"\x03")
        _read_until(ours, b"came 1")
        process.send_signal(signal.SIGTERM)  # which is passed on after whatever came before it
        assert process.wait(PATIENCE_SECONDS) == 11
    finally:
        process.kill()
        process.wait(PATIENCE_SECONDS)
        os.close(ours)


def _read_until(terminal: int, wanted: bytes) -> None:
    seen = b""
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], PATIENCE_SECONDS)
        assert ready, seen
        seen += os.read(terminal, 1000)


def test_a_signal_reaches_the_command(runner: Runner) -> None:
    script = "import signal, sys; signal.signal(15, lambda *_: sys.exit(9)); print('up', flush=True); signal.pause()"
    process = runner.start_python("-m", "sandbox", "exec", "--", sys.executable, "-c", script)
    assert read_line(process) == "up\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 9


def test_attached_it_uses_the_sandbox_that_runs_and_leaves_it_running(running: tuple[Runner, Up]) -> None:
    runner, up = running
    words = ("exec", "--attach", "--data", runner.data, "--", sys.executable, "-c", ASK)
    done = runner.run_python("-m", "sandbox", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[1] == up.details["base_url"]
    assert runner.json("status")["health"]["ok"] is True


def test_attached_the_story_is_of_the_command_alone_and_no_longer_than_can_be_read(running: tuple[Runner, Up]) -> None:
    runner, up = running
    httpx.get(up.details["base_url"] + "/mobile/phones?before=the-command", trust_env=False)
    fail = ASK + "raise SystemExit(3)"
    words = ("exec", "--attach", "--data", runner.data, "--", sys.executable, "-c")
    done = runner.run_python("-m", "sandbox", *words, fail)
    assert done.returncode == 3
    assert len([line for line in done.stderr.splitlines() if "GET /mobile/phones" in line]) == 1
    many = ASK.replace("with opener", "for _ in range(100): opener.open(url + '/mobile/phones').close()\nwith opener")
    heading, *lines = runner.run_python("-m", "sandbox", *words, many + "raise SystemExit(3)").stderr.splitlines()
    assert "the last 200 lines of it" in heading
    assert len(lines) == 200


def test_what_is_ignored_stays_so_for_the_command_too_as_under_nohup() -> None:
    with _signals_kept():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        Command(["true"])
        stop_on_signal()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_end_of_the_terminal_stops_up_as_ctrl_c_does(number: signal.Signals) -> None:
    with _signals_kept():
        stopping = stop_on_signal()
        signal.raise_signal(number)
        assert stopping.is_set()
