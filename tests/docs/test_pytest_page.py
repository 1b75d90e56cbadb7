"""The page on pytest: every sample is taken from the page as it is served, put into a folder, and run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from sandbox.testing import Sandbox, browser_plugin, plugin
from tests.docs.test_samples import FOLDER
from tests.strangers import WITHOUT_STRANGERS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("plugin")]
SAMPLES = FOLDER / "pytest"
_FIGURE = re.compile(
    r"<figcaption>([^<]+?)<button.*?<pre[^>]*><code id=\"(docs-pytest-[a-z]+)\">(.*?)</code></pre>", re.DOTALL
)
_OWN = re.compile(r"\d\d:\d\d:\d\d\.\d{3}|[\w-]{22}|\d{8}")
"""What differs between two runs: moments, ids, numbers of phones."""


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox.start(seed=15) as started:
        yield started


@pytest.fixture(scope="module")
def page(running: Sandbox) -> str:
    return httpx.get(f"{running.base_url}/docs/pytest", params={"lang": "en"}, trust_env=False).text


@pytest.fixture(scope="module")
def samples(page: str) -> dict[str, str]:
    """By title, as somebody copies them."""
    found = {title.strip(): unescape(re.sub(r"<[^>]+>", "", code)) for title, _, code in _FIGURE.findall(page)}
    assert len(found) == len(list(SAMPLES.iterdir())) == page.count('id="docs-pytest-')
    return found


@pytest.fixture
def project(samples: dict[str, str], tmp_path: Path) -> Path:
    for title, code in samples.items():
        if title.endswith(".py"):
            (tmp_path / title).write_text(f"{code}\n", "utf-8")
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    known = os.environ | {"PYTEST_ADDOPTS": WITHOUT_STRANGERS}
    return subprocess.run(command, cwd=project, env=known, capture_output=True, text=True, timeout=240, check=False)


def shape_of(line: str) -> str:
    return _OWN.sub("…", line)


def test_the_tests_of_the_page_pass_and_the_one_that_fails_tells_its_story(
    project: Path, samples: dict[str, str]
) -> None:
    done = run(project, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "--junit-xml", "junit.xml")
    written = sum(code.count("def test_") for code in samples.values())
    assert f"1 failed, {written - 1} passed" in done.stdout, done.stdout + done.stderr
    told = [shape_of(line) for line in done.stdout.splitlines()]
    for line in filter(None, samples["Report"].splitlines()):
        assert shape_of(line) in told, f"{line}\n{done.stdout}"
        if line.startswith("kept: "):
            assert (project / line.removeprefix("kept: ")).stat().st_size > 0
    assert "Money that moved:" in (project / "junit.xml").read_text("utf-8")


def test_the_programs_of_the_page_drive_a_sandbox(project: Path, running: Sandbox) -> None:
    started, attached = run(project, "-W", "error", "start.py"), run(project, "-W", "error", "attach.py")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+ [\w-]{36} 2500\n", started.stdout), started.stderr
    assert attached.returncode == 0, attached.stderr
    assert running.control.verify_ledger()["ok"]


def test_the_commands_of_the_page_run_tests(project: Path, samples: dict[str, str], running: Sandbox) -> None:
    lines = samples["Terminal"].splitlines()
    assert [line.split()[1:3] for line in lines] == [["-m", "pytest"]] * 3
    assert running.base_url in lines[-1]
    done = run(project, *lines[-1].split()[1:], "-q", "-p", "no:cacheprovider", "test_api.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_fixture_and_every_option_is_on_the_page(page: str, pytestconfig: pytest.Config) -> None:
    rows = set(re.findall(r'<tr id="(?:fixture-|option-)-?([^"]+)"', page))
    fixtures = {
        name
        for module in (plugin, browser_plugin)
        for name, found in vars(module).items()
        if not name.startswith("_") and type(found).__name__ == "FixtureFunctionDefinition"
    }
    assert {"sandbox", "journal", "webhooks", "page"} <= fixtures
    group = pytestconfig._parser.getgroup("flouci-sandbox")
    options = {name.removeprefix("--") for option in group.options for name in option.names()}
    assert len(options) > 1
    assert rows == fixtures | options
