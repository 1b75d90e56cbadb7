"""Accounts while a neighbour is away: the mail server over a restart, the Wallets API while a business account switches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.contracts.platform import Login
from sandbox.testing import Sandbox
from tests.platform.test_account_settings import business_phone, sms_code
from tests.platform.test_recovery import NEW
from tests.services import Switch
from tests.visitor import Visitor


def test_mails_that_wait_for_the_mail_server_are_told_of_and_survive_a_restart(tmp_path: Path) -> None:
    email = "patient@example.com"
    with Sandbox.start(seed=11, data_dir=tmp_path / "data") as sandbox, Visitor(sandbox.base_url) as visitor:
        usual = visitor.submit("/register", name="Prompt", email="prompt@example.com", password=NEW)
        sandbox._running._smtp.stop()
        told = visitor.submit("/register", name="Patient", email=email, password=NEW)
        asked = visitor.submit("/password/forgot", email=email)
        api = sandbox.platform._call("POST", "/api/developers/resend", {"email": email})
        assert [answer.status_code for answer in (usual, told, asked)] == [200] * 3
        says = ["The mail server does not answer just now." in answer.text for answer in (usual, told, asked)]
        assert says == [False, True, True]
        assert api["mail_waits"] is True
        sandbox.control.drain()
    with Sandbox.start(seed=11, data_dir=tmp_path / "data") as sandbox:
        sandbox.clock.advance(seconds=600)
        mails = sandbox.inbox._client.list_mails(to=email)
        paths = [link.split("/")[3] for mail in reversed(mails) for link in mail.links]
        assert sorted(paths) == ["activate", "activate", "password"], "each mail goes out once"
        newest = next(link for mail in mails for link in mail.links if "/activate/" in link)
        sandbox.platform.activate(newest.rpartition("/")[2])
        assert sandbox.platform.login(Login(email=email, password=NEW))


@pytest.fixture
def wallets_switch(sandbox: Sandbox) -> Iterator[Switch]:
    mounts: dict[str, Any] = sandbox._running.world._mounts
    usual = mounts["/wallets"]
    mounts["/wallets"] = switch = Switch(usual)
    yield switch
    mounts["/wallets"] = usual


def test_each_step_of_a_business_switch_says_so_while_the_wallets_api_is_away_and_goes_on_later(
    sandbox: Sandbox, visitor: Visitor, wallets_switch: Switch
) -> None:
    number, email = business_phone(sandbox), "away@example.com"
    wallets_switch.is_away = True
    refused = visitor.submit("/register/business", phone_number=number)
    assert refused.status_code == 503
    assert f'value="{number}"' in refused.text
    wallets_switch.is_away = False
    visitor.submit("/register/business", phone_number=number)
    code = sms_code(sandbox, number)
    wallets_switch.is_away = True
    for path, fields in (("code", {"code": code}), ("resend", {})):
        assert visitor.submit(f"/register/business/{path}", **fields).status_code == 503
    assert visitor.open("/register/business/code").status_code == 200
    assert visitor.submit("/register/business/account", email=email, password=NEW).status_code == 409
    wallets_switch.is_away = False
    assert visitor.submit("/register/business/code", code=code).status_code == 303
    wallets_switch.is_away = True  # what is proved needs it no more
    assert visitor.submit("/register/business/account", email=email, password=NEW).status_code == 200
