"""Runners of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.runner import Runner, Up


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    made = Runner(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runner, Up]]:
    """One sandbox that runs, for commands that only ask it something."""
    made = Runner(tmp_path_factory.mktemp("running"))
    yield made, made.up()
    made.close()
