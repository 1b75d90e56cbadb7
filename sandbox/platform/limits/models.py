"""How often each limited thing was tried. Whom it is about is kept as a hash: an address that has no account leaves no trace."""

from sqlalchemy import Column, Integer, String, Table

from sandbox.kit.db import Moment
from sandbox.platform.base import metadata

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("rule", String(40), primary_key=True),
    Column("subject_hash", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
)
