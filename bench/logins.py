"""Logins per second: each costs an Argon2id, which is meant to be slow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import load, processes
from bench.report import Figures, percentile

if TYPE_CHECKING:
    from bench.options import Options

_CLIENTS = (1, 4)


def measure(options: Options) -> Figures:
    figures: Figures = {}
    with processes.temporary_folder() as folder, processes.sandbox(folder) as sandbox:
        job = {"story": "log_in", "base_url": sandbox.base_url, "developer": sandbox.details["developer"]}
        for clients in _CLIENTS:
            found = load.run(job | {"clients": clients, "seconds": options.seconds})
            figures[f"logins_{clients}_clients_per_second"] = found.rate
            figures[f"logins_{clients}_clients_p95_milliseconds"] = percentile(found.milliseconds, 95)
    return figures
