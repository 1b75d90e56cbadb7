"""All tables of this service, so that they are made together."""

from sandbox.kit.outbox import outbox_table
from sandbox.mock_payments.bank import models as _bank
from sandbox.mock_payments.base import metadata
from sandbox.mock_payments.ledger import models as _ledger
from sandbox.mock_payments.money_requests import models as _money_requests
from sandbox.mock_payments.outflows import models as _outflows
from sandbox.mock_payments.payments import models as _payments
from sandbox.mock_payments.refunds import models as _refunds
from sandbox.mock_payments.transfers import models as _transfers

SCHEMA_VERSION = 2
outbox = outbox_table(metadata)

__all__ = [
    "SCHEMA_VERSION",
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
