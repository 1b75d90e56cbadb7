"""Runs packs: pytest and Playwright underneath, in this process or in pytest-xdist's workers, each with a world of its own."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.kit.clock import real_now
from sandbox.testing.packs.pack import USUAL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing.packs.pack import Pack
    from sandbox.testing.packs.progress import Progress
    from sandbox.testing.packs.results import Results

_INI = Path(__file__).with_name("pytest.ini")
_MOST_OUTPUT = 2_000
_PASSED, _FAILED, _INTERRUPTED, _NOTHING_FOUND = 0, 1, 2, 5


@dataclass(frozen=True)
class Run:
    """What to run and how. ``shard`` is ``(1, 3)`` for the first third; ``scenario`` a part of scenarios' names or titles;
    a scenario is broken off after ``timeout`` seconds, where that is not 0.
    """

    packs: list[Pack]
    seed: int
    workers: int = 1
    shard: tuple[int, int] = (1, 1)
    scenario: str = ""
    timeout: float = USUAL_SECONDS
    sandbox_url: str = ""
    shop_url: str = ""
    headed: bool = False
    slow: bool = False
    trace: bool = False
    pictures: bool = False

    def arguments(self, artifacts: Path) -> list[str]:
        """For pytest. Conftests are those of the packs and of the folder that they all are in."""
        folders = [pack.folder for pack in self.packs]
        around = Path(os.path.commonpath([folder.parent for folder in folders]))
        given = {
            "--scenario-name": self.scenario,
            "--scenario-timeout": f"{self.timeout:g}",
            "--sandbox-url": self.sandbox_url,
            "--sandbox-shop": self.shop_url,
            "--scenario-shard": "/".join(map(str, self.shard)),
            "-n": str(self.workers) if self.workers > 1 else "",
            "--dist": "load" if self.workers > 1 else "",
        }
        switches = {
            "--sandbox-headed": self.headed,
            "--sandbox-slow": self.slow,
            "--scenario-trace": self.trace,
            "--scenario-pictures": self.pictures,
        }
        return [
            *map(str, folders),
            *(f"--rootdir={_root_above(around)}", f"--confcutdir={around}", "-c", str(_INI)),
            *("-p", "sandbox.testing.packs.plugin"),
            *(f"--sandbox-seed={self.seed}", f"--sandbox-artifacts={artifacts}"),
            *(f"{name}={value}" if name[:2] == "--" else f"{name}{value}" for name, value in given.items() if value),
            *(name for name, is_on in switches.items() if is_on),
        ]

    @property
    def may_be_empty(self) -> bool:
        """There may be fewer scenarios than parts; that there is none at all is told by the first part."""
        return self.shard[0] > 1

    def command(self, pack: str = "", scenario: str = "") -> str:
        """What to type to run it again, or one pack or scenario of it."""
        folders = [each for each in self.packs if not pack or each.name == pack]
        parts = ["python", "-m", "sandbox", "scenarios", "run", *(_typed(each) for each in folders)]
        name = scenario or self.scenario
        if name:
            parts += ["--scenario", name]
        parts += ["--seed", str(self.seed)]
        parts += ["--timeout", f"{self.timeout:g}"] if self.timeout != USUAL_SECONDS else []
        if not scenario:
            parts += ["--shard", "/".join(map(str, self.shard))] if self.shard[1] > 1 else []
            parts += ["-n", str(self.workers)] if self.workers > 1 else []
        for url in (self.sandbox_url, self.shop_url):
            parts += ["--against", url] if url else []
        return shlex.join(parts)


@dataclass
class Outcome:
    """``exit_code`` is pytest's; ``output`` what it would have printed, for when nothing else explains it."""

    results: Results
    exit_code: int
    output: str = field(default="", repr=False)

    @property
    def ran(self) -> bool:
        return self.exit_code in {_PASSED, _FAILED}

    @property
    def problem(self) -> str:
        """Why nothing was played, in the words of Python or pytest, without what they say around it."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        told = [line.removeprefix("ERROR: ") for line in lines if line.startswith(("ImportError while", "ERROR: "))]
        errors = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")]
        return "\n".join([*told, *errors]) or self.output[-_MOST_OUTPUT:].strip()

    @property
    def found_nothing(self) -> bool:
        return self.exit_code == _NOTHING_FOUND or (self.ran and not self.results.scenarios)

    @property
    def was_interrupted(self) -> bool:
        return self.exit_code == _INTERRUPTED and not self.results.collection_errors


@contextmanager
def run_packs(run: Run, progress: Progress) -> Iterator[Outcome]:
    """The outcome, whose pictures and traces are there until the block ends."""
    began, quiet = time.monotonic(), _Quiet()
    with tempfile.TemporaryDirectory(prefix="flouci-scenarios-") as artifacts, _own_environment(), _ended_in_order():
        progress.results.began = real_now().strftime("%Y-%m-%dT%H:%M:%S")
        with redirect_stderr(quiet.output):  # what pytest says before it has a reporter
            exit_code = int(pytest.main(run.arguments(Path(artifacts)), plugins=[quiet, progress]))
        progress.results.seconds = round(time.monotonic() - began, 2)
        if exit_code == _INTERRUPTED:
            progress.results.stop()
        yield Outcome(progress.results, exit_code, quiet.output.getvalue())


class _Quiet:
    """Instead of pytest's own words there is the progress; plugins that write to its terminal still can."""

    def __init__(self) -> None:
        self.output = StringIO()

    @pytest.hookimpl(trylast=True)  # once there is a standard one
    def pytest_configure(self, config: Any) -> None:
        from _pytest.terminal import TerminalReporter

        standard = config.pluginmanager.getplugin("terminalreporter")
        if standard is not None:
            config.pluginmanager.unregister(standard)
            config.pluginmanager.register(TerminalReporter(config, self.output), "terminalreporter")


@contextmanager
def _own_environment() -> Iterator[None]:
    """Options that a user keeps for their own tests are none of a scenario run."""
    kept = os.environ.pop("PYTEST_ADDOPTS", None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ["PYTEST_ADDOPTS"] = kept


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """A SIGTERM ends a run as Ctrl-C does: browser and sandbox are stopped, and what was played so far is told."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _root_above(folder: Path) -> Path:
    """What pytest names modules from: for ``scenarios/time/test_expiry.py`` no ``time``, which would hide Python's own."""
    while folder.name in sys.stdlib_module_names and folder != folder.parent:
        folder = folder.parent
    return folder.parent


def _typed(pack: Pack) -> str:
    """A pack of the sandbox by its name, a user's own by its path."""
    from sandbox.resources import resource

    if pack.folder.parent == resource("scenarios").resolve():
        return pack.name
    try:
        return f"./{pack.folder.relative_to(Path.cwd())}"
    except ValueError:
        return str(pack.folder)
