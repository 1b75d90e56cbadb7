"""What a test suite does between tests: an embedded sandbox started, and the whole world saved, compared and loaded."""

from __future__ import annotations

from time import perf_counter, process_time
from typing import TYPE_CHECKING

from bench import history, load, processes
from bench.report import Figures, median

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.options import Options

_PAYMENTS = 10_000
_MEGABYTE = 1_000_000


def measure(options: Options) -> Figures:
    return {**_measure_start(options.turns), **_measure_snapshots(options.turns)}


def _measure_start(turns: int) -> Figures:
    """After imports, and after the first one has made the demo world that the others copy."""
    from sandbox.testing import Sandbox

    with Sandbox.start():
        pass
    took, worked = [], []
    for _ in range(turns * 3):
        began, began_working = perf_counter(), process_time()
        with Sandbox.start():
            took.append((perf_counter() - began) * 1000)
            worked.append((process_time() - began_working) * 1000)
    return {
        "embedded_start_milliseconds": median(took),
        "embedded_start_slowest_milliseconds": max(took),
        "embedded_start_processor_milliseconds": median(worked),
    }


def _measure_snapshots(turns: int) -> Figures:
    with processes.temporary_folder() as folder:
        with processes.sandbox(folder) as sandbox:
            client = load.Client(sandbox.base_url)
            load.pay_by_code(client, processes.checkout_job(sandbox, clients=1), 0)
            client.close()
        history.add_payments(folder / "databases", _PAYMENTS)
        with processes.sandbox(folder) as sandbox:
            client = load.Client(sandbox.base_url)
            saved = client.call("POST", "/_sandbox/snapshots", {"name": "first"})
            figures = {
                "snapshot_save_milliseconds": _time(
                    turns, lambda: client.call("POST", "/_sandbox/snapshots", {"name": "again", "replace": True})
                ),
                "snapshot_load_milliseconds": _time(
                    turns, lambda: client.call("POST", "/_sandbox/snapshots/first/load", {})
                ),
                "snapshot_diff_milliseconds": _time(
                    turns, lambda: client.call("GET", "/_sandbox/snapshots/first/diff?to=again")
                ),
                "snapshot_megabytes": saved["bytes"] / _MEGABYTE,
            }
            client.close()
    return figures


def _time(turns: int, call: Callable[[], object]) -> float:
    took = []
    for _ in range(turns):
        began = perf_counter()
        call()
        took.append((perf_counter() - began) * 1000)
    return median(took)
