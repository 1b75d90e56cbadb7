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
    wallets_switch.is_away = True
    fields = {
        "name": "Kept name",
        "phone_number": linking.merchant.wallet_phone,
        "csrf_token": visitor.csrf_token("/apps"),
    }
    sent = visitor.submit("/apps/new", **fields)
    assert sent.status_code == 503
    assert "Kept name" in sent.text
    assert visitor.open("/apps").status_code == 200


def test_the_page_of_the_code_stays_and_keeps_what_was_typed_while_the_wallets_api_is_away(
    linking: Linking, wallets_switch: Switch, visitor: Visitor
) -> None:
    visitor.log_in(linking.merchant.email, linking.merchant.password)
    link = linking.start("Kept name")
    code, page = linking.newest_code(), f"/apps/new/{link.id}"
    wallets_switch.is_away = True
    for answer in (visitor.open(page), visitor.submit(page, code=code), visitor.submit(f"{page}/resend")):
        assert answer.status_code == 503
        assert "The wallet service does not answer at the moment." in answer.text
        assert "Kept name" in answer.text
        assert 'name="code"' in answer.text
    typed = visitor.submit(page, code=code).text
    assert f'value="{code}"' in typed
    wallets_switch.is_away = False
    assert "Kept name" not in linking.names()
    assert visitor.submit(page, code=code).status_code == 302
    assert linking.names().count("Kept name") == 1


def test_a_wallets_api_that_answers_nonsense_or_nothing_is_told_like_one_that_is_away(
    sandbox: Sandbox, linking: Linking, visitor: Visitor
) -> None:
    """Slow is told the same way: the client gives up and says that the service does not answer."""
    visitor.log_in(linking.merchant.email, linking.merchant.password)
    link = linking.start("Kept name")
    mounts: dict[str, Any] = sandbox._running.world._mounts
    usual = mounts["/wallets"]

    def nonsense(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<h1>It works!</h1>"]

    mounts["/wallets"] = nonsense
    try:
        answer = visitor.submit(f"/apps/new/{link.id}", code="123456")
    finally:
        mounts["/wallets"] = usual
    assert (answer.status_code, 'value="123456"' in answer.text) == (503, True)
    assert linking.confirm(link).name == "Kept name"


def test_the_pages_of_a_business_account_say_so_too_and_go_on_when_it_is_back(
    linking: Linking, wallets_switch: Switch, stranger: Visitor
) -> None:
    number = linking.merchant.wallet_phone
    stranger.submit("/register/business", phone_number=number)
    wallets_switch.is_away = True
    for path, fields in (
        ("/register/business", {"phone_number": number}),
        ("/register/business/code", {"code": "123456"}),
        ("/register/business/resend", {}),
    ):
        answer = stranger.submit(path, **fields)
        assert answer.status_code == 503, path
        assert "The wallet service does not answer at the moment." in answer.text
    wallets_switch.is_away = False
    assert stranger.submit("/register/business/code", code=linking.newest_code()).status_code == 303
