"""A stage of their own for the tests of the documentation: they make good calls of every kind, apps among them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.testing import Sandbox
from tests.stage import Stage


@pytest.fixture(scope="package")
def stage() -> Iterator[Stage]:
    with Sandbox.start(seed=13, otp_resend_seconds=0, otp_per_hour=0, max_apps=50) as running:
        made = Stage(running)
        yield made
        made.close()
