"""Whole code payments a second over HTTP, in a new sandbox and in one that holds many payments."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from bench import history, load, processes
from bench.report import Figures, median, percentile
from bench.reset import time_reset

if TYPE_CHECKING:
    from pathlib import Path

    from bench.options import Options

CROWDS = (1, 8)
_WARM_UP_SECONDS = 1.5


class UntrueLedgerError(Exception):
    """The proof of the ledger found problems: what was measured was not the sandbox at work."""


def measure(options: Options) -> Figures:
    """New and full sandbox take turns, so that a busy moment of the machine meets both."""
    figures: Figures = {}
    with processes.temporary_folder() as new_folder, processes.temporary_folder() as full_folder:
        figures["history_seconds"] = _fill(full_folder, options.payments)
        with processes.sandbox(new_folder) as new, processes.sandbox(full_folder) as full:
            figures["full_idle_memory_megabytes"] = full.memory()
            runs = {"": Runs(new), "full_": Runs(full)}
            for _ in range(options.turns):
                for clients in CROWDS:
                    for run in runs.values():
                        run.add(clients, options.seconds)
            for prefix, run in runs.items():
                figures |= {f"{prefix}{name}": value for name, value in run.figures().items()}
            for name, sandbox in (("", new), ("full_", full)):
                figures[f"{name}ledger_verify_seconds"] = verify_ledger(sandbox)
            client = load.Client(full.base_url)
            figures["full_reset_milliseconds"] = time_reset(client)
            client.close()
    return figures


class Runs:
    """The loads of one sandbox."""

    def __init__(self, sandbox: processes.Program) -> None:
        self._sandbox = sandbox
        self._job = processes.checkout_job(sandbox, clients=max(CROWDS))
        self._loads: dict[int, list[load.Load]] = {clients: [] for clients in CROWDS}
        self._used: list[float] = []
        load.run(self._job | {"seconds": _WARM_UP_SECONDS})

    def add(self, clients: int, seconds: float) -> None:
        before = self._sandbox.processor_seconds()
        done = load.run(self._job | {"clients": clients, "seconds": seconds})
        after = self._sandbox.processor_seconds()
        self._loads[clients].append(done)
        if before is not None and after is not None:
            self._used.append((after - before) * 1000 / len(done.milliseconds))

    def figures(self) -> Figures:
        found: Figures = {}
        for clients, loads in self._loads.items():
            name = f"checkouts_{clients}_client" + "s" * (clients > 1)
            took = [each for one in loads for each in one.milliseconds]
            found[f"{name}_per_second"] = median([each.rate for each in loads])
            found[f"{name}_p50_milliseconds"] = percentile(took, 50)
            found[f"{name}_p99_milliseconds"] = percentile(took, 99)
        if self._used:
            found["checkout_processor_milliseconds"] = median(self._used)
        return found | {"loaded_memory_megabytes": self._sandbox.memory()}


def verify_ledger(sandbox: processes.Program) -> float:
    """Seconds. Raises UntrueLedgerError."""
    client = load.Client(sandbox.base_url)
    started = perf_counter()
    report = client.call("GET", "/_sandbox/ledger/verify")
    seconds = perf_counter() - started
    client.close()
    if not report["ok"]:
        raise UntrueLedgerError(str(report["problems"][:3]))
    return seconds


def _fill(folder: Path, payments: int) -> float:
    """Seconds. One payment is made the real way in a sandbox, which then stops; its rows are the pattern of all others."""
    with processes.sandbox(folder) as sandbox:
        client = load.Client(sandbox.base_url)
        load.pay_by_code(client, processes.checkout_job(sandbox, clients=1), 0)
        client.call("POST", "/_sandbox/drain")
        client.close()
    started = perf_counter()
    history.add_payments(folder / "databases", payments)
    return perf_counter() - started
