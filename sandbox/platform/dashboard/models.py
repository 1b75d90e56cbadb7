"""Which figures a developer wants to see, and in which order."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from sandbox.platform.base import metadata

dashboard_kpis = Table(
    "dashboard_kpis",
    metadata,
    Column("developer_id", String(22), ForeignKey("developers.id"), primary_key=True),
    Column("kpi", String(30), primary_key=True),
    Column("position", Integer, nullable=False),
)
