"""The journal of HTTP exchanges, and what is kept of the clock and of seed files over restarts."""

from sqlalchemy import JSON, Boolean, Column, Float, Integer, MetaData, String, Table, Text

from sandbox.kit.db import Moment

SCHEMA_VERSION = 1
metadata = MetaData()

exchanges = Table(
    "exchanges",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, index=True),
    Column("trace", String(64), nullable=False, index=True),
    Column("service", String(20), nullable=False),
    Column("method", String(10), nullable=False),
    Column("path", String(500), nullable=False),
    Column("status", Integer, nullable=False),
    Column("milliseconds", Float, nullable=False),
    Column("request", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("headers", JSON, nullable=False, server_default="{}"),
    Column("answer_type", String(80), nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
)

clock_state = Table(
    "clock_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("offset_seconds", Float, nullable=False),
    Column("is_frozen", Boolean, nullable=False),
    Column("frozen_at", Moment),
    Column("rate", Float, nullable=False, server_default="1"),
    Column("fast_since", Moment),
    Column("carried_seconds", Float, nullable=False, server_default="0"),
)
"""``carried_seconds`` is what loading worlds has added to the offset, since real time went on while they were kept: nobody moved
the clock by it.
"""

loaded_seeds = Table(
    "loaded_seeds",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Seed files that this world has in it, by what they say."""

runs = Table("runs", metadata, Column("id", Integer, primary_key=True), Column("number", Integer, nullable=False))
"""How many processes of single services were started on this database: each draws ids of its own."""
