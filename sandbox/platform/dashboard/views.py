"""What the dashboard's templates draw: rows of periods, tiles and rankings, ready to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.platform.dashboard.kpis import KPIS, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.platform.metrics.figures import Sales


def tiles(readings: Mapping[str, Reading]) -> list[dict[str, Any]]:
    """``tone`` says whether the change is welcome."""
    return [
        {
            "name": name,
            "label": KPIS[name].label,
            "help": KPIS[name].help,
            "unit": KPIS[name].unit,
            "reading": reading,
            "tone": _tone(reading, KPIS[name].rise_is),
        }
        for name, reading in readings.items()
    ]


def _tone(reading: Reading, rise_is: str) -> str:
    if not reading.change:
        return ""
    return "good" if (reading.change > 0) == (rise_is == "good") else "bad"


def period_rows(sales: Sales) -> list[dict[str, Any]]:
    """A row of the table for each period; the charts are drawn from the same rows."""
    return [{"first": period.first, "last": period.last, "figures": figures} for period, figures in sales.periods]
