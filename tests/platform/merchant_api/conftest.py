"""What the tests of the merchant API share."""

from __future__ import annotations

import pytest

from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp
from tests.platform.merchant_api.shop import Shop


@pytest.fixture
def shop(sandbox: Sandbox, merchant_app: MerchantApp) -> Shop:
    return Shop(sandbox, merchant_app)
