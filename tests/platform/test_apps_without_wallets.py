"""While the Wallets API is away no app is half made, and whoever asks is told so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.kit.errors import ServiceUnavailable
from sandbox.testing import Sandbox
from tests.platform.linking import Linking
from tests.services import Switch
from tests.visitor import Visitor


@pytest.fixture
def wallets_switch(sandbox: Sandbox) -> Iterator[Switch]:
    """The Wallets API of the running sandbox can be taken away; it is back after the test."""
    mounts: dict[str, Any] = sandbox._running.world._mounts
    usual = mounts["/wallets"]
    mounts["/wallets"] = switch = Switch(usual)
    yield switch
    mounts["/wallets"] = usual


def test_while_the_wallets_api_is_away_nothing_is_half_made(linking: Linking, wallets_switch: Switch) -> None:
    link = linking.start()
    code = linking.newest_code()
    wallets_switch.is_away = True
    for call in (lambda: linking.start("Another"), lambda: linking.confirm(link, code), lambda: linking.resend(link)):
        with pytest.raises(ServiceUnavailable) as refused:
            call()
        assert refused.value.hint
    wallets_switch.is_away = False
    assert "Second shop" not in linking.names()
    assert linking.confirm(link, code).name == "Second shop"


def test_the_pages_say_so_while_the_wallets_api_is_away(
    linking: Linking, wallets_switch: Switch, visitor: Visitor
) -> None:
    visitor.log_in(linking.merchant.email, linking.merchant.password)
    link = linking.start()
    wallets_switch.is_away = True
    fields = {
        "name": "Kept name",
        "phone_number": linking.merchant.wallet_phone,
        "csrf_token": visitor.csrf_token("/apps"),
    }
    sent = visitor.submit("/apps/new", **fields)
    assert sent.status_code == 503
    assert "Kept name" in sent.text
    assert visitor.open(f"/apps/new/{link.id}").status_code == 503
    assert visitor.open("/apps").status_code == 200
