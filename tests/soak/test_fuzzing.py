"""atheris, where it is installed (``make soak`` tries to), looks for inputs that the phone's readers do not expect."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUNS = 300_000
ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(os.environ.get("SANDBOX_SOAK") != "1", reason="a campaign: make soak runs it")
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no package for this Python")
def test_no_input_surprises_the_readers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.soak.fuzz_readers", str(RUNS)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=1200
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert f"Done {RUNS} runs" in done.stderr
