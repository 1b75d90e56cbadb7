"""``scenarios``: packs are found, run, shown and told; what is wrong with one is a single message."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from _pytest.reports import TestReport
from click.testing import CliRunner, Result

from sandbox.cli import main
from sandbox.testing.packs.progress import Progress
from sandbox.testing.packs.targets import ask_details

if TYPE_CHECKING:
    from sandbox.testing import Sandbox

PACK = 'title = "Mine"\npurpose = "Mine & <b>only</b>"\n'
SCENARIOS = """
def test_it_pays(sandbox, phone, step):
    with step("Money is sent"):
        phone.send(sandbox.phone().number, 1_500)

def test_it_fails(phone, step):
    with step("The <i>balance</i> is looked at"):
        assert phone.balance == 7
"""


BROKEN_FIXTURE = """
import pytest

@pytest.fixture
def till(phone):
    raise RuntimeError("no till")

def test_it_never_begins(till):
    raise AssertionError
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["scenarios", *arguments])


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "pack.toml").write_text(PACK, "utf-8")
    (folder / "test_mine.py").write_text(SCENARIOS, "utf-8")
    return folder


def test_the_packs_of_the_sandbox_are_told() -> None:
    told = json.loads(run("list", "--json").stdout)["packs"]
    assert {"personas", "first_payment"} <= {pack["name"] for pack in told}
    assert "Mine" not in str(told)


def test_a_pack_of_ones_own_is_run_and_told(pack: Path, tmp_path: Path) -> None:
    html, junit = tmp_path / "report.html", tmp_path / "junit.xml"
    done = run("run", str(pack), "--html", str(html), "--junit", str(junit), "--seed", "7")
    assert done.exit_code == 1, done.output
    assert "✓ [1/2] It pays" in done.output
    assert "· Money is sent" in done.output
    assert f"{pack / 'test_mine.py'}:8" in done.output
    assert "1 passed, 1 failed" in done.output
    assert "test session starts" not in done.output
    assert "--scenario test_it_fails --seed 7" in done.output
    page = html.read_text("utf-8")
    assert f"{pack / 'test_mine.py'}:8" in page
    assert "Mine &amp; &lt;b&gt;only&lt;/b&gt;" in page
    assert "<i>balance</i>" not in page
    assert "http-equiv" not in page
    assert '<code class="here" aria-current="true"><span>8</span>' in page
    assert "curl -i -X POST" in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)  # it opens offline
    cases = {case.get("name"): case for case in ET.parse(junit).getroot().iter("testcase")}
    assert cases["test_it_pays"].find("failure") is None
    assert "1.500 DT" in (cases["test_it_pays"].findtext("system-out") or "")
    failure = cases["test_it_fails"].find("failure")
    assert failure is not None
    assert "assert 500000 == 7" in failure.get("message", "")


@pytest.mark.parametrize(("folder", "module"), [("wave", "wave"), ("sunau/bought", "sunau")])
def test_a_pack_may_be_called_as_a_module_of_pythons_own(tmp_path: Path, folder: str, module: str) -> None:
    pack = tmp_path / folder
    pack.mkdir(parents=True)
    (pack / "pack.toml").write_text(PACK, "utf-8")
    (pack / "test_sound.py").write_text(f"import {module}\n\ndef test_it():\n    assert {module}.open\n", "utf-8")
    done = run("run", str(pack))
    assert "1 passed" in done.output
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("pack.toml", PACK + 'tag = ["x"]', "unknown key 'tag'; did you mean tags?"),
        ("pack.toml", "title = ", "is no TOML"),
        ("pack.toml", 'title = "Mine"', "purpose is missing"),
        ("pack.toml", PACK + 'needs = ["moon"]', "needs 'moon' is unknown"),
        ("test_broken.py", "def test_it(:", "SyntaxError"),  # a name of its own: Python keeps modules that it has read
    ],
)
def test_a_broken_pack_is_one_message(pack: Path, file: str, text: str, told: str) -> None:
    (pack / file).write_text(text, "utf-8")
    done = run("run", str(pack))
    assert done.exit_code == 2, done.output
    assert told in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("first_paymen",), 2, "Did you mean first_payment?"),
        (("--tag", "nothing"), 2, "No pack has the tag nothing"),
        (("personas", "--shard", "3/2"), 2, "is not a part such as 1/3"),
        (("personas", "--against", "http://127.0.0.1:9/"), 4, "http://127.0.0.1:9/ does not answer"),
        (("personas", "--against", "nowhere"), 2, "is no address"),
    ],
)
def test_what_cannot_be_run_is_told(arguments: tuple[str, ...], code: int, told: str) -> None:
    done = run("run", *arguments)
    assert (done.exit_code, told in done.output) == (code, True), done.output


def test_two_packs_of_one_name_are_told_apart_by_nobody(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "mine"
    shutil.copytree(pack, other)
    done = run("run", str(pack), str(other))
    assert done.exit_code == 2
    assert "Two packs are called mine" in done.output
    assert str(other) in done.output


def test_what_a_fixture_did_before_it_failed_is_told(pack: Path, tmp_path: Path) -> None:
    deeper, html = pack / "deeper", tmp_path / "r.html"
    deeper.mkdir()
    (deeper / "test_deep.py").write_text(BROKEN_FIXTURE, "utf-8")
    done = run("run", str(pack), "--scenario", "never_begins", "--html", str(html))
    assert done.exit_code == 1
    assert "RuntimeError: no till" in done.output
    assert "mine: Mine" in done.output
    assert "top_up" in html.read_text("utf-8")


ODD = '''
import pytest

@pytest.mark.xfail(reason="known trouble", strict=True)
def test_better_than_expected(): pass

@pytest.mark.xfail(reason="known trouble")
def test_as_bad_as_expected(): raise AssertionError

def test_no_such_fixture(till_of_the_shop): pass

@pytest.mark.nightly
def test_it_prints(step):
    """تطبع <b>سطرا</b>."""
    print("on paper")
    with step("Half way"):
        pytest.skip("enough")

class TestTill:
    @pytest.mark.parametrize("case", ["a/b c'd::e", "a/b c d::e", "é"])
    def test_case(self, case):
        assert case == "é", "\\x1b[31mred\\x00"
'''


def test_whatever_pytest_knows_is_told(pack: Path, tmp_path: Path) -> None:
    (pack / "test_odd.py").write_text(ODD, "utf-8")
    html, junit = tmp_path / "r.html", tmp_path / "j.xml"
    done = run("run", str(pack), "--html", str(html), "--junit", str(junit), "--scenario", "test_")
    assert done.exit_code == 1
    assert "Passed: it was expected to fail: known trouble" in done.output
    assert f"{pack / 'test_odd.py'}:10\n      FixtureLookupError: fixture 'till_of_the_shop' not found" in done.output
    assert "– [6/9] تطبع <b>سطرا</b>: enough" in done.output
    assert "\x1b" not in done.output + html.read_text("utf-8")
    assert '<li class="depth-0"><span aria-hidden="true">✓</span> Half way' in html.read_text("utf-8")  # not failed
    cases = {case.get("name"): case for case in ET.parse(junit).getroot().iter("testcase")}
    told = {name: [child.tag for child in case if child.tag in RESULTS] for name, case in cases.items()}
    assert told == {
        "test_it_pays": [],
        "test_it_fails": ["failure"],
        "test_better_than_expected": ["failure"],
        "test_as_bad_as_expected": ["skipped"],
        "test_no_such_fixture": ["error"],
        "test_it_prints": ["skipped"],
        "test_case[a/b c'd::e]": ["failure"],
        "test_case[a/b c d::e]": ["failure"],
        "test_case[é]": [],
    }
    suite = next(ET.parse(junit).getroot().iter("testsuite"))
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["9", "4", "1", "2"]
    assert cases["test_case[é]"].get("classname") == "mine.test_odd.TestTill"
    assert "on paper" in (cases["test_it_prints"].findtext("system-out") or "")


RESULTS = ("failure", "error", "skipped")


def test_the_command_that_is_told_plays_that_scenario_alone(pack: Path) -> None:
    (pack / "test_more.py").write_text("def test_it_fails_too(): pass\n" + ODD, "utf-8")
    for name, count in (("it FAILS", 2), ("TestTill::test_case[a/b c'd::e]", 1)):
        told = run("run", str(pack), "--scenario", name)
        assert f"/{count}]" in told.output, (name, told.output)


def test_a_process_that_dies_is_told_with_its_scenario(pack: Path) -> None:
    """As pytest-xdist tells it when it has started another one."""
    lines: list[str] = []
    progress = Progress(lines.append, {"mine": "Mine"}, alone=False)
    progress._root = pack.parent
    crash = "worker 'gw1' crashed while running it"
    progress.pytest_runtest_logreport(
        TestReport("mine/test_mine.py::test_it_fails", ("", None, ""), {}, "failed", crash, "call")
    )
    scenario = progress.results.scenarios["mine/test_mine.py::test_it_fails"]
    assert (scenario.pack, scenario.outcome, scenario.line, scenario.has_ended) == ("mine", "failed", 6, True)
    assert scenario.failures[0].text.endswith(crash)
    assert any("Died: the process that played it is gone" in line for line in lines)


def test_a_part_that_is_left_without_scenarios_is_fine(pack: Path, tmp_path: Path) -> None:
    junit = tmp_path / "j.xml"
    done = run("run", str(pack), "--shard", "3/3", "--junit", str(junit))
    assert (done.exit_code, "nothing is left for part 3/3" in done.output) == (0, True), done.output
    assert ET.parse(junit).getroot().get("tests") == "0"


def test_a_conftest_that_cannot_be_read_is_one_message(pack: Path) -> None:
    (pack / "conftest.py").write_text("import no_such_module\n", "utf-8")
    done = run("run", str(pack))
    assert done.exit_code == 2
    assert done.output.splitlines() == [
        "The packs cannot be run:",
        f"ImportError while loading conftest '{pack / 'conftest.py'}'.",
        "ModuleNotFoundError: No module named 'no_such_module'",
    ]


def test_where_a_sandbox_runs_scenarios_go_one_after_the_other_and_its_seed_is_told(
    pack: Path, sandbox: Sandbox
) -> None:
    seed = ask_details(sandbox.base_url)["seed"]
    other = run("run", str(pack), "--against", sandbox.base_url, "--seed", str(seed + 1))
    assert other.exit_code == 2
    assert f"runs with seed {seed}; leave it out" in other.output
    done = run("run", str(pack), "--against", sandbox.base_url, "-n", "2", "--scenario", "test_it_pays")
    assert "scenarios are played one after the other" in done.output
    assert f"(seed {seed})" in done.output
    assert "· Money is sent\n  ✓ [1/1] It pays" in done.output  # as one process shows it


def test_no_scenario_of_that_name_is_wrong_use(pack: Path) -> None:
    done = run("run", str(pack), "--scenario", "nothing")
    assert done.exit_code == 2
    assert "There is no scenario with 'nothing' in its name" in done.output


STOPPED = """
import os
import signal


def test_first(phone):
    assert phone.balance


def test_second(phone):
    os.kill(os.getpid(), signal.{name})


def test_third(phone):
    assert phone.balance
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_run_that_is_stopped_tells_what_was_played(tmp_path: Path, name: str) -> None:
    pack, html, junit = tmp_path / "stopped", tmp_path / "r.html", tmp_path / "j.xml"
    pack.mkdir()
    (pack / "pack.toml").write_text('title = "Stopped"\npurpose = "It ends early."\n')
    (pack / "test_stopped.py").write_text(STOPPED.format(name=name))
    done = run("run", str(pack), "--html", str(html), "--junit", str(junit))
    assert done.exit_code == 1
    assert "Stopped before the end, while this was played: Second. What had not" in done.output
    assert "<h1>Stopped before the end</h1>" in html.read_text()
    assert "1 passed" in done.output
    assert "First" in html.read_text()
    assert "Third" not in html.read_text()
    assert 'name="First"' in junit.read_text() or "test_first" in junit.read_text()


def test_what_cannot_be_run_leaves_no_empty_report(tmp_path: Path) -> None:
    pack, html = tmp_path / "broken", tmp_path / "r.html"
    pack.mkdir()
    (pack / "pack.toml").write_text('title = "Broken"\npurpose = "It is."\n')
    (pack / "test_broken.py").write_text("def test_(:")
    assert run("run", str(pack), "--html", str(html)).exit_code == 2
    assert not html.exists()
