"""``POST /_sandbox/reset`` as a test suite calls it: after a few payments, between two tests."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from bench import load, processes
from bench.report import Figures, median, percentile

if TYPE_CHECKING:
    from bench.options import Options

_RESETS_PER_TURN = 6
_PAYMENTS_BETWEEN = 3


def measure(options: Options) -> Figures:
    took: list[float] = []
    with processes.temporary_folder() as folder, processes.sandbox(folder) as sandbox:
        client = load.Client(sandbox.base_url)
        for _ in range(options.turns * _RESETS_PER_TURN):
            job = processes.checkout_job(sandbox, clients=1)
            for _ in range(_PAYMENTS_BETWEEN):
                load.pay_by_code(client, job, 0)
            took.append(time_reset(client))
        client.close()
    return {"reset_milliseconds": median(took), "reset_p99_milliseconds": percentile(took, 99)}


def time_reset(client: load.Client) -> float:
    """Milliseconds."""
    started = perf_counter()
    client.call("POST", "/_sandbox/reset")
    return (perf_counter() - started) * 1000
