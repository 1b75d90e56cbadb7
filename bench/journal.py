"""What journal and tracing cost: processor time of a payment in a sandbox that watches, and in one that does not.

Calls are made inside the process, so that no HTTP client's work hides the difference; then over HTTP by a process of its own,
with the payments a second that are left. And what an open console keeps.
"""

from __future__ import annotations

import gc
from contextlib import ExitStack, contextmanager
from time import process_time
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bench import load, processes
from bench.report import Figures, median
from sandbox.config import Settings
from sandbox.kit.tracing import nobody_watches
from sandbox.runtime import World
from sandbox.testing.checkout import prepare_and_verify
from sandbox.testing.embedded import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.options import Options
    from sandbox.testing.drivers import MerchantApp, PhoneDriver

_PAYMENTS = 15
"""Of a round; the shops take turns so often that a busy moment of the machine meets both."""
_ROUNDS_OF_A_TURN = 6
_WARMING = 10
_LOAD_SECONDS = 2.0
_PIN = "1234"
_EXCHANGES = 10_000
_MEGABYTE = 1_000_000


class Unwatched(World):
    """The same sandbox without its journal."""

    def _build_services(self, key: str) -> None:
        self._witness = nobody_watches  # type: ignore[assignment]  # it forgets what it is told
        super()._build_services(key)

    def _watched(self, app: Any, service: str) -> Any:
        del service
        return app


class _Directly:
    """The world's own transport, which nobody needs to close."""

    def __init__(self, world: World) -> None:
        self.send = world._transport.send  # noqa: SLF001  past HTTP

    def close(self) -> None:
        """Nothing is open."""


def measure(options: Options) -> Figures:
    return {**_measure_cost(options.turns * _ROUNDS_OF_A_TURN), **_measure_http(options.turns), **_measure_console()}


def _measure_cost(rounds_wanted: int) -> Figures:
    with ExitStack() as stack:
        shops = [stack.enter_context(_shop(world)) for world in (World, Unwatched)]
        for shop in shops:
            _pay(*shop, _WARMING)
        rounds = [[_pay(*shop, _PAYMENTS) for shop in shops] for _ in range(rounds_wanted)]
    watched, unwatched = (median([each[place] for each in rounds]) for place in (0, 1))
    return {
        "payment_watched_milliseconds": watched,
        "payment_unwatched_milliseconds": unwatched,
        "journal_overhead_percent": median([100 * (each[0] / each[1] - 1) for each in rounds]),
    }


@contextmanager
def _shop(kind: type[World]) -> Iterator[tuple[Sandbox, MerchantApp, PhoneDriver]]:
    with processes.temporary_folder() as folder, _sandbox(kind, folder) as sandbox:
        yield sandbox, sandbox.new_merchant(), sandbox.new_phone(balance=10_000_000)


@contextmanager
def _sandbox(kind: type[World], folder: Path) -> Iterator[Sandbox]:
    from sandbox import server

    with patch.object(server, "World", kind):
        running = server.start_sandbox(
            Settings(port=0, smtp_port=0, data_dir=folder / "data", level_3_daily=10_000_000)
        )
    transport: Any = _Directly(running.world)
    with Sandbox(running, None, transport=transport, details=running.details) as sandbox:
        yield sandbox


def _measure_http(turns: int) -> Figures:
    """One client, which is a process of its own: processor time is the sandbox's alone."""
    with ExitStack() as stack:
        sandboxes = [stack.enter_context(_shop(world))[0] for world in (World, Unwatched)]
        jobs = [_job(sandbox) for sandbox in sandboxes]
        rounds = [[_load(job) for job in jobs] for _ in range(turns)]
    watched, unwatched = ([each[place] for each in rounds] for place in (0, 1))
    return {
        "http_payments_watched_per_second": median([rate for rate, _ in watched]),
        "http_payments_unwatched_per_second": median([rate for rate, _ in unwatched]),
        "http_journal_overhead_percent": median([100 * (each[0][1] / each[1][1] - 1) for each in rounds]),
    }


def _job(sandbox: Sandbox) -> dict[str, Any]:
    shopper, app = sandbox.new_phone(balance=10_000_000), sandbox.app
    return {
        "story": "pay_by_code",
        "base_url": sandbox.base_url,
        "app": app,
        "phones": [shopper.number],
        "pin": _PIN,
        "clients": 1,
        "seconds": _LOAD_SECONDS,
    }


def _load(job: dict[str, Any]) -> tuple[float, float]:
    """Payments a second, and milliseconds of processor time that each took."""
    gc.collect()
    started = process_time()
    done = load.run(job)
    return done.rate, (process_time() - started) * 1000 / len(done.milliseconds)


def _pay(sandbox: Sandbox, app: MerchantApp, phone: PhoneDriver, count: int) -> float:
    """Milliseconds of processor time that one payment takes, with all that is done for it beside the requests."""
    gc.collect()
    started = process_time()
    for _ in range(count):
        form = prepare_and_verify(sandbox, app, phone, amount=100)
        sandbox.accept(app, form["payment_id"], form["flouci_otp"])
    sandbox.control.drain()
    sandbox.journal.newest()  # what waits to be written is written now
    return (process_time() - started) * 1000 / count


def _measure_console() -> Figures:
    """Of a console that is open while 10,000 exchanges happen."""
    from sandbox.testing.browser import open_browser

    with Sandbox.start() as sandbox, open_browser() as browser:
        page = browser.new_page()
        page.goto(f"{sandbox.base_url}/_sandbox/")
        metrics = page.context.new_cdp_session(page)
        metrics.send("Performance.enable")
        before = _read(metrics)
        transport = _Directly(sandbox._running.world)  # noqa: SLF001  past HTTP
        for number in range(_EXCHANGES):
            headers = {"Sandbox-Trace": f"story {number % 500}"}
            transport.send("GET", f"/api/apps/{number}", b"", headers)
        page.locator(f"[data-trace='story {(_EXCHANGES - 1) % 500}']").wait_for()
        after = _read(metrics)
    return {
        "console_heap_megabytes": after["JSHeapUsedSize"] / _MEGABYTE,
        "console_heap_growth_megabytes": (after["JSHeapUsedSize"] - before["JSHeapUsedSize"]) / _MEGABYTE,
        "console_elements": after["Nodes"],
    }


def _read(metrics: Any) -> dict[str, float]:
    metrics.send("HeapProfiler.collectGarbage")
    return {each["name"]: each["value"] for each in metrics.send("Performance.getMetrics")["metrics"]}
