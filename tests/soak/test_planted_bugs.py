"""The test of the test: the walks find every bug that is planted in the code that moves money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.soak.money.bugs import (
    PLANTS,
    a_balance_that_is_looked_at_without_a_lock,
    a_double_posting,
)
from tests.soak.test_money_walks import FULL, files_in, walk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.soak.money.bugs import Plant

_SOON_FOUND = (a_double_posting, a_balance_that_is_looked_at_without_a_lock)
"""The others need more walks than a test run has time for: SANDBOX_SOAK=1 looks for all of them."""
_MOST_WALKS = 400
_STEPS = 20
"""The first walk that finds the bug is the last: of walks as short as these the 14th and the 6th, of longer ones the 30th and the 6th."""


@pytest.mark.parametrize("plant", PLANTS if FULL else _SOON_FOUND, ids=lambda plant: plant.__name__)
def test_the_walks_find(plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        walk(files_in(tmp_path), walks=_MOST_WALKS, steps=30 if FULL else _STEPS)
