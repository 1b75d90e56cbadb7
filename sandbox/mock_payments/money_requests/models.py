"""The requests for money."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from sandbox.kit.db import Moment
from sandbox.mock_payments.base import metadata

money_requests = Table(
    "money_requests",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("idempotency_key", String(100), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("payee_phone", String(8), nullable=False),
    Column("payee_name", String(80), nullable=False),
    Column("payer_phone", String(8), nullable=False),
    Column("payer_name", String(80), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("note", String(500)),
    Column("transfer_id", String(22)),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("money_requests_by_payee", "payee_phone", "number"),
    Index("money_requests_by_payer", "payer_phone", "number"),
)
Index("money_requests_due", money_requests.c.expires_at, sqlite_where=money_requests.c.state == "pending")
