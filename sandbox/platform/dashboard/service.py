"""The dashboard: the chosen figures of one app or of all, and the choice itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.platform.audit.service import Target
from sandbox.platform.dashboard import store
from sandbox.platform.dashboard.kpis import KPIS, USUAL, Reading, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.kit.db import Database
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.dashboard.schemas import KpiChoice
    from sandbox.platform.metrics.figures import Sales
    from sandbox.platform.metrics.service.reports import MetricReports


class DashboardService:
    def __init__(self, database: Database, reports: MetricReports, audit: Audit) -> None:
        self._database = database
        self._reports = reports
        self._audit = audit

    def list_chosen(self, developer_id: str) -> Sequence[str]:
        """Names of figures, in the developer's order. One that this version no longer has is left out."""
        with self._database.read() as connection:
            chosen = [name for name in store.list_chosen(connection, developer_id) if name in KPIS]
        return chosen or USUAL

    def choose(self, developer_id: str, choice: KpiChoice) -> None:
        with self._database.write() as connection:
            before = store.list_chosen(connection, developer_id)
            if before == choice.kpis:
                return
            store.replace_chosen(connection, developer_id, choice.kpis)
            self._audit.record(connection, "dashboard.changed", Target("dashboard", developer_id), kpis=choice.kpis)

    def read(self, developer_id: str, sales: Sales) -> dict[str, Reading]:
        """The chosen figures by name, in order."""
        subject = Subject(self._reports, sales, self._reports.today())
        return {name: KPIS[name].read(subject) for name in self.list_chosen(developer_id)}


def move(names: Sequence[str], name: str, *, up: bool) -> list[str]:
    """The names with one of them a place further up or down; at the end of the list, or not in it, it stays."""
    moved = list(names)
    if name in moved:
        place = moved.index(name)
        moved.insert(max(0, place - 1) if up else place + 1, moved.pop(place))
    return moved
