"""A scenario that hangs is broken off where it waits, in Python or in the browser, which plays on; traces are kept in a told place."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.testing.packs.limiting import TookTooLong, limited
from sandbox.testing.packs.pack import Pack
from sandbox.testing.packs.results import Scenario
from sandbox.testing.packs.running import Run
from sandbox.testing.packs.traces import keep_traces

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def never_give_up() -> None:
    while True:
        try:
            time.sleep(60)
        except Exception:
            continue


def test_a_wait_in_python_is_broken_off_whatever_it_catches() -> None:
    with pytest.raises(TookTooLong, match=r"was not over after 0\.1 s"), limited(0.1, lambda: None):
        never_give_up()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.browser
def test_a_wait_for_the_browser_is_broken_off_and_another_page_can_be_had(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.testing.packs.limiting._PICTURE_MILLISECONDS", 15_000)  # on a busy machine as well
    picture = tmp_path / "last.jpeg"
    page = browser.new_context().new_page()
    with pytest.raises(TookTooLong), limited(0.3, lambda: browser, picture):
        page.evaluate("new Promise(() => {})")
    assert page.is_closed()
    assert picture.read_bytes().startswith(b"\xff\xd8")
    other = browser.new_context().new_page()
    assert other.evaluate("1 + 1") == 2
    other.context.close()


def test_what_ends_in_time_is_not_disturbed() -> None:
    with limited(60, lambda: None):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_the_command_that_plays_it_again_has_its_time_and_part(tmp_path: Path) -> None:
    run = Run(packs=[Pack("mine", tmp_path, "Mine", "Mine")], seed=7, timeout=9.5, shard=(2, 3), workers=2)
    assert run.command().endswith("--seed 7 --timeout 9.5 --shard 2/3 -n 2")
    assert run.command("mine", "test_it").endswith("--scenario test_it --seed 7 --timeout 9.5")
    assert "--scenario-timeout=9.5" in run.arguments(tmp_path)


def test_a_trace_that_no_report_holds_is_kept_beside_it(tmp_path: Path) -> None:
    traces = [tmp_path / name / "trace.zip" for name in ("first", "second")]
    for trace in traces:
        trace.parent.mkdir()
        trace.write_bytes(b"PK")
    scenarios = [Scenario("test_a.py::test_it", "mine", "It", "test_a.py", 1, trace=str(trace)) for trace in traces]
    kept = keep_traces(tmp_path / "kept", scenarios, embedded={str(traces[0])})
    assert kept == {str(traces[1]): tmp_path / "kept" / "second.zip"}
    assert kept[str(traces[1])].read_bytes() == b"PK"
