"""Webhooks to a shop that answers at once: how long after the payment they come, and how many a second when many are due."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench import load, processes, published_stories
from bench.report import Figures, percentile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.options import Options

CROWDS = (1, 8)
_HOUR_SECONDS = 3_600
_PATIENCE_SECONDS = 60


class NotToldError(Exception):
    """The shop was not told of all payments."""


class Shop:
    """Where webhooks arrive: when the first of each payment came."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}/hook"
        self._came = threading.Condition()
        self._arrivals: dict[str, float] = {}

    def note(self, path: str) -> None:
        with self._came:
            self._arrivals.setdefault(path.partition("payment_id=")[2].partition("&")[0], perf_counter())
            self._came.notify_all()

    def arrival(self, payment_id: str) -> float:
        """Raises NotToldError when it does not come."""
        with self._came:
            if not self._came.wait_for(lambda: payment_id in self._arrivals, _PATIENCE_SECONDS):
                raise NotToldError(payment_id)
            return self._arrivals[payment_id]


@contextmanager
def listening() -> Iterator[Shop]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.note(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shop = Shop(server)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield shop
        finally:
            server.shutdown()
            thread.join()


def measure(options: Options) -> Figures:
    figures: Figures = {}
    with processes.temporary_folder() as folder, processes.sandbox(folder) as sandbox, listening() as shop:
        job = processes.checkout_job(sandbox, clients=max(CROWDS))
        for clients in CROWDS:
            figures |= measure_delays(job, shop, clients=clients, each=options.visits)
        figures |= measure_burst(job, shop, sandbox.details["developer"], options.visits * 5)
    return figures


def measure_delays(job: dict[str, Any], shop: Shop, *, clients: int, each: int) -> Figures:
    """From the answer that told the phone of its payment, and from the request that asked for it, to the shop."""
    after_answer: list[float] = []
    after_request: list[float] = []

    def live(number: int) -> None:
        with closing(load.Client(job["base_url"])) as client:
            for _ in range(each):
                payment_id = published_stories.generate(client, job, webhook=shop.url)
                scanned = published_stories.scan(client, job, number, payment_id)
                asked = perf_counter()
                published_stories.confirm(client, job, number, scanned)
                answered = perf_counter()
                came = shop.arrival(payment_id)
                after_answer.append(max(0.0, came - answered) * 1000)
                after_request.append((came - asked) * 1000)

    threads = [threading.Thread(target=live, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(after_answer) < clients * each:
        raise NotToldError(f"{len(after_answer)} of {clients * each} payments were told of")
    name = f"webhook_{clients}_client" + "s" * (clients > 1)
    return {
        f"{name}_delay_p50_milliseconds": percentile(after_answer, 50),
        f"{name}_delay_p99_milliseconds": percentile(after_answer, 99),
        f"{name}_from_request_p50_milliseconds": percentile(after_request, 50),
        f"{name}_from_request_p99_milliseconds": percentile(after_request, 99),
    }


def measure_burst(job: dict[str, Any], shop: Shop, developer: dict[str, str], count: int) -> Figures:
    """So many payments whose webhooks are an hour late; then an hour passes."""
    with closing(load.Client(job["base_url"], patience=_PATIENCE_SECONDS)) as client:
        proof = {"Authorization": f"Bearer {client.call('POST', '/api/login', developer)['token']}"}
        app_id = next(
            app["id"]
            for app in client.call("GET", "/api/apps", **proof)["data"]
            if app["public_token"] == job["app"]["public_token"]
        )
        late = {"switches": {"webhook_delay_seconds": str(_HOUR_SECONDS)}}
        client.call("PUT", f"/api/apps/{app_id}/quirks", late, **proof)
        made = []
        for _ in range(count):
            made.append(published_stories.generate(client, job, webhook=shop.url))
            published_stories.confirm(client, job, 0, published_stories.scan(client, job, 0, made[-1]))
        started = perf_counter()
        client.call("POST", "/_sandbox/clock/advance", {"seconds": _HOUR_SECONDS + 1})
        seconds = max(shop.arrival(payment_id) for payment_id in made) - started
        client.call("PUT", f"/api/apps/{app_id}/quirks", {"switches": {}}, **proof)
    return {"webhook_deliveries_per_second": count / seconds}
