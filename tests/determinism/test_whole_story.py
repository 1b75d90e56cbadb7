"""The same seed and the same scenario give the same of everything: compared line by line over two processes, and told where not."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120
pytestmark = pytest.mark.xdist_group("determinism")


def play(seed: int, home: Path, *, hash_seed: int, **environment: str) -> list[str]:
    """A process of its own, with ports, folders and an order of sets of its own; the demo world is made anew."""
    own = {"PYTHONHASHSEED": str(hash_seed), "XDG_CACHE_HOME": str(home), "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(
        [sys.executable, "-m", "tests.determinism.whole_story", str(seed)],
        cwd=home,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def tokens_of(lines: list[str]) -> set[str]:
    """Keys, sessions and ids of 22 characters and more that the run drew."""
    return {word for line in lines for word in re.findall(r"[A-Za-z0-9_-]{22,}", line) if re.search(r"\d", word)}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return play(42, tmp_path_factory.mktemp("first"), hash_seed=1, TZ="America/New_York", LC_ALL="C")


def test_two_runs_of_one_seed_are_the_same_to_the_last_line(first: list[str], tmp_path: Path) -> None:
    """In other folders, at another time of the day, in another part of the world."""
    again = play(42, tmp_path, hash_seed=2, TZ="Asia/Tokyo", LC_ALL="C.UTF-8")
    different = "\n".join(line[:400] for line in difflib.unified_diff(first, again, "first", "again", n=0, lineterm=""))
    assert digest(again) == digest(first), different


def test_the_story_holds_everything_that_is_given_out(first: list[str]) -> None:
    """Else two runs could be the same because there is nothing in them."""
    kinds = {line.partition(" ")[0] for line in first}
    assert kinds >= {
        "keys",
        "session",
        "form",
        "order",
        "sms",
        "mail",
        "ledger",
        "webhook",
        "journal",
        "refunds",
        "changed",
        "told",
        "fingerprint",
    }
    journal = "\n".join(line for line in first if line.startswith("journal"))
    for service in ("platform", "payments", "wallets", "phone", "mail", "sms", "webhooks"):
        assert f'"service": "{service}"' in journal
    assert "503" in journal, "webhooks that were refused first"


def test_another_seed_draws_nothing_that_this_one_drew(first: list[str], tmp_path: Path) -> None:
    other = play(43, tmp_path, hash_seed=1)
    assert first[-1].startswith("fingerprint ")
    assert other[-1] != first[-1]
    common = tokens_of(first) & tokens_of(other)
    assert not {word for word in common if not re.search(r"[a-z]+-[a-z]+", word)}, common
