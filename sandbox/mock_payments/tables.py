"""All tables of this service, so that they are made together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import insert, inspect, text, update

from sandbox.kit.append_only import refuse_changes_from_now
from sandbox.kit.outbox import outbox_table
from sandbox.mock_payments.bank import models as _bank
from sandbox.mock_payments.base import metadata
from sandbox.mock_payments.closings import models as _closings
from sandbox.mock_payments.ledger import models as _ledger
from sandbox.mock_payments.money_requests import models as _money_requests
from sandbox.mock_payments.outflows import models as _outflows
from sandbox.mock_payments.payments import models as _payments
from sandbox.mock_payments.refunds import models as _refunds
from sandbox.mock_payments.transfers import models as _transfers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sandbox.kit.schema import Upgrades

SCHEMA_VERSION = 4
outbox = outbox_table(metadata)


def _seal_the_ledger(connection: Connection) -> None:
    """Entries and postings that an older version kept are never changed from now on."""
    refuse_changes_from_now(connection, _ledger.entries, "journal entries")
    refuse_changes_from_now(connection, _ledger.postings, "postings")


def _give_shares_rows_of_their_own(connection: Connection) -> None:
    """Before, the shares of a payment stood in its row, as JSON: millimes by wallet id."""
    known = {column["name"] for column in inspect(connection).get_columns("payments")}
    if "destinations" not in known:
        return
    for row in connection.execute(text("SELECT id, destinations, payee_wallet_id FROM payments")).all():
        shares = row.destinations if isinstance(row.destinations, dict) else json.loads(row.destinations or "null")
        others = {wallet_id: share for wallet_id, share in (shares or {}).items() if wallet_id != row.payee_wallet_id}
        for wallet_id, share in others.items():
            values = {"payment_id": row.id, "wallet_id": wallet_id, "amount": share}
            connection.execute(insert(_payments.shares), values)
        if others:
            changed = update(_payments.payments).where(_payments.payments.c.id == row.id)
            connection.execute(changed.values(shared=sum(others.values())))


UPGRADES: Upgrades = {3: _seal_the_ledger, 4: _give_shares_rows_of_their_own}
__all__ = [
    "SCHEMA_VERSION",
    "UPGRADES",
    "_bank",
    "_closings",
    "_ledger",
    "_money_requests",
    "_outflows",
    "_payments",
    "_refunds",
    "_transfers",
    "metadata",
    "outbox",
]
