"""The wheel works without the repository: installed in an empty environment, run from an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT], check=True, timeout=300)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel and what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder], check=True, timeout=120)
    interpreter = folder / "bin" / "python"
    subprocess.run([UV, "pip", "install", "--quiet", "--python", interpreter, wheel], check=True, timeout=500)
    return interpreter


@pytest.fixture
def running(python: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    command = [python, "-m", "sandbox", "up", "--json", "--port", "0", "--smtp-port", "0"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(20)


def test_the_wheel_carries_script_shop_and_packs_but_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "sandbox/_bundled/checkout/dist/main.js" in names
    assert "sandbox/_bundled/shop/app.py" in names
    assert "sandbox/_bundled/scenarios/first_payment/pack.toml" in names
    assert "sandbox/platform/templates/app.html" in names
    assert "sandbox/kit/web/ui/locales/ar.po" in names
    assert not [name for name in names if name.startswith(("tests/", "bench/")) or "__pycache__" in name]


def test_up_the_shop_and_the_script_work_from_the_wheel(running: dict[str, str]) -> None:
    assert "Pay" in httpx.get(running["shop_url"], params={"lang": "en"}).text
    assert httpx.get(f"{running['base_url']}/static/main.js").headers["Content-Type"].startswith("text/javascript")
    page = httpx.get(f"{running['base_url']}/", headers={"Accept": "text/html", "Accept-Language": "ar"})
    assert 'dir="rtl"' in page.text


def test_doctor_finds_everything_in_the_wheel(python: Path, tmp_path: Path) -> None:
    told = subprocess.run([python, "-m", "sandbox", "doctor", "--json"], cwd=tmp_path, capture_output=True, check=False)
    assert json.loads(told.stdout)["ok"], told.stdout
