"""All tables of this service, so that they are made together."""

from sandbox.kit.outbox import outbox_table
from sandbox.mock_wallets.bank import models as _bank
from sandbox.mock_wallets.base import metadata
from sandbox.mock_wallets.kyc import models as _kyc
from sandbox.mock_wallets.otp import models as _otp
from sandbox.mock_wallets.pins import models as _pins
from sandbox.mock_wallets.sms import models as _sms
from sandbox.mock_wallets.wallets import models as _wallets

SCHEMA_VERSION = 2
outbox = outbox_table(metadata)

__all__ = ["SCHEMA_VERSION", "_bank", "_kyc", "_otp", "_pins", "_sms", "_wallets", "metadata", "outbox"]
