"""The files for CI systems and containers: parsed, and every command of theirs is run in a user's small project.

A command that two files share is run once.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from sandbox.cli import COMMANDS
from tests.strangers import WITHOUT_STRANGERS

ROOT = Path(__file__).parents[2]
CI = ROOT / "docs" / "ci"
PATIENCE_SECONDS = 120
SETS_UP = re.compile(r"^(sudo )?(apt-get|pip|python -m (pip|playwright)) ")
"""What a CI system's machine lacks, and this one has."""
TESTS = """
import os
from urllib.request import urlopen


def test_the_shop_knows_its_sandbox():
    assert os.environ["FLOUCI_PUBLIC_TOKEN"]
    with urlopen(os.environ["FLOUCI_BASE_URL"] + "/_sandbox/ready") as answer:
        assert answer.status == 200
"""
SCENARIOS = """
import pytest


@pytest.mark.parametrize("amount", [1_000, 2_000, 3_000])
def test_money_is_sent(phone, sandbox, step, amount):
    with step("A phone sends money to another"):
        phone.send(sandbox.new_phone(), amount)
    assert phone.balance == 500_000 - amount
"""


pytestmark = pytest.mark.xdist_group("recipes")
_done: set[str] = set()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop's repository with tests and a pack of its own."""
    tmp_path = tmp_path_factory.mktemp("shop")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_shop.py").write_text(TESTS)
    pack = tmp_path / "scenarios" / "my_shop"
    pack.mkdir(parents=True)
    (pack / "pack.toml").write_text('title = "My shop"\npurpose = "It sells."\n')
    (pack / "test_selling.py").write_text(SCENARIOS)
    return tmp_path


def run(project: Path, command: str, **environment: str) -> None:
    """As the CI system does, in a shell that stops at the first mistake."""
    if command in _done:
        return
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI_"))}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=project,
        env=clean | {"PATH": path, "PYTEST_ADDOPTS": WITHOUT_STRANGERS} | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    _done.add(command)


def commands_of(lines: str) -> list[str]:
    """Without those that set the machine up: whole lines, since each is one."""
    return [line for line in lines.splitlines() if line.strip() and not SETS_UP.match(line.strip())]


def require_results(project: Path, *names: str) -> None:
    """JUnit XML with tests in it that passed, and a report in HTML."""
    for name in names:
        suites = list(ET.parse(project / name).getroot().iter("testsuite"))
        assert sum(int(suite.attrib["tests"]) for suite in suites) > 0, name
        assert not any(int(suite.attrib["failures"]) for suite in suites), name


def load(name: str) -> Any:
    return yaml.safe_load((CI / name).read_text())


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml", "Jenkinsfile"])
def test_each_says_where_the_package_comes_from_and_pins_it(name: str) -> None:
    text = (CI / name).read_text()
    (source,) = re.findall(r"SANDBOX(?::| =) '?(flouci-sandbox @ git\+https://\S+?@[0-9a-f]{40})\b", text)
    assert Requirement(source).name == "flouci-sandbox"
    installs = re.findall(r"pip install (.*)", text)
    assert installs
    assert all(line.startswith('"$SANDBOX" ') for line in installs)


def test_the_workflow_of_github_does_what_it_says(project: Path) -> None:
    workflow = load("github.yml")
    assert set(workflow[True]) == {"push", "pull_request"}, "YAML reads the word 'on' as true"
    for name, job in workflow["jobs"].items():
        assert job["runs-on"] == "ubuntu-latest"
        kept = [step for step in job["steps"] if step.get("uses", "").startswith("actions/upload-artifact")]
        assert [step["if"] for step in kept] == ["always()"], "what is read when a job fails"
        shards = job.get("strategy", {}).get("matrix", {}).get("shard", [1])
        for step in job["steps"]:
            for command in commands_of(step.get("run", "")):
                run(project, command.replace("${{ matrix.shard }}", str(shards[0])))
        require_results(project, "junit.xml")
        assert name == "tests" or (project / "report.html").exists()


def test_the_pipeline_of_gitlab_does_what_it_says(project: Path) -> None:
    pipeline = load("gitlab.yml")
    for name in ("tests", "scenarios"):
        job = pipeline[name]
        assert job["stage"] in pipeline["stages"]
        assert job["artifacts"]["when"] == "always"
        for command in (
            line for line in pipeline["default"]["before_script"] + job["script"] if not SETS_UP.match(line)
        ):
            run(project, command, CI_NODE_INDEX="2", CI_NODE_TOTAL=str(job.get("parallel", 2)))
        require_results(project, job["artifacts"]["reports"]["junit"])


def test_the_pipeline_of_jenkins_does_what_it_says(project: Path) -> None:
    text = (CI / "Jenkinsfile").read_text()
    assert text.count("{") == text.count("}")
    for part in ("pipeline {", "agent {", "stages {", "post {", "always {"):
        assert part in text
    commands = [command for command in re.findall(r"\bsh '([^']+)'", text) if not SETS_UP.match(command)]
    assert len(commands) == 2
    for command in commands:
        run(project, command)
    require_results(project, "junit-tests.xml", "junit-scenarios.xml")
    assert (project / "report.html").exists()


def test_the_script_for_any_other_system_leaves_nothing_running(project: Path) -> None:
    (project / "check.sh").write_text((CI / "check.sh").read_text())
    run(project, "sh check.sh")
    require_results(project, "junit.xml", "junit-scenarios.xml")
    run(project, "! python -m sandbox status --data .sandbox-ci")


def words_of_dockerfile() -> Iterator[tuple[str, str]]:
    """Instructions with what follows them, continued lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "deploy" / "Dockerfile").read_text())
    for line in text.splitlines():
        if line and not line.startswith("#"):
            instruction, _, rest = line.partition(" ")
            yield instruction, rest


def test_the_container_runs_commands_that_there_are_and_as_nobody_special() -> None:
    told = list(words_of_dockerfile())
    known = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "VOLUME", "HEALTHCHECK", "CMD"}
    assert {instruction for instruction, _ in told} <= known
    assert dict(told)["USER"] == "sandbox"
    before_user = " ".join(rest for _, rest in told[: [name for name, _ in told].index("USER")])
    assert f"--owner=sandbox --group=sandbox {dict(told)['VOLUME']}" in before_user, (
        "a volume is root's where no folder was"
    )
    used = re.findall(r'"-m", "sandbox", "([a-z]+)"', " ".join(rest for _, rest in told))
    assert used == ["wait", "up"]
    assert set(used) <= set(COMMANDS)


def test_the_shop_in_a_container_shares_the_sandboxes_network() -> None:
    services = yaml.safe_load((ROOT / "deploy" / "compose.yml").read_text())["services"]
    assert services["shop"]["network_mode"] == "service:sandbox"
    assert services["shop"]["depends_on"]["sandbox"]["condition"] == "service_healthy"
    assert (
        ROOT / "deploy" / services["sandbox"]["build"]["context"] / services["sandbox"]["build"]["dockerfile"]
    ).is_file()
