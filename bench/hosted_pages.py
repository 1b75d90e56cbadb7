"""Two hundred payment pages open while shops sell: what following them costs the payments that go on.

``python -m bench.hosted_pages BASE_URL SECONDS`` is the crowd: a process of its own that reads one JSON list of page ids from
standard input, follows them as the page's script does, and writes what it saw.
"""

from __future__ import annotations

import heapq
import json
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench import load, processes
from bench.report import Figures, percentile

if TYPE_CHECKING:
    from bench.options import Options

PAGES = 200
CLIENTS = 8
_CONNECTIONS = 8
"""The pages of one crowd share connections, as browsers keep six to a site open."""
SOON, LATEST, SLOWER = 1.0, 5.0, 1.15
"""As in hosted.js: the first look after a second, then less and less often."""
_WARM_UP_SECONDS = 1.0


def measure(options: Options) -> Figures:
    """Loads with and without the open pages take turns, so that a busy moment of the machine meets both."""
    rates: dict[str, list[float]] = {"": [], "open_pages_": []}
    took: dict[str, list[float]] = {"": [], "open_pages_": []}
    looks: list[float] = []
    seen = 0
    with processes.temporary_folder() as folder, processes.sandbox(folder) as sandbox:
        job = processes.checkout_job(sandbox, clients=CLIENTS) | {"story": "pay_by_page", "clients": CLIENTS}
        load.run(job | {"seconds": _WARM_UP_SECONDS})
        for _ in range(options.turns):
            for prefix, found in rates.items():
                crowd = _open_pages(sandbox, options.seconds) if prefix else None
                done = load.run(job | {"seconds": options.seconds})
                found.append(done.rate)
                took[prefix] += done.milliseconds
                if crowd is not None:
                    told = _finish(crowd)
                    looks += told["milliseconds"]
                    seen += told["failed"]
    figures: Figures = {"open_pages": PAGES, "open_pages_failed_looks": seen}
    for prefix, found in rates.items():
        figures[f"{prefix}page_payments_{CLIENTS}_clients_per_second"] = sorted(found)[len(found) // 2]
        figures[f"{prefix}page_payment_p99_milliseconds"] = percentile(took[prefix], 99)
    figures["open_pages_looks_per_second"] = len(looks) / (options.turns * options.seconds)
    figures["open_pages_look_p99_milliseconds"] = percentile(looks, 99)
    return figures


def _open_pages(sandbox: processes.Program, seconds: float) -> subprocess.Popen[str]:
    """They are all open when this returns; they are followed from then on."""
    client, app = load.Client(sandbox.base_url), sandbox.details["app"]
    ids = [load.generate(client, app) for _ in range(PAGES)]
    client.close()
    command = [sys.executable, "-m", "bench.hosted_pages", sandbox.base_url, str(seconds)]
    crowd = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if crowd.stdin is None or crowd.stdout is None:
        raise RuntimeError("a process without pipes")
    crowd.stdin.write(json.dumps(ids))
    crowd.stdin.close()
    crowd.stdout.readline()
    return crowd


def _finish(crowd: subprocess.Popen[str]) -> dict[str, Any]:
    if crowd.stdout is None:
        raise RuntimeError("a process without pipes")
    with crowd.stdout:
        told: dict[str, Any] = json.loads(crowd.stdout.read())
    crowd.wait()
    return told


class Crowd:
    """Open pages, spread over a few connections; each page is looked at when its own time has come."""

    def __init__(self, base_url: str, page_ids: list[str]) -> None:
        self._host = urlsplit(base_url).netloc
        self._page_ids = page_ids
        self._opened = threading.Barrier(_CONNECTIONS + 1)
        self._took: list[float] = []
        self._failed = 0

    def follow(self, seconds: float) -> dict[str, Any]:
        threads = [
            threading.Thread(target=self._follow, args=(self._page_ids[number::_CONNECTIONS], seconds))
            for number in range(_CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        self._opened.wait()
        print(json.dumps({"open": len(self._page_ids)}), flush=True)
        for thread in threads:
            thread.join()
        return {"milliseconds": [round(each * 1000, 3) for each in self._took], "failed": self._failed}

    def _follow(self, page_ids: list[str], seconds: float) -> None:
        connection = HTTPConnection(self._host, timeout=30)
        for page_id in page_ids:
            self._get(connection, f"/pay/{page_id}")
        self._opened.wait()
        started = perf_counter()
        due = [(started + SOON * number / len(page_ids), SOON, each) for number, each in enumerate(page_ids)]
        heapq.heapify(due)
        while due[0][0] < started + seconds:
            moment, wait, page_id = heapq.heappop(due)
            time.sleep(max(0.0, moment - perf_counter()))
            before = perf_counter()
            self._failed += not self._get(connection, f"/pay/{page_id}/status.json")
            self._took.append(perf_counter() - before)
            wait = min(LATEST, wait * SLOWER)
            heapq.heappush(due, (perf_counter() + wait, wait, page_id))
        connection.close()

    @staticmethod
    def _get(connection: HTTPConnection, path: str) -> bool:
        connection.request("GET", path, headers={"Sandbox-Trace": "background"})
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200


if __name__ == "__main__":
    ids: list[str] = json.loads(sys.stdin.read())
    print(json.dumps(Crowd(sys.argv[1], ids).follow(float(sys.argv[2]))))
