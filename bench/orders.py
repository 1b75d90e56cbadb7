"""The orders pages and files of a developer with few orders and with a million, as a logged-in browser and a program ask."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bench import processes
from bench.report import Figures, percentile
from bench.world_of_orders import add_orders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.options import Options

FEW = 1_000
_DEEP_PAGES = 40
_CURSOR = re.compile(r"\?[^\"]*after=[A-Za-z0-9_-]+")
_CSRF = re.compile(r'name="csrf_token" value="([^"]*)"')
_PAGES = {
    "page": "/orders",
    "page_of_an_app": "/apps/{app}/orders",
    "page_by_status": "/orders?status=REFUNDED",
    "page_by_amount": "/orders?sort=largest",
    "page_of_rare_text": "/orders?q=nowhere+at+all",
    "api": "/api/orders",
}


def measure(options: Options) -> Figures:
    figures: Figures = {}
    for name, count in (("orders", FEW), ("many_orders", options.orders)):
        with processes.temporary_folder() as folder:
            figures[f"{name}_making_seconds"] = _fill(folder, count)
            with processes.sandbox(folder) as sandbox:
                figures[f"{name}_counting_seconds"] = _drain(sandbox)
                figures |= {f"{name}_{key}": value for key, value in _look(sandbox, options.visits).items()}
                figures[f"{name}_memory_megabytes"] = sandbox.memory()
    return figures


class Reader:
    """A browser with the demo developer's cookie, without the browser."""

    def __init__(self, sandbox: processes.Program) -> None:
        self._connection = HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=600)
        self._headers = {"Accept": "text/html"}
        login = {"csrf_token": _CSRF.findall(self.get("/login").decode())[0], **sandbox.details["developer"]}
        self._headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._call("POST", "/login", urlencode(login))

    def get(self, path: str) -> bytes:
        return self._call("GET", path)

    @contextmanager
    def open(self, path: str) -> Iterator[Any]:
        self._connection.request("GET", path, headers=self._headers)
        yield self._connection.getresponse()

    def close(self) -> None:
        self._connection.close()

    def _call(self, method: str, path: str, body: str | None = None) -> bytes:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        cookies = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        if cookies:
            self._headers["Cookie"] = "; ".join(cookies)
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content


def _fill(folder: Path, count: int) -> float:
    """Seconds. The demo world is made first; its app and TEST APP get the orders."""
    with processes.sandbox(folder) as sandbox:
        reader = Reader(sandbox)
        apps = json.loads(reader.get("/api/apps"))
        reader.close()
    rows = apps.get("data") or apps["apps"]
    ids = [app["id"] for app in sorted(rows, key=lambda app: bool(app["is_test"]))]
    started = perf_counter()
    add_orders(folder / "databases" / "platform.db", ids, count, until=datetime.now(UTC))
    return perf_counter() - started


def _drain(sandbox: processes.Program) -> float:
    """Seconds. The jobs count the new orders first: what is measured afterwards has the program to itself."""
    started, connection = perf_counter(), HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=1800)
    connection.request("POST", "/_sandbox/drain", "{}", {"Content-Type": "application/json"})
    connection.getresponse().read()
    connection.close()
    return perf_counter() - started


def _look(sandbox: processes.Program, visits: int) -> Figures:
    reader, figures = Reader(sandbox), Figures()
    app_id = json.loads(reader.get("/api/orders?limit=1&mode=live"))["data"][0]["app_id"]
    paths = {name: path.format(app=app_id) for name, path in _PAGES.items()}
    paths["deep_page"] = _deep_path(reader)
    for name, path in paths.items():
        before = sandbox.processor_seconds()
        took = _visit(reader, path, visits)
        after = sandbox.processor_seconds()
        if before is not None and after is not None:
            figures[f"{name}_processor_milliseconds"] = (after - before) * 1000 / visits
        figures[f"{name}_p50_milliseconds"] = percentile(took, 50)
        figures[f"{name}_p95_milliseconds"] = percentile(took, 95)
    figures["page_kilobytes"] = len(reader.get("/orders")) / 1000
    figures |= _export(reader, sandbox)
    reader.close()
    return figures


def _deep_path(reader: Reader) -> str:
    """The page that 40 clicks on "next", of 200 orders each, lead to; the last one where there are fewer."""
    path = "/orders?limit=200"
    for _ in range(_DEEP_PAGES):
        following = _CURSOR.findall(reader.get(path).decode())
        if not following:
            break
        path = "/orders" + following[-1].replace("&amp;", "&")
    return path.replace("limit=200", "limit=50")


def _visit(reader: Reader, path: str, visits: int) -> list[float]:
    took = []
    for _ in range(visits):
        started = perf_counter()
        reader.get(path)
        took.append((perf_counter() - started) * 1000)
    return took


def _export(reader: Reader, sandbox: processes.Program) -> Figures:
    """Memory is told at the end: a file of a million rows must not have grown it."""
    before, memory = sandbox.processor_seconds() or 0.0, sandbox.memory()
    started, lines, first = perf_counter(), 0, 0.0
    with reader.open("/orders.csv") as answer:
        while chunk := answer.read1(1_000_000):
            first = first or (perf_counter() - started) * 1000
            lines += chunk.count(b"\n")
    seconds = perf_counter() - started
    return {
        "export_rows": lines - 1,
        "export_seconds": seconds,
        "export_rows_per_second": (lines - 1) / seconds,
        "export_processor_seconds": (sandbox.processor_seconds() or 0.0) - before,
        "export_grown_megabytes": sandbox.memory() - memory,
        "export_first_byte_milliseconds": first,
    }
