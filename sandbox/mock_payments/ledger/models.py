"""Ledger accounts, journal entries and postings. The database itself refuses to change or delete entries and postings."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, false

from sandbox.kit.append_only import refuse_changes
from sandbox.kit.db import Moment
from sandbox.mock_payments.base import metadata

accounts = Table(
    "ledger_accounts",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("overdraft", Boolean, nullable=False),
    Column("balance", BigInteger, nullable=False),
    Column("closed", Boolean, nullable=False, server_default=false()),
)
"""``closed``: its wallet is closed, or about to be; it is empty, and takes no posting."""

entries = Table(
    "journal_entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("reference", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("journal_entries_by_reference", "reference", "kind"),
)

postings = Table(
    "postings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("entry_id", Integer, ForeignKey("journal_entries.id"), nullable=False),
    Column("account", String(80), ForeignKey("ledger_accounts.key"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Index("postings_by_entry", "entry_id"),
    Index("postings_of_account", "account", "id", "amount"),
)

for _table, _rows in ((entries, "journal entries"), (postings, "postings")):
    refuse_changes(_table, _rows)
