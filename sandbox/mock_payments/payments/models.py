"""The payments table: at most one live payment for a form session."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, false

from sandbox.kit.db import Moment
from sandbox.mock_payments.base import metadata

payments = Table(
    "payments",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(22), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("reason", String(30)),
    Column("session", String(64), nullable=False),
    Column("app_id", String(64), nullable=False),
    Column("payer_wallet_id", String(22)),
    Column("payer_phone", String(8), nullable=False),
    Column("payer_name", String(80), nullable=False),
    Column("payee_wallet_id", String(64), nullable=False),
    Column("payee_phone", String(8)),
    Column("merchant_name", String(80), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reference", String(64)),
    Column("code", String(6)),
    Column("tries_left", Integer, nullable=False),
    Column("idempotency_key", String(100), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("execution_key", String(200)),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("executed_at", Moment),
    Column("refunded", BigInteger, nullable=False, server_default="0"),
    Column("counted", Boolean, nullable=False, server_default=false()),
    Column("payee_ceiling", BigInteger),
    Column("fee", BigInteger, nullable=False, server_default="0"),
    Column("released", BigInteger, nullable=False, server_default="0"),
    Column("shared", BigInteger, nullable=False, server_default="0"),
    Column("method", String(20), nullable=False, server_default="qr"),
    Column("code_sendings", Integer, nullable=False, server_default="0"),
    Column("code_sent_at", Moment),
    Column("card", JSON(none_as_null=True)),
    Index("payments_by_session", "session", "number"),
    Index("payments_by_payer", "payer_phone", "number"),
)

"""``counted``: whether it stands in the payer's outflow of the day. ``payee_ceiling``: what the receiver may hold. ``released``: what
of the hold went back when only a part of it was taken, so that ``amount`` is that part. ``card``:
what may be known of the card that pays. ``shared``: the sum of the shares that other wallets get; ``fee`` was taken from the merchant's part when the money moved.
"""

shares = Table(
    "payment_shares",
    metadata,
    Column("payment_id", String(22), ForeignKey("payments.id"), primary_key=True),
    Column("wallet_id", String(64), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("ceiling", BigInteger),
    Index("payment_shares_by_wallet", "wallet_id"),
)
"""What another wallet than the merchant's gets of a payment once it is executed, and what that wallet may hold."""

forms = Table(
    "payment_forms",
    metadata,
    Column("session", String(64), primary_key=True),
    Column("closed", Boolean, nullable=False),
)
"""The forms that anybody tried to pay: closed once the shopper has refused. Its row is what two phones take turns at."""

_holding = payments.c.state.in_(("prepared", "verified"))
_taking = payments.c.state.in_(("prepared", "verified", "executed", "partly_refunded", "refunded"))
Index("payments_one_taking_per_session", payments.c.session, unique=True, sqlite_where=_taking)
Index("payments_due", payments.c.expires_at, sqlite_where=_holding)
