"""Flouci's published API: generate, pay and verify per second, in a new sandbox and in one that holds many such payments.

localstripe's create, confirm and retrieve take turns with them.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from bench import history, load, localstripe, processes, published_stories
from bench.checkouts import verify_ledger
from bench.report import Figures, median, percentile

if TYPE_CHECKING:
    from pathlib import Path

    from bench.options import Options

CROWDS = (1, 8, 32)


def measure(options: Options) -> Figures:
    """All of them take turns, so that a busy moment of the machine meets all. A new localstripe for each of its turns."""
    figures: Figures = {}
    with processes.temporary_folder() as new_folder, processes.temporary_folder() as full_folder:
        fill(full_folder, options.payments)
        with processes.sandbox(new_folder) as new, processes.sandbox(full_folder) as full:
            worlds = {"published": new, "full_published": full}
            jobs = {name: make_job(world, clients=max(CROWDS)) for name, world in worlds.items()}
            for clients in CROWDS:
                loads: dict[str, list[load.Load]] = {}
                used: dict[str, list[float]] = {}
                for _ in range(options.turns):
                    for name, world in worlds.items():
                        before = world.processor_seconds()
                        done = load.run(jobs[name] | {"clients": clients, "seconds": options.seconds})
                        after = world.processor_seconds()
                        loads.setdefault(name, []).append(done)
                        if before is not None and after is not None:
                            used.setdefault(name, []).append((after - before) * 1000 / len(done.milliseconds))
                    with processes.localstripe() as peer:
                        job = localstripe.make_job(peer, "create_confirm_retrieve", clients)
                        loads.setdefault("localstripe_published", []).append(
                            load.run(job | {"seconds": options.seconds})
                        )
                for name, done_loads in loads.items():
                    figures |= describe(f"{name}_{clients}_client" + "s" * (clients > 1), done_loads)
                for name, spent in used.items():
                    figures[f"{name}_{clients}_processor_milliseconds"] = median(spent)
            for world in worlds.values():
                verify_ledger(world)
    return figures


def fill(folder: Path, count: int) -> None:
    """A sandbox's data with so many payments of pages: rows of one that was really made."""
    with processes.sandbox(folder) as sandbox, closing(load.Client(sandbox.base_url)) as client:
        published_stories.generate_pay_verify(client, make_job(sandbox, clients=1), 0)
        client.call("POST", "/_sandbox/drain")
    history.add_payments(folder / "databases", count)


def make_job(sandbox: processes.Program, *, clients: int) -> dict[str, Any]:
    return processes.checkout_job(sandbox, clients=clients) | {"story": "generate_pay_verify"}


def describe(name: str, loads: list[load.Load]) -> Figures:
    took = [each for one in loads for each in one.milliseconds]
    return {
        f"{name}_per_second": median([each.rate for each in loads]),
        f"{name}_p50_milliseconds": percentile(took, 50),
        f"{name}_p99_milliseconds": percentile(took, 99),
    }
