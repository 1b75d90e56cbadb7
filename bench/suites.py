"""Whole test suites of users: 20 scenarios with a browser by one and two workers, and 200 tests at the API by ``pytest -n 2``.

The machine has two cores, so what two workers gain is told beside what one takes.
"""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter
from typing import TYPE_CHECKING

from bench import processes

if TYPE_CHECKING:
    from pathlib import Path

    from bench.options import Options
    from bench.report import Figures

_SCENARIOS, _TESTS = 20, 200
_PACK = """title = "Twenty payments"
purpose = "How long a pack takes."
needs = ["browser"]
"""
_SCENARIO = '''"""A shopper pays in a browser, twenty times over."""

import pytest


@pytest.mark.parametrize("number", range({count}))
def test_a_shopper_pays(number, phone, shop, step):
    with step("A shopper photographs the form and types the code"):
        shop.pay_with(phone)
    assert phone.balance < 500_000
'''
_SUITE = '''"""What a merchant's tests do at the API: a payment each, and a look at what became of it."""

import pytest

from sandbox.testing.checkout import prepare_and_verify


@pytest.fixture(scope="module")
def app(sandbox):
    return sandbox.new_merchant()


@pytest.mark.parametrize("number", range({count}))
def test_a_payment_is_accepted_once(number, sandbox, app, phone):
    form = prepare_and_verify(sandbox, app, phone, amount=1_000 + number)
    assert sandbox.accept(app, form["payment_id"], form["flouci_otp"])["status"] == "SUCCESS"
    assert phone.balance == 500_000 - 1_000 - number
'''


def measure(options: Options) -> Figures:
    share = 1 if options.turns > 2 else 4
    with processes.temporary_folder() as folder:
        pack = folder / "twenty"
        pack.mkdir()
        (pack / "pack.toml").write_text(_PACK, "utf-8")
        (pack / "test_twenty.py").write_text(_SCENARIO.format(count=_SCENARIOS // share), "utf-8")
        suite = folder / "test_api.py"
        suite.write_text(_SUITE.format(count=_TESTS // share), "utf-8")
        scenarios = [sys.executable, "-m", "sandbox", "scenarios", "run", str(pack)]
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(suite)]
        return {
            "scenarios_1_worker_seconds": share * _run(scenarios, folder),
            "scenarios_2_workers_seconds": share * _run([*scenarios, "-n", "2"], folder),
            "api_tests_1_process_seconds": share * _run(pytest, folder),
            "api_tests_2_processes_seconds": share * _run([*pytest, "-n", "2"], folder),
        }


def _run(command: list[str], folder: Path) -> float:
    """Seconds, with the start of Python, of the sandbox and of the browser."""
    began = perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    seconds = perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds
