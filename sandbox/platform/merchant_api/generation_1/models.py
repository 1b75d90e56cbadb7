"""Answers to accept calls that carried an Idempotency-Key."""

from sqlalchemy import JSON, Column, Integer, PrimaryKeyConstraint, String, Table

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

accept_answers = Table(
    "accept_answers",
    metadata,
    Column("app_id", String(22), nullable=False),
    Column("key", String(100), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer),
    Column("body", JSON),
    Column("created_at", Moment, nullable=False),
    PrimaryKeyConstraint("app_id", "key"),
)
