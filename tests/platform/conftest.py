"""What the tests of the platform share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp
from tests.platform.linking import Linking
from tests.visitor import Visitor


@pytest.fixture
def visitor(sandbox: Sandbox) -> Iterator[Visitor]:
    with Visitor(sandbox.base_url) as made:
        yield made


@pytest.fixture
def stranger(sandbox: Sandbox) -> Iterator[Visitor]:
    """Another person, with cookies of their own."""
    with Visitor(sandbox.base_url) as made:
        yield made


@pytest.fixture
def token(sandbox: Sandbox, merchant_app: MerchantApp) -> str:
    """A session of the developer of ``merchant_app``, as programs use it."""
    return sandbox.log_in(merchant_app)


@pytest.fixture
def linking(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> Linking:
    return Linking(sandbox, merchant_app, token)
