"""Applications, one for each phone number, and the pictures of identity cards."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from sandbox.kit.db import Moment
from sandbox.mock_wallets.base import metadata

applications = Table(
    "kyc_applications",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("phone_number", String(8), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("level", Integer, nullable=False),
    Column("language", String(2), nullable=False),
    Column("state", String(10), nullable=False),
    Column("wallet_id", String(22), ForeignKey("wallets.id")),
    Column("challenge_id", String(22)),
    Column("cin", String(8)),
    Column("name", String(80)),
    Column("birth_date", String(10)),
    Column("trade_name", String(80)),
    Column("tax_number", String(20)),
    Column("contrast", Float),
    Column("selfie_matches", Boolean),
    Column("reasons", JSON, nullable=False),
    Column("reason", String(500)),
    Column("decided_by", String(10)),
    Column("created_at", Moment, nullable=False),
    Column("submitted_at", Moment),
    Column("decided_at", Moment),
    Index("kyc_by_state", "state", "number"),
)

cards = Table(
    "kyc_cards",
    metadata,
    Column("application_id", String(22), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
