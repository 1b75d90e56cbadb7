"""Caught mails, kept raw: parsing at receipt costs more than half of the rate."""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

from sandbox.kit.db import Moment

SCHEMA_VERSION = 1
metadata = MetaData()

mails = Table(
    "mails",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sender", String(320), nullable=False),
    Column("recipients", String(4000), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
)
