"""What is made of the measurements: percentiles, ratios, targets met or not, one JSON object and a table to read."""

from __future__ import annotations

import os
import platform
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Figures = dict[str, float]
"""Name and value; the name ends in its unit: ``_seconds``, ``_milliseconds``, ``_megabytes``, ``_per_second``."""


@dataclass(frozen=True)
class Target:
    """What the sandbox promises: a figure, or the first figure divided by the second, at most or at least ``bound``."""

    promise: str
    figure: str
    bound: float
    at_least: bool = False
    over: str | None = None

    def judge(self, figures: Mapping[str, float]) -> dict[str, Any] | None:
        """None where it was not measured in this run."""
        value = ratio(figures, self.figure, self.over) if self.over else figures.get(self.figure)
        if value is None:
            return None
        met = value >= self.bound if self.at_least else value <= self.bound
        side = "at least" if self.at_least else "at most"
        return {"promise": self.promise, "measured": tidy(value), "target": f"{side} {self.bound:g}", "met": met}


TARGETS = (
    Target(
        "first start, demo world made: times localstripe's", "first_start_seconds", 3, over="localstripe_start_seconds"
    ),
    Target("start on kept data: times localstripe's", "later_start_seconds", 3, over="localstripe_start_seconds"),
    Target("checkouts a second, 8 clients", "checkouts_8_clients_per_second", 80, at_least=True),
    Target(
        "the same with 100,000 payments: share of it",
        "full_checkouts_8_clients_per_second",
        0.85,
        at_least=True,
        over="checkouts_8_clients_per_second",
    ),
    Target(
        "generate, pay, verify a second with 100,000 such payments, 8 clients: share of it in a new sandbox",
        "full_published_8_clients_per_second",
        0.85,
        at_least=True,
        over="published_8_clients_per_second",
    ),
    Target("webhook after the payment, one client, p99, milliseconds", "webhook_1_client_delay_p99_milliseconds", 200),
    Target("the same, 8 clients", "webhook_8_clients_delay_p99_milliseconds", 200),
    Target("orders page with a million orders, p95, milliseconds", "many_orders_page_p95_milliseconds", 100),
    Target(
        "the same: times that with 1,000 orders, p50",
        "many_orders_page_p50_milliseconds",
        2,
        over="orders_page_p50_milliseconds",
    ),
    Target("idle memory, megabytes", "idle_memory_megabytes", 120),
    Target("QR code out of a 1280×800 screenshot, milliseconds", "decode_screenshot_milliseconds", 30),
    Target(
        "QR code in a photograph, where the first reader succeeds, milliseconds", "read_first_step_milliseconds", 15
    ),
    Target(
        "photographs read: times those that pyzbar or zxing-cpp read",
        "read_all_ours_percent",
        1,
        at_least=True,
        over="read_all_either_percent",
    ),
    Target("texts read that no code holds", "read_wrong_texts", 0),
    Target("browser-and-phone payment, seconds", "browser_payment_seconds", 2.5),
    Target("reset, milliseconds", "reset_milliseconds", 50),
    Target("an embedded sandbox is ready, after imports, milliseconds", "embedded_start_milliseconds", 300),
    Target("journal and tracing: processor time of a payment, percent on top", "journal_overhead_percent", 10),
    Target("the same over HTTP", "http_journal_overhead_percent", 10),
    *(
        target
        for name in ("sqlite", "postgresql")
        for target in (
            Target(f"ledger verify over a million entries, {name}, seconds", f"{name}_full_ledger_verify_seconds", 10),
            Target(
                f"payments a second with a million entries, {name}, 8 clients: share of a new ledger's",
                f"payments_{name}_full_8_clients_per_second",
                0.85,
                at_least=True,
                over=f"payments_{name}_8_clients_per_second",
            ),
            *(
                Target(
                    f"a {page}'s first page with a million entries, {name}, p50: times a new ledger's",
                    f"{name}_full_{page}_page_p50_milliseconds",
                    2,
                    over=f"{name}_{page}_page_p50_milliseconds",
                )
                for page in ("statement", "history")
            ),
        )
    ),
)
RATIOS = (
    ("first_start_seconds", "localstripe_start_seconds"),
    ("later_start_seconds", "localstripe_start_seconds"),
    ("idle_memory_megabytes", "localstripe_idle_memory_megabytes"),
    ("checkouts_1_client_per_second", "localstripe_payments_1_client_per_second"),
    ("checkouts_8_clients_per_second", "localstripe_payments_8_clients_per_second"),
    *(
        (f"published_{crowd}_per_second", f"localstripe_published_{crowd}_per_second")
        for crowd in ("1_client", "8_clients", "32_clients")
    ),
    ("payments_postgresql_8_clients_per_second", "payments_sqlite_8_clients_per_second"),
    ("payments_postgresql_2_processes_8_clients_per_second", "payments_postgresql_8_clients_per_second"),
)
"""A checkout is five requests and moves money in a kept ledger; localstripe's payment is two requests."""


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least ``percent`` of all are not above (nearest rank). Raises ValueError on no values."""
    if not values:
        raise ValueError("no values, no percentile")
    rank = -(-len(values) * percent // 100)
    return sorted(values)[max(0, int(rank) - 1)]


def ratio(figures: Mapping[str, float], one: str, other: str) -> float | None:
    """None where either was not measured."""
    if one not in figures or not figures.get(other):
        return None
    return figures[one] / figures[other]


def tidy(value: float) -> float:
    """Three digits say all that a measurement knows."""
    return float(f"{value:.3g}") if abs(value) < 1000 else round(value)


def make_report(figures: Figures, notes: Sequence[str], *, machine: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The one JSON object."""
    ratios = {f"{one} / {other}": found for one, other in RATIOS if (found := ratio(figures, one, other)) is not None}
    return {
        "machine": dict(machine or describe_machine()),
        "figures": {name: tidy(value) for name, value in figures.items()},
        "ratios": {name: tidy(value) for name, value in ratios.items()},
        "targets": [judged for target in TARGETS if (judged := target.judge(figures)) is not None],
        "notes": list(notes),
    }


def draw_table(report: Mapping[str, Any]) -> str:
    """The report as text."""
    rows = [("figure", "measured"), *((name, f"{value:g}") for name, value in report["figures"].items())]
    rows += [("", ""), ("ratio", ""), *((name, f"{value:g}") for name, value in report["ratios"].items())]
    rows += [("", ""), ("target", "")]
    for target in report["targets"]:
        verdict = "met" if target["met"] else "NOT MET"
        rows.append((target["promise"], f"{target['measured']:g}  ({target['target']}) {verdict}"))
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {value}".rstrip() for name, value in rows]
    machine = ", ".join(f"{name} {value}" for name, value in report["machine"].items())
    return "\n".join([*lines, "", *report["notes"], machine])


def describe_machine() -> dict[str, Any]:
    """What a reader must know to compare: figures of a busy machine say little."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
