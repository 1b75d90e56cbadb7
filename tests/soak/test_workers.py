"""Eight workers side by side, in two random orders: nobody sees another's world. Two workers do it in every test run."""

from __future__ import annotations

import os

import pytest

from tests.testing.test_plugin import A_SUITE, IN_RANDOM_ORDER


@pytest.mark.skipif(os.environ.get("SANDBOX_SOAK") != "1", reason="eight sandboxes at once, for make soak")
@pytest.mark.parametrize("seed", ["3", "4"])
def test_eight_workers_see_nothing_of_one_another(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, seed: str
) -> None:
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    pytester.makeconftest(IN_RANDOM_ORDER)
    pytester.makepyfile(A_SUITE.replace("range(1_000, 13_000, 1_000)", "range(1_000, 41_000, 1_000)"))
    done = pytester.runpytest_subprocess("-n", "8", "-q", "--sandbox-seed", seed)
    done.assert_outcomes(passed=40)
