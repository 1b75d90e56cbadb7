"""``python -m bench [--quick] [--json FILE] [--payments 100000] [--seconds 60] [--only NAME …]``; ``make bench`` is all of it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import (
    browser,
    checkouts,
    damage,
    decode,
    hosted_pages,
    journal,
    localstripe,
    logins,
    metrics,
    orders,
    payments,
    phones,
    published,
    reset,
    startup,
    state,
    suites,
    webhooks,
)
from bench.options import Options
from bench.report import Figures, describe_machine, draw_table, make_report

MEASUREMENTS: dict[str, Any] = {
    "startup": startup.measure,
    "reset": reset.measure,
    "state": state.measure,
    "suites": suites.measure,
    "journal": journal.measure,
    "checkouts": checkouts.measure,
    "hosted_pages": hosted_pages.measure,
    "orders": orders.measure,
    "decode": decode.measure,
    "damage": damage.measure,
    "browser": browser.measure,
    "logins": logins.measure,
    "metrics": metrics.measure,
    "payments": payments.measure,
    "phones": phones.measure,
    "published": published.measure,
    "webhooks": webhooks.measure,
    "localstripe": localstripe.measure,
}
_NOTES = (
    "A checkout is the whole of a code payment over HTTP: open the form's session, scan, pay, verify, accept.",
    "The many payments are rows: one real payment's, repeated with ids of their own; the ledger verifies before they count.",
    "The many orders are rows of the platform alone, over 400 days and two apps; the file is read to its end.",
    "The many ledger entries are rows of the Payments API, written in bulk; PostgreSQL waits for the disk no more than SQLite does.",
    "localstripe's payment is two requests in memory and a file that each change rewrites.",
)


def main() -> int:
    """Exit code 0 when all was measured; a target that was not met is told, not an error. 1 when the money was not right."""
    wanted = _read_arguments()
    options = Options.quick(wanted.payments) if wanted.quick else Options(payments=wanted.payments)
    if wanted.seconds is not None:
        options = replace(options, shopping_seconds=wanted.seconds)
    machine, figures, notes = describe_machine(), Figures(), list(_NOTES)
    started = time.monotonic()
    for name in wanted.only or MEASUREMENTS:
        print(f"{name} …", file=sys.stderr, flush=True)
        figures |= MEASUREMENTS[name](options)
    if wanted.payments != Options.payments:
        notes.append(f"'full' means {wanted.payments} payments in this run.")
    machine["seconds_in_all"] = round(time.monotonic() - started)
    report = make_report(figures, notes, machine=machine)
    text = json.dumps(report, ensure_ascii=False)
    if wanted.json:
        wanted.json.write_text(text + "\n", "utf-8")
    print(text)
    print(draw_table(report), file=sys.stderr)
    return 1 if figures.get("phones_problems") else 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the sandbox, with localstripe beside it. JSON goes to the output, a table to the error output.",
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter turns, and smaller histories")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON object to this file too")
    parser.add_argument(
        "--payments", type=int, default=Options.payments, help="how many the full sandbox holds (%(default)s)"
    )
    parser.add_argument("--seconds", type=float, help="how long the hundred phones pay (60, with --quick 10)")
    parser.add_argument("--only", nargs="+", choices=list(MEASUREMENTS), metavar="NAME", help="%(choices)s")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
