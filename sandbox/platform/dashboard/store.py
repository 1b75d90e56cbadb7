"""Queries on the chosen figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select

from sandbox.platform.dashboard.models import dashboard_kpis

if TYPE_CHECKING:
    from collections.abc import Sequence


def list_chosen(connection: Connection, developer_id: str) -> list[str]:
    """In order; empty when nothing was ever chosen."""
    query = select(dashboard_kpis.c.kpi).where(dashboard_kpis.c.developer_id == developer_id)
    return list(connection.execute(query.order_by(dashboard_kpis.c.position)).scalars())


def replace_chosen(connection: Connection, developer_id: str, names: Sequence[str]) -> None:
    connection.execute(delete(dashboard_kpis).where(dashboard_kpis.c.developer_id == developer_id))
    rows = [{"developer_id": developer_id, "kpi": name, "position": place} for place, name in enumerate(names)]
    connection.execute(insert(dashboard_kpis), rows)
