"""The Payments API itself, on SQLite and PostgreSQL, with a new ledger and one of a million entries.

How many payments, transfers and refunds a second at 1, 8 and 32 clients; what statements and histories cost; how long proof
and export of the whole ledger take. All four worlds are up at once and take turns, so that a busy moment of the machine
meets all of them.
"""

from __future__ import annotations

from contextlib import ExitStack
from time import perf_counter
from typing import TYPE_CHECKING

from bench import load, processes
from bench.ledger_history import add_entries
from bench.ledger_pages import measure_pages
from bench.payments_world import PaymentsWorld
from bench.report import Figures, percentile

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.options import Options

CROWDS = (1, 8, 32)
_CROWDS_OF_TWO = (8, 32)
STORIES = {"payments": "pay", "transfers": "send", "refunds": "refund"}
_FORMS = ("csv", "beancount")


def measure(options: Options) -> Figures:
    """Without PostgreSQL on this machine, SQLite alone."""
    figures: Figures = {}
    with ExitStack() as stack:
        worlds = [
            world for make in (_sqlite_urls, _postgresql_urls) for world in _open_worlds(stack, make, options, figures)
        ]
        for clients in CROWDS:
            for world in worlds:
                figures |= _measure_loads(world, clients, options.seconds)
        for world in worlds:
            figures |= measure_pages(world, options.visits)
            figures |= _measure_whole(world)
        for world in (each for each in worlds if "postgresql" in each.name):
            with world.second_server():
                for clients in _CROWDS_OF_TWO:
                    figures |= _measure_loads(world, clients, options.seconds, "_2_processes")
        for world in worlds:
            world.require_true_ledger()
            figures[f"{world.name}_loaded_memory_megabytes"] = world.server.memory()
    return figures


def _open_worlds(
    stack: ExitStack, make: Callable[[ExitStack], dict[str, str] | None], options: Options, figures: Figures
) -> list[PaymentsWorld]:
    worlds = []
    for suffix in ("", "_full"):
        urls = make(stack)
        if urls is None:
            return []
        world = PaymentsWorld(f"{urls.pop('name')}{suffix}", urls)
        if suffix:
            world.make_wallets()
            started = perf_counter()
            add_entries(urls["payments"], options.entries, phones=world.phones, shops=world.shops)
            figures[f"{world.name}_making_seconds"] = perf_counter() - started
        stack.enter_context(world.running())
        worlds.append(world)
    return worlds


def _sqlite_urls(stack: ExitStack) -> dict[str, str]:
    folder = stack.enter_context(processes.temporary_folder())
    return {"name": "sqlite"} | {service: f"sqlite:///{folder / service}.db" for service in ("wallets", "payments")}


def _postgresql_urls(stack: ExitStack) -> dict[str, str] | None:
    """A server of its own; it waits for the disk no more than SQLite does in WAL mode."""
    from tests.databases import find_binaries, running_server

    binaries = find_binaries()
    if binaries is None:
        return None
    url = stack.enter_context(running_server(binaries, shared_buffers="256MB")).url
    return {"name": "postgresql", "wallets": url, "payments": url}


def _measure_loads(world: PaymentsWorld, clients: int, seconds: float, servers: str = "") -> Figures:
    figures: Figures = {}
    for name, story in STORIES.items():
        before = world.processor_seconds()
        done = load.run(world.job(story, clients) | {"seconds": seconds})
        used = world.processor_seconds() - before
        cell = f"{name}_{world.name}{servers}_{clients}_client" + "s" * (clients > 1)
        figures[f"{cell}_per_second"] = done.rate
        figures[f"{cell}_p50_milliseconds"] = percentile(done.milliseconds, 50)
        figures[f"{cell}_p99_milliseconds"] = percentile(done.milliseconds, 99)
        figures[f"{cell}_processor_milliseconds"] = used * 1000 / len(done.milliseconds)
    return figures


def _measure_whole(world: PaymentsWorld) -> Figures:
    """The proof, and the export in the forms that other programs read."""
    started = perf_counter()
    report = world.require_true_ledger()
    figures: Figures = {
        f"{world.name}_ledger_verify_seconds": perf_counter() - started,
        f"{world.name}_ledger_entries": report["journal_entries"],
    }
    memory = world.server.memory()
    for form in _FORMS:
        started = perf_counter()
        size = sum(len(piece) for piece in world.export(form))
        figures[f"{world.name}_export_{form}_seconds"] = perf_counter() - started
        figures[f"{world.name}_export_{form}_megabytes"] = size / 1_000_000
    figures[f"{world.name}_export_grown_megabytes"] = world.server.memory() - memory
    return figures
