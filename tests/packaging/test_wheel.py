"""The wheel works where nothing of the repository is: an empty environment, an empty folder."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
PATIENCE_SECONDS = 240
NOT_FOR_USERS = (
    "tests/",
    "bench/",
    ".ci/",
    "_bundled/checkout/test",
    "_bundled/checkout/src",
    "node_modules",
)
pytestmark = pytest.mark.xdist_group("packaging")


def run(*command: str | Path, cwd: Path, **kwargs: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        **kwargs,
    )


def environment() -> dict[str, str]:
    dropped = ("PYTHONPATH", "PYTEST", "VIRTUAL_ENV", "FLOUCI")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


def skip_without_index(done: subprocess.CompletedProcess[str], what: str) -> None:
    """Packages come from uv's cache or the index; a machine with neither skips, CI never does."""
    if done.returncode == 0:
        return
    if os.environ.get("CI") == "true" or not any(
        word in done.stderr
        for word in ("Failed to fetch", "dns error", "error sending request", "Could not connect", "timed out")
    ):
        pytest.fail(f"{what}: {done.stderr[-2000:]}")
    pytest.skip(f"{what}: the package index cannot be reached")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not UV.exists():
        pytest.skip("uv is not installed in this environment")
    folder = tmp_path_factory.mktemp("wheel")
    skip_without_index(run(UV, "build", "--wheel", "--out-dir", folder, ROOT, cwd=folder), "building the wheel")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel, what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    made = run(UV, "venv", "--python", sys.executable, folder / "venv", cwd=folder)
    assert made.returncode == 0, made.stderr
    python = folder / "venv" / "bin" / "python"
    done = run(UV, "pip", "install", "--python", python, wheel, cwd=folder)
    skip_without_index(done, "installing the wheel")
    return python


@pytest.fixture
def up(installed: Path, tmp_path: Path) -> Iterator[dict]:
    command = [installed, "-m", "sandbox", "up", "--json", "--port", "0", "--smtp-port", "0"]
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE_SECONDS)
        line = process.stdout.readline() if ready else ""
        if not line:
            process.kill()
            pytest.fail(f"it did not start: {process.communicate()[1]}")
        yield json.loads(line)
        process.terminate()
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert (process.returncode, errors) == (0, "")
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_the_wheel_holds_what_users_need_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [name for name in names if any(part in name for part in NOT_FOR_USERS)] == []
    assert [name for name in names if name.endswith((".pyc", ".db", ".log", ".map"))] == []
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"sandbox"}
    for needed in (
        "sandbox/_bundled/checkout/dist/main.js",
        "sandbox/_bundled/shop/app.py",
        "sandbox/_bundled/scenarios/first_payment/pack.toml",
        "sandbox/kit/web/ui/locales/ar/apps.po",
        "sandbox/platform/templates/home.html",
        "sandbox/mock_mobile/static/phone.js",
    ):
        assert needed in names, needed
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_everything_in_the_package_that_is_no_code_is_in_the_wheel(wheel: Path) -> None:
    """A template or style sheet that was left out would only be missed by whoever opens its page."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    kinds = (".py", ".typed", ".html", ".txt", ".css", ".js", ".svg", ".po", ".png")
    here = {str(file.relative_to(ROOT)) for file in (ROOT / "sandbox").rglob("*") if file.suffix in kinds}
    assert {name for name in here if "_bundled" not in name} <= names


def test_from_an_empty_folder_the_installed_sandbox_serves_everything(up: dict, tmp_path: Path) -> None:
    base = up["base_url"]
    assert httpx.get(f"{base}/shop/", trust_env=False).status_code == 200
    script = httpx.get(f"{base}/static/main.js", trust_env=False)
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.content == (ROOT / "checkout" / "dist" / "main.js").read_bytes()
    for path in (
        "/",
        "/docs",
        "/docs/changelog",
        "/docs/settings",
        "/register",
        "/mobile/",
        "/inbox/",
        "/_sandbox/",
        "/_ui/ui.css",
        "/?lang=ar",
    ):
        answer = httpx.get(base + path, headers={"Accept": "text/html"}, trust_env=False)
        assert answer.status_code == 200, path
    assert "\u0645" in httpx.get(f"{base}/?lang=ar", headers={"Accept": "text/html"}, trust_env=False).text
    assert [child.name for child in tmp_path.iterdir()] == [".sandbox"]


def test_the_installed_doctor_finds_all_that_came_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "-m", "sandbox", "doctor", "--json", cwd=tmp_path)
    checks = json.loads(done.stdout)["checks"]
    assert checks["checkout script"] is None
    assert checks["demo shop"] is None
    assert checks["Python 3.11 or newer"] is None


def test_the_command_and_the_pytest_plugin_are_installed(installed: Path, tmp_path: Path) -> None:
    assert run(installed.with_name("sandbox"), "version", cwd=tmp_path).stdout.startswith("flouci-sandbox ")
    test = "def test_it(sandbox, merchant_app, phone):\n    assert phone.balance == 500_000\n    assert merchant_app.name\n"
    (tmp_path / "test_mine.py").write_text(test, "utf-8")
    done = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
