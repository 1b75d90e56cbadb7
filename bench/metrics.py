"""The dashboard with 1,000 and with 1,000,000 orders, the job that writes 400 days, and what its pages weigh."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bench import load, processes
from bench.report import Figures, median, percentile
from bench.world_of_orders import add_orders

if TYPE_CHECKING:
    from pathlib import Path

    from bench.options import Options

_FEW, _MANY = 1_000, 1_000_000
_TURNS = 12
_PAGES = {
    "dashboard": "/dashboard",
    "dashboard_year": "/dashboard?range=12m",
    "figures": "/dashboard/figures",
    "apps": "/apps",
    "metrics_json": "/api/metrics?by=day",
    "items_year_json": "/api/metrics/items?from={a_year_ago}",
    "customers_year_json": "/api/metrics/customers?from={a_year_ago}",
}
_RESOURCE = re.compile(rb'(?:src|href)="(/_ui/[^"]+)"')


def measure(options: Options) -> Figures:
    figures: Figures = {}
    for name, count in (("few", _FEW), ("many", options.orders)):
        with processes.temporary_folder() as folder:
            _make_world(folder, count)
            days, seconds = _close_days(folder)
            figures |= {f"{name}_orders": count, f"{name}_days_closed": days, f"{name}_close_days_seconds": seconds}
            figures |= {f"{name}_{key}": value for key, value in _measure_pages(folder, options.turns * _TURNS).items()}
    return figures


def _make_world(folder: Path, count: int) -> None:
    """The demo world, and this many orders of the demo developer's apps in the 400 days before now."""
    with processes.sandbox(folder) as sandbox:
        apps = _call(sandbox, "/api/apps", _log_in(sandbox))
    app_ids = re.findall(rb'"id": ?"([\w-]{22})"', apps)
    add_orders(folder / "databases" / "platform.db", [app_ids[0].decode()], count, until=datetime.now(UTC))


def _close_days(folder: Path) -> tuple[int, float]:
    """All days at once, as after a year's stop: how many rounds of the job did anything, and the seconds."""
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.platform.metrics.service.closing import DayClosing
    from sandbox.platform.tables import SCHEMA_VERSION, metadata

    url = f"sqlite:///{folder / 'databases' / 'platform.db'}"
    with closing(Database(url, metadata, version=SCHEMA_VERSION)) as database:
        job, started, days = DayClosing(database, Clock()), perf_counter(), 0
        while done := job.run():
            days += done
        return days, perf_counter() - started


def _measure_pages(folder: Path, turns: int) -> Figures:
    figures: Figures = {}
    with processes.sandbox(folder) as sandbox:
        token = _log_in(sandbox)
        now = datetime.now(UTC)
        for name, address in _PAGES.items():
            path = address.format(a_year_ago=now.replace(year=now.year - 1, day=min(now.day, 28)).date())
            took = []
            for _ in range(turns):
                started = perf_counter()
                body = _call(sandbox, path, token)
                took.append((perf_counter() - started) * 1000)
            figures |= {f"{name}_milliseconds": median(took), f"{name}_p95_milliseconds": percentile(took, 95)}
            if not name.endswith("json"):
                parts = {part.decode() for part in _RESOURCE.findall(body)}
                figures[f"{name}_kilobytes"] = (
                    len(body) + sum(len(_call(sandbox, each, token)) for each in parts)
                ) / 1000
    return figures


def _log_in(sandbox: processes.Program) -> str:
    client = load.Client(sandbox.base_url)
    developer = sandbox.details["developer"]
    try:
        return str(client.call("POST", "/api/login", developer)["token"])
    finally:
        client.close()


def _call(sandbox: processes.Program, path: str, token: str) -> bytes:
    connection = HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=60)
    try:
        connection.request("GET", path.replace("&amp;", "&"), headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise load.StoryFailedError(f"GET {path}: {answer.status} {body[:300]!r}")
    return body
