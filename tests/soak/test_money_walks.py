"""A hypothesis state machine over everything that moves money: small in every test run, large with SANDBOX_SOAK=1."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import POSTGRESQL
from tests.soak.money.walk import MoneyWalk
from tests.soak.money.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.databases import PostgresqlServer, UrlFactory

FULL = os.environ.get("SANDBOX_SOAK") == "1"


def walk(make_world: Callable[[], World], *, walks: int, steps: int = 30) -> int:
    """The same walks every time; how often they were cut off. They are not shrunk, which takes minutes, but printed whole."""

    class Walk(MoneyWalk):
        pass

    Walk.make_world = staticmethod(make_world)
    how = settings(
        max_examples=walks,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Walk, settings=how)
    return Walk.cut_off


def files_in(folder: Path) -> Callable[[], World]:
    """Worlds on SQLite, each with files of its own."""
    numbers = count()

    def make_world() -> World:
        number = next(numbers)
        return World(lambda service: f"sqlite:///{folder}/{number}-{service}.db")

    return make_world


def test_no_walk_loses_makes_or_moves_money_twice(tmp_path: Path) -> None:
    walks = 400 if FULL else 12
    assert walk(files_in(tmp_path), walks=walks) > walks, "hardly anything was cut off"


@POSTGRESQL
def test_no_walk_does_on_postgresql(postgresql_server: PostgresqlServer, postgresql_url: UrlFactory) -> None:
    def make_world() -> World:
        postgresql_server.clear()
        return World(postgresql_url)

    walks = 100 if FULL else 3
    assert walk(make_world, walks=walks) > walks
