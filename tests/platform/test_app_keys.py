"""An app's two tokens: told only when asked for, replaced once for each time it is asked, and worth nothing afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.contracts.errors import AppNotFound, SessionExpired, TokenReplaced
from sandbox.contracts.platform import App, OpenSession, ScanSession
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
from tests.platform.managing import Managing
from tests.platform.paying import pay, require_accepted, require_refused
from tests.racing import race
from tests.visitor import Visitor

HOUR = 3600


@pytest.fixture
def managing(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> Managing:
    return Managing(sandbox, merchant_app, token)


@pytest.fixture
def owner(visitor: Visitor, merchant_app: MerchantApp) -> Iterator[Visitor]:
    visitor.log_in(merchant_app.email, merchant_app.password)
    return visitor


def test_no_list_and_no_page_tells_a_private_token_unasked(managing: Managing, owner: Visitor) -> None:
    secret = managing.merchant.private_token
    app_id = managing.app.id
    for path in ("/apps", f"/apps/{app_id}", f"/apps/{app_id}/integrate", f"/apps/{app_id}/settings", "/docs", "/"):
        assert secret not in owner.open(path).text, path
    assert secret not in str(managing.call("GET", "/api/apps").json())
    assert secret not in str(managing.call("GET", f"/api/apps/{app_id}/settings").json())


def test_the_private_token_is_told_when_asked_for_and_the_audit_keeps_that(managing: Managing, owner: Visitor) -> None:
    page = owner.submit(f"/apps/{managing.app.id}/integrate")
    assert page.text.count(managing.merchant.private_token) == 2  # to copy, and in the line for the terminal
    answer = managing.post("private-token")
    assert answer.json() == {"private_token": managing.merchant.private_token}
    assert answer.headers["Cache-Control"] == "no-store"
    assert managing.audited("app.private_token_revealed") == 2


def test_a_revoked_public_token_resolves_nothing_from_that_moment(
    sandbox: Sandbox, managing: Managing, phone: PhoneDriver
) -> None:
    merchant = managing.merchant
    session = sandbox.platform.open_session(OpenSession(app=merchant.public_token, amount=1_000))["session"]
    paid = pay(sandbox, merchant, phone)
    answer = managing.post("public-token/revoke", public_token=merchant.public_token)
    new = App.parse(answer.json())
    assert new.public_token != merchant.public_token
    with pytest.raises(AppNotFound):
        sandbox.platform.get_public_app(merchant.public_token)
    with pytest.raises(AppNotFound):
        sandbox.platform.open_session(OpenSession(app=merchant.public_token, amount=1_000))
    shown = sandbox.platform.get_session(session)
    assert (shown["status"], shown["reason"]) == ("EXPIRED", "APP_NOT_FOUND")
    scan = ScanSession(app=new.public_token, amount=1_000, phone_number=phone.number)
    services = sandbox._running.world.platform
    with pytest.raises(SessionExpired):
        services.scan_session(session, scan)
    require_refused(paid.accept(), "BAD_CREDENTIALS", 403)
    require_accepted(paid.accept(app_token=new.public_token), paid)  # what a phone has confirmed goes on


def test_of_many_clicks_on_one_form_one_revokes(managing: Managing) -> None:
    token = managing.merchant.public_token
    answers = race([lambda: managing.post("public-token/revoke", public_token=token)] * 4)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert managing.audited("app.public_token_revoked") == 1
    with pytest.raises(TokenReplaced):
        managing.require(managing.post("public-token/revoke", public_token=token))


def test_a_second_click_on_the_page_finds_the_work_done(managing: Managing, owner: Visitor) -> None:
    path = f"/apps/{managing.app.id}/keys"
    fields: dict[str, Any] = {"public_token": managing.merchant.public_token, "confirm": "yes"}
    for _ in range(2):
        assert owner.submit(f"{path}/revoke", **fields).headers["Location"] == f"/apps/{managing.app.id}/integrate"
    assert managing.audited("app.public_token_revoked") == 1
    for _ in range(2):
        assert owner.submit(f"{path}/rotate", version=1, grace_seconds=0, confirm="yes").status_code == 302
    assert managing.app.private_token_version == 2


def test_nothing_is_replaced_before_the_box_is_ticked(managing: Managing, owner: Visitor) -> None:
    path = f"/apps/{managing.app.id}/keys"
    before = managing.app
    for name, fields in (
        ("revoke", {"public_token": before.public_token}),
        ("rotate", {"version": 1, "grace_seconds": 0}),
        ("end-grace", {"version": 1}),
    ):
        answer = owner.submit(f"{path}/{name}", **fields)
        assert (answer.status_code, "the box was not ticked" in answer.text) == (400, True)
    assert managing.app == before


def test_a_new_private_token_ends_the_former_one_at_once_without_a_grace_period(
    sandbox: Sandbox, managing: Managing, phone: PhoneDriver
) -> None:
    paid = pay(sandbox, managing.merchant, phone)
    new = managing.post("private-token/rotate", version=1).json()["private_token"]
    require_refused(paid.accept(), "BAD_CREDENTIALS", 403)
    require_accepted(paid.accept(app_secret=new), paid)


def test_in_a_grace_period_both_private_tokens_are_good_and_then_only_the_new_one(
    sandbox: Sandbox, managing: Managing, phone: PhoneDriver, clock: ClockDriver
) -> None:
    clock.freeze()
    new = managing.post("private-token/rotate", version=1, grace_seconds=HOUR).json()
    assert new["former_valid_until"]
    for secret in (managing.merchant.private_token, new["private_token"]):
        paid = pay(sandbox, managing.merchant, phone)
        require_accepted(paid.accept(app_secret=secret), paid)
    clock.advance(seconds=HOUR)
    assert managing.app.former_valid_until is None
    paid = pay(sandbox, managing.merchant, phone)
    require_refused(paid.accept(), "BAD_CREDENTIALS", 403)
    require_accepted(paid.accept(app_secret=new["private_token"]), paid)


def test_a_grace_period_can_be_ended_early(sandbox: Sandbox, managing: Managing, phone: PhoneDriver) -> None:
    managing.post("private-token/rotate", version=1, grace_seconds=7 * 24 * HOUR)
    for _ in range(2):
        managing.require(managing.post("private-token/end-grace", version=2))
    assert managing.audited("app.grace_ended") == 1
    require_refused(pay(sandbox, managing.merchant, phone).accept(), "BAD_CREDENTIALS", 403)


def test_the_token_before_the_former_one_is_worth_nothing(
    sandbox: Sandbox, managing: Managing, phone: PhoneDriver
) -> None:
    second = managing.post("private-token/rotate", version=1, grace_seconds=HOUR).json()["private_token"]
    managing.post("private-token/rotate", version=2, grace_seconds=HOUR)
    paid = pay(sandbox, managing.merchant, phone)
    require_refused(paid.accept(), "BAD_CREDENTIALS", 403)
    require_accepted(paid.accept(app_secret=second), paid)


@pytest.mark.parametrize("grace", [1, -1, 604_801, "soon", None, True])
def test_a_grace_period_is_one_of_four(managing: Managing, grace: Any) -> None:
    answer = managing.post("private-token/rotate", version=1, grace_seconds=grace)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "grace_seconds")
    assert managing.app.private_token_version == 1
