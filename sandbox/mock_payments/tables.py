"""All tables of this service, so that they are made together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.kit.append_only import refuse_changes_from_now
from sandbox.kit.outbox import outbox_table
from sandbox.mock_payments.bank import models as _bank
from sandbox.mock_payments.base import metadata
from sandbox.mock_payments.ledger import models as _ledger
from sandbox.mock_payments.money_requests import models as _money_requests
from sandbox.mock_payments.outflows import models as _outflows
from sandbox.mock_payments.payments import models as _payments
from sandbox.mock_payments.refunds import models as _refunds
from sandbox.mock_payments.transfers import models as _transfers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sandbox.kit.schema import Upgrades

SCHEMA_VERSION = 3
outbox = outbox_table(metadata)


def _seal_the_ledger(connection: Connection) -> None:
    """Entries and postings that an older version kept are never changed from now on."""
    refuse_changes_from_now(connection, _ledger.entries, "journal entries")
    refuse_changes_from_now(connection, _ledger.postings, "postings")


UPGRADES: Upgrades = {3: _seal_the_ledger}
__all__ = [
    "SCHEMA_VERSION",
    "UPGRADES",
    "_bank",
    "_ledger",
    "_money_requests",
    "_outflows",
    "_payments",
    "_refunds",
    "_transfers",
    "metadata",
    "outbox",
]
