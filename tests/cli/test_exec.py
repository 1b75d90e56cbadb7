"""``exec -- CMD``: a sandbox for one command, whose exit code and signals pass through, and of which nothing is left."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli.runner import PATIENCE_SECONDS, Runner, Up, read_line

ASK = """
import os, urllib.request
url = os.environ["FLOUCI_BASE_URL"]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(url + "/mobile/phones") as answer:
    print(answer.status, url, os.environ["FLOUCI_PUBLIC_TOKEN"])
"""


def test_the_command_finds_its_own_sandbox_which_is_gone_afterwards(runner: Runner, tmp_path: Path) -> None:
    done = runner.run_python("-m", "sandbox", "exec", "--", sys.executable, "-c", ASK, env={"TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    status, url, token = done.stdout.split()
    assert status == "200"
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


def test_a_command_that_is_not_there_is_told_as_shells_tell_it(runner: Runner) -> None:
    done = runner.run_python("-m", "sandbox", "exec", "--", "no-such-command-here")
    assert done.returncode == 127
    assert "no-such-command-here" in done.stderr
    assert done.stderr.endswith("The sandbox saw no request.\n")


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
