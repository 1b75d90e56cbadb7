"""A shop whose form is open, whichever shop it is: what it costs is what the phone reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.shopper import Shopper


@pytest.fixture
def form(shop: Shopper) -> Shopper:
    """The first payment form of the shop's page, open, with its QR code drawn."""
    shop.open_form()
    return shop


@pytest.fixture
def only_the_demo_shop(request: pytest.FixtureRequest) -> None:
    """For what must know how the shop is built: its prices, its keys, its addresses."""
    if request.config.getoption("--sandbox-shop"):
        pytest.skip("this needs to know how the shop is built: it is played in the demo shop only")


@pytest.fixture(autouse=True)
def _ledger_is_right(sandbox: Sandbox) -> Iterator[None]:
    yield
    assert sandbox.control.verify_ledger()["ok"]
