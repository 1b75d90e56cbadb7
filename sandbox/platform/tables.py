"""All tables of this service, so that they are made together."""

from sandbox.kit.outbox import outbox_table
from sandbox.platform.accounts import models as _accounts
from sandbox.platform.api_keys import models as _api_keys
from sandbox.platform.apps import models as _apps
from sandbox.platform.audit import models as _audit
from sandbox.platform.base import metadata
from sandbox.platform.business import models as _business
from sandbox.platform.dashboard import models as _dashboard
from sandbox.platform.hosted import models as _hosted
from sandbox.platform.limits import models as _limits
from sandbox.platform.mail_keys import models as _mail_keys
from sandbox.platform.merchant_api.generation_1 import models as _generation_1
from sandbox.platform.merchant_api.partners import models as _partners
from sandbox.platform.metrics import models as _metrics
from sandbox.platform.orders import models as _orders
from sandbox.platform.refunds import models as _refunds
from sandbox.platform.sessions import models as _sessions
from sandbox.platform.wallet_reviews import models as _wallet_reviews
from sandbox.platform.webhooks import models as _webhooks

SCHEMA_VERSION = 2
outbox = outbox_table(metadata)

__all__ = [
    "SCHEMA_VERSION",
    "_accounts",
    "_api_keys",
    "_apps",
    "_audit",
    "_business",
    "_dashboard",
    "_generation_1",
    "_hosted",
    "_limits",
    "_mail_keys",
    "_metrics",
    "_orders",
    "_partners",
    "_refunds",
    "_sessions",
    "_wallet_reviews",
    "_webhooks",
    "metadata",
    "outbox",
]
