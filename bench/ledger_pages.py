"""Statements and histories of a wallet with many entries: the first page, a deep one, a day's, and searches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from bench.ledger_history import DAYS
from bench.report import Figures, median, percentile

if TYPE_CHECKING:
    from bench.payments_world import PaymentsWorld

_DEEP_PAGES, _LARGE_PAGE = 40, 200
_LONGEST_SECONDS = 10
"""A page that is slow is asked for less often."""


def measure_pages(world: PaymentsWorld, visits: int) -> Figures:
    """Of the shop that half of all payments go to."""
    figures: Figures = {}
    for name, path in _paths(world, world.shops[0]["id"]).items():
        took: list[float] = []
        until = perf_counter() + _LONGEST_SECONDS
        while len(took) < visits and (perf_counter() < until or not took):
            started = perf_counter()
            world.call("GET", path)
            took.append((perf_counter() - started) * 1000)
        figures[f"{world.name}_{name}_p50_milliseconds"] = median(took)
        figures[f"{world.name}_{name}_p95_milliseconds"] = percentile(took, 95)
    return figures


def _paths(world: PaymentsWorld, wallet_id: str) -> dict[str, str]:
    statement, history = (f"/payments/api/wallets/{wallet_id}/{name}?limit=50" for name in ("statement", "history"))
    day = (datetime.now(UTC) - timedelta(days=DAYS // 2)).date()
    return {
        "statement_page": statement,
        "statement_deep_page": statement + _go_deep(world, statement),
        "statement_of_a_day": f"{statement}&from={day}&to={day}",
        "history_page": history,
        "history_deep_page": history + _go_deep(world, history),
        "history_search": f"{history}&search=Trabelsi",
        "history_rare_search": f"{history}&search=nowhere+at+all",
    }


def _go_deep(world: PaymentsWorld, path: str) -> str:
    """What leads to the page behind 40 pages of 200 lines, or to the last one."""
    after = ""
    for _ in range(_DEEP_PAGES):
        cursor = world.call("GET", path.replace("limit=50", f"limit={_LARGE_PAGE}") + after)["next_cursor"]
        if cursor is None:
            break
        after = f"&after={cursor}"
    return after
